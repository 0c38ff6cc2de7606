import { describe, expect, it } from "vitest";
import { z } from "zod";
import { API } from "../api.ts";
import { anyOf, sessionAuth } from "../auth/index.ts";
import { HTTPError } from "../http/errors.ts";
import { documentOf, operationOf, user } from "./document.fixture.ts";
import type { Operation } from "./types.ts";

const statuses = (operation: Operation) => Object.keys(operation.responses).sort();

describe("the answers", () => {
  it("are 2XX for one schema, and by status for several", async () => {
    const api = new API();
    api.get("/one", { response: z.string() }, () => "");
    api.get("/many", { response: { 200: z.string(), 404: z.object({ error: z.string() }) } }, () => "");
    api.get("/none", () => "");
    expect(statuses(await operationOf(api, "get", "/one"))).toEqual(["2XX"]);
    expect(statuses(await operationOf(api, "get", "/many"))).toEqual(["200", "404"]);
    expect((await operationOf(api, "get", "/none")).responses).toEqual({
      "2XX": { description: "Success." },
    });
  });

  it("to errors are those that guard and validation can give, and no others", async () => {
    const api = new API({ auth: user, openapi: { public: true } });
    api.get("/public", { public: true }, () => "");
    api.get("/guarded", () => "");
    api.get("/scoped", { auth: user.requires("admin") }, () => "");
    api.get("/owner", { auth: user.where(() => true, "owner") }, () => "");
    api.post("/body", { public: true, body: z.object({}) }, () => "");
    api.get("/query", { public: true, query: z.object({}) }, () => "");
    api.route("/session", { auth: anyOf(sessionAuth(), user), methods: ["GET", "POST"] }, () => "");
    const of = async (method: string, path: string) => statuses(await operationOf(api, method, path));
    expect(await of("get", "/public")).toEqual(["2XX"]);
    expect(await of("get", "/guarded")).toEqual(["2XX", "401"]);
    expect(await of("get", "/scoped")).toEqual(["2XX", "401", "403"]);
    expect(await of("get", "/owner")).toEqual(["2XX", "401", "403"]);
    expect(await of("post", "/body")).toEqual(["2XX", "400", "413", "415", "422"]);
    expect(await of("get", "/query")).toEqual(["2XX", "422"]);
    expect(await of("get", "/session")).toEqual(["2XX", "401"]);
    // A page of another site may have made it.
    expect(await of("post", "/session")).toEqual(["2XX", "401", "403"]);
  });

  it("to errors have the form that they are sent in: problem details, unless a handler answers them", async () => {
    const problems = {
      "application/problem+json": { schema: { $ref: "#/components/schemas/ProblemDetails" } },
    };
    const own = new API().post("/x", { body: z.object({}) }, () => "");
    expect((await documentOf(own)).components.responses?.["UnprocessableContent"]?.content).toEqual(problems);

    const some = new API().post("/x", { body: z.object({}) }, () => "");
    some.exceptionHandler(422, () => ({ errors: [] }));
    const { responses, schemas } = (await documentOf(some)).components;
    expect(responses?.["UnprocessableContent"]).not.toHaveProperty("content");
    expect(responses?.["BadRequest"]?.content).toEqual(problems);
    expect(schemas).toHaveProperty("ProblemDetails");

    const all = new API().post("/x", { body: z.object({}) }, () => "");
    all.exceptionHandler(HTTPError, (_req, resp, error) => {
      resp.media = { error: error.message };
    });
    expect((await documentOf(all)).components.schemas).not.toHaveProperty("ProblemDetails");
  });

  it("to errors are beside the route's own of the same status", async () => {
    const api = new API({ openapi: { public: true } });
    api.get(
      "/x",
      { auth: user, response: { 200: z.string(), 401: z.object({ why: z.string() }) } },
      () => "",
    );
    const { responses } = await operationOf(api, "get", "/x");
    expect(responses["401"]).toMatchObject({
      headers: { "WWW-Authenticate": {} },
      content: {
        "application/json": { schema: { $ref: "#/components/schemas/GetXResponse401" } },
        "application/problem+json": { schema: { $ref: "#/components/schemas/ProblemDetails" } },
      },
    });
  });
});
