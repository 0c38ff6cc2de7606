import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { API } from "../api.ts";
import type { OpenAPIDocument } from "./types.ts";

const Plain = v.object({ name: v.string() });
const start = (api: { requests: { get(path: string): Promise<Response> } }) => api.requests.get("/docs");

describe("a schema whose library has no Standard JSON Schema", () => {
  it("stops the start, with the route, the part and the way out", async () => {
    const api = new API().post("/people", { body: Plain }, () => "");
    await expect(start(api)).rejects.toThrow(
      /POST \/people: the body schema .* valibot .* toStandardJsonSchema\(\) of @valibot\/to-json-schema.*hidden: true.*openapi: false/,
    );
  });

  it.each([
    ["params", { params: Plain }],
    ["query", { query: Plain }],
    ["headers", { headers: Plain }],
    ["cookies", { cookies: Plain }],
  ] as const)("is found in %s", async (part, schemas) => {
    const api = new API().get("/people/{name}", schemas as { params: typeof Plain }, () => "");
    await expect(start(api)).rejects.toThrow(`GET /people/{name}: the ${part} schema`);
  });

  it("is found among the answers", async () => {
    await expect(start(new API().get("/x", { response: Plain }, () => ({ name: "x" })))).rejects.toThrow(
      "GET /x: the response schema",
    );
    const byStatus = new API().get("/x", { response: { 200: z.string(), 404: Plain } }, () => "");
    await expect(start(byStatus)).rejects.toThrow("GET /x: the response 404 schema");
  });

  it("is no matter where the route is hidden, or the document off", async () => {
    const hidden = new API().post("/people", { body: Plain, hidden: true }, () => "");
    expect((await start(hidden)).status).toBe(200);
    const off = new API({ openapi: false }).post("/people", { body: Plain }, () => "ok");
    expect((await off.requests.post("/people", { json: { name: "x" } })).status).toBe(200);
  });
});

it("schemas of zod, of ArkType and of valibot with its wrapper are in the document", async () => {
  const api = new API();
  api.post("/zod", { body: z.object({ name: z.string() }) }, () => "");
  api.post("/arktype", { body: type({ name: "string" }) }, () => "");
  api.post("/valibot", { body: toStandardJsonSchema(Plain) }, (req) => req.body.name);
  const document = (await (await api.requests.get("/schema.json")).json()) as OpenAPIDocument;
  const named = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
  expect(document.components.schemas).toMatchObject({
    PostZodBody: named,
    PostArktypeBody: named,
    PostValibotBody: named,
  });
});
