import { describe, expect, it } from "vitest";
import { z } from "zod";
import { API } from "../api.ts";
import { documentOf, operationOf } from "./document.fixture.ts";

describe("the parameters", () => {
  it("of a path are of the converters' types", async () => {
    const api = new API().get("/{a}/{b:int}/{c:float}/{d:uuid}/{e:path}", () => "");
    const { parameters } = await operationOf(api, "get", "/{a}/{b}/{c}/{d}/{e}");
    expect(parameters?.map(({ name, schema }) => [name, schema])).toEqual([
      ["a", { type: "string" }],
      ["b", { type: "integer" }],
      ["c", { type: "number" }],
      ["d", { type: "string", format: "uuid" }],
      ["e", { type: "string" }],
    ]);
    expect(parameters?.every((parameter) => parameter.in === "path" && parameter.required)).toBe(true);
    expect(parameters?.at(-1)?.description).toContain("slashes included");
  });

  it("of a path are refined by a schema, which cannot take back what the converter promises", async () => {
    const params = z.object({ id: z.number().min(1), slug: z.enum(["a", "b"]), page: z.coerce.number() });
    const api = new API().get("/{id:int}/{slug}/{page}", { params }, () => "");
    const { parameters } = await operationOf(api, "get", "/{id}/{slug}/{page}");
    expect(parameters?.map(({ schema }) => schema)).toEqual([
      { type: "integer", minimum: 1 },
      { type: "string", enum: ["a", "b"] },
      { type: "number" },
    ]);
  });

  it("of query, header and cookies follow from their schemas, required ones and others", async () => {
    const api = new API().get(
      "/x",
      {
        query: z.object({ q: z.string().min(1), page: z.coerce.number().default(1) }),
        headers: z.object({ "x-request-id": z.string(), authorization: z.string(), accept: z.string() }),
        cookies: z.object({ theme: z.string().optional() }),
      },
      () => "",
    );
    const { parameters } = await operationOf(api, "get", "/x");
    expect(parameters).toEqual([
      { name: "q", in: "query", required: true, schema: { type: "string", minLength: 1 } },
      { name: "page", in: "query", required: false, schema: { type: "number", default: 1 } },
      { name: "x-request-id", in: "header", required: true, schema: { type: "string" } },
      { name: "theme", in: "cookie", required: false, schema: { type: "string" } },
    ]);
  });

  it("of alternatives are all there, and none is required", async () => {
    const query = z.union([z.object({ id: z.string() }), z.object({ name: z.string() })]);
    const { parameters } = await operationOf(
      new API().get("/x", { query }, () => ""),
      "get",
      "/x",
    );
    expect(parameters?.map(({ name, required }) => [name, required])).toEqual([
      ["id", false],
      ["name", false],
    ]);
  });

  it("leave no schema behind that nobody refers to", async () => {
    const api = new API().get("/x", { query: z.object({ q: z.string() }) }, () => "");
    expect(Object.keys((await documentOf(api)).components.schemas ?? {})).toEqual(["ProblemDetails"]);
  });
});
