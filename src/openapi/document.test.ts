import { describe, expect, it } from "vitest";
import { API } from "../api.ts";
import { sessionAuth } from "../auth/index.ts";
import { documentOf, operationOf, user } from "./document.fixture.ts";

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
