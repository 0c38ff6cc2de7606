import { describe, expect, it } from "vitest";
import { z } from "zod";
import { API } from "../api.ts";
import { anyOf, bearer, sessionAuth } from "../auth/index.ts";
import { HTTPError } from "../http/errors.ts";
import type { OpenAPIDocument, Operation } from "./types.ts";

const user = bearer({
  verify: (token) => (token === "good" ? { name: "ada" } : null),
  scopes: () => ["admin"] as const,
});

async function documentOf(api: { requests: { get(path: string): Promise<Response> } }) {
  const response = await api.requests.get("/schema.json");
  expect(response.status).toBe(200);
  return (await response.json()) as OpenAPIDocument;
}

async function operationOf(api: Parameters<typeof documentOf>[0], method: string, path: string) {
  const operation = (await documentOf(api)).paths[path]?.[method];
  if (operation === undefined) throw new Error(`There is no ${method} ${path} in the document`);
  return operation;
}

const statuses = (operation: Operation) => Object.keys(operation.responses).sort();

describe("the document", () => {
  it("is one of OpenAPI 3.1.1, with what the application says of itself", async () => {
    expect(await documentOf(new API())).toEqual({
      openapi: "3.1.1",
      info: { title: "API", version: "0.0.0" },
      servers: [{ url: "." }],
      paths: {},
      components: {},
    });
    const servers = [{ url: "https://api.example.com", description: "The real one" }];
    const api = new API({ title: "Notes", version: "2.0.0", description: "All.", openapi: { servers } });
    expect(await documentOf(api)).toMatchObject({
      info: { title: "Notes", version: "2.0.0", description: "All." },
      servers,
    });
  });

  it("leaves out HEAD, OPTIONS, what is hidden, what is mounted, and itself", async () => {
    const api = new API();
    api.route("/all", () => "");
    api.route("/odd", { methods: ["GET", "HEAD", "OPTIONS", "PROPFIND"] }, () => "");
    api.get("/hidden", { hidden: true }, () => "");
    api.mount(
      "/other",
      new API().get("/", () => ""),
    );
    const { paths } = await documentOf(api);
    const found = Object.entries(paths).map(([path, operations]) => [path, Object.keys(operations)]);
    expect(found).toEqual([
      ["/all", ["get", "post", "put", "patch", "delete"]],
      ["/odd", ["get"]],
    ]);
  });

  it("has what a route says of itself, and its tags once more for all", async () => {
    const api = new API();
    const said = { summary: "All notes", description: "Newest *first*.", deprecated: true };
    api.get("/notes", { ...said, tags: ["notes", "reading"] }, () => "");
    api.post("/notes", { tags: ["notes"], deprecated: false }, () => "");
    const document = await documentOf(api);
    expect(document.tags).toEqual([{ name: "notes" }, { name: "reading" }]);
    expect(document.paths["/notes"]?.["get"]).toMatchObject({ ...said, tags: ["notes", "reading"] });
    expect(document.paths["/notes"]?.["post"]).not.toHaveProperty("deprecated");
  });
});

describe("an operation's id", () => {
  it("follows from method and path, or from the route's name", async () => {
    const api = new API();
    api.get("/", () => "");
    api.get("/users/{id:int}/posts/{post_id}", () => "");
    api.get("/café-au-lait.txt", () => "");
    api.get("/me", { name: "people.me" }, () => "");
    api.get("/notes", { name: "notes" }, () => "");
    api.post("/notes", { name: "notes" }, () => "");
    const { paths } = await documentOf(api);
    const ids = Object.values(paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(ids).toEqual([
      "getRoot",
      "getUsersByIdPostsByPostId",
      "getCafAuLaitTxt",
      "peopleMe",
      "getNotes",
      "postNotes",
    ]);
  });

  it("is unique where two paths read the same", async () => {
    const api = new API();
    api.get("/a/b", () => "");
    api.get("/a-b", () => "");
    api.get("/x", { name: "getAB" }, () => "");
    const { paths } = await documentOf(api);
    expect(Object.values(paths).map((path) => path["get"]?.operationId)).toEqual([
      "getAB",
      "getAB2",
      "getAB3",
    ]);
  });
});

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

describe("a path that two routes share, as far as OpenAPI can tell", () => {
  it("has the operations of both, with the first one's names", async () => {
    const api = new API();
    api.get("/notes/{id:int}", () => "");
    api.post("/notes/{slug}", () => "");
    const { paths } = await documentOf(api);
    expect(Object.keys(paths)).toEqual(["/notes/{id}"]);
    expect(paths["/notes/{id}"]?.["post"]?.parameters).toMatchObject([
      { name: "id", schema: { type: "string" } },
    ]);
  });

  it("says so where both answer one method", async () => {
    const api = new API();
    api.get("/notes/{id:int}", { description: "By number." }, () => "");
    api.get("/notes/{slug}", () => "");
    const { description } = await operationOf(api, "get", "/notes/{id}");
    expect(description).toMatch(/^By number\.\n\n.*another route, `GET \/notes\/\{slug\}`/);
  });
});

describe("a body", () => {
  it("comes in every format that is read, JSON first, and as a form where it is all texts", async () => {
    const api = new API();
    api.post("/login", { body: z.object({ name: z.string(), tags: z.array(z.string()) }) }, () => "");
    api.post("/notes", { body: z.object({ text: z.string(), done: z.boolean() }) }, () => "");
    const login = (await operationOf(api, "post", "/login")).requestBody;
    const media = ["application/json", "application/yaml", "application/msgpack"];
    expect(login?.required).toBe(true);
    expect(Object.keys(login?.content ?? {})).toEqual([
      ...media,
      "application/x-www-form-urlencoded",
      "multipart/form-data",
    ]);
    expect(Object.keys((await operationOf(api, "post", "/notes")).requestBody?.content ?? {})).toEqual(media);
  });

  it("is what comes in, and an answer what goes out, after the schema has been at it", async () => {
    const Note = z.object({ tags: z.array(z.string()).default([]), size: z.string().transform(Number) });
    const api = new API().put("/note", { body: Note, response: Note }, () => ({}) as never);
    const { schemas } = (await documentOf(api)).components;
    expect(schemas?.["PutNoteBody"]).toMatchObject({
      required: ["size"],
      properties: { size: { type: "string" } },
    });
    expect(schemas?.["PutNoteResponse"]).toMatchObject({
      required: ["tags", "size"],
      additionalProperties: false,
    });
  });

  it("has its examples, and so has the answer", async () => {
    const examples = {
      one: { summary: "One", request: { a: 1 }, response: { b: 2 } },
      two: { request: { a: 2 } },
    };
    const api = new API().post("/x", { examples }, () => ({ b: 2 }));
    const operation = await operationOf(api, "post", "/x");
    expect(operation.requestBody?.content["application/json"]?.examples).toEqual({
      one: { summary: "One", value: { a: 1 } },
      two: { value: { a: 2 } },
    });
    expect(operation.responses["2XX"]).toMatchObject({
      content: { "application/json": { examples: { one: { summary: "One", value: { b: 2 } } } } },
    });
  });
});

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

describe("the security", () => {
  it("is that of the innermost guard, and none where the route is public", async () => {
    const api = new API({ auth: user, openapi: { public: true }, sessions: { cookieName: "sid" } });
    api.get("/mine", () => "");
    api.get("/public", { public: "why" }, () => "");
    const group = api.group("/admin", { auth: user.requires("admin") });
    group.get("/users", () => "");
    group.get("/page", { auth: sessionAuth() }, () => "");
    const { paths, components } = await documentOf(api);
    expect(Object.entries(paths).map(([path, { get }]) => [path, get?.security])).toEqual([
      ["/mine", [{ bearer: [] }]],
      ["/public", []],
      ["/admin/users", [{ bearer: ["admin"] }]],
      ["/admin/page", [{ session: [] }]],
    ]);
    expect(components.securitySchemes).toEqual({
      bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      session: { type: "apiKey", in: "cookie", name: "__Host-sid" },
    });
  });

  it("has the rules of where in words, as it has no room for them itself", async () => {
    const api = new API({ openapi: { public: true } });
    const owner = user.where(() => true, "owner");
    api.get("/mine", { auth: owner, description: "What is mine." }, () => "");
    const { description } = await operationOf(api, "get", "/mine");
    expect(description).toBe("What is mine.\n\nAccess: bearer and owner.");
  });

  it("says nothing of why a route is public, nor of keys", async () => {
    const api = new API().get("/x", { public: "our partner asked for it" }, () => "");
    expect(JSON.stringify(await documentOf(api))).not.toContain("partner");
  });
});
