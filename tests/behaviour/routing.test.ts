import { API, type Hook } from "responder-ts";
import { describe, expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

const UUID = "0F8FAD5B-D9CB-469F-A165-70867728950E";

overTransports("routing", (serve) => {
  describe("converters", () => {
    it.each([
      ["/str/caf%C3%A9", { value: "café" }],
      ["/str/a%2Fb", { value: "a/b" }],
      ["/str/100%25", { value: "100%" }],
      ["/int/42", { value: 42 }],
      ["/int/-7", { value: -7 }],
      ["/float/2.5", { value: 2.5 }],
      ["/float/3", { value: 3 }],
      [`/uuid/${UUID}`, { value: UUID.toLowerCase() }],
      ["/path/a/b/c.txt", { value: "a/b/c.txt" }],
      ["/path/", { value: "" }],
    ])("%s gives the handler %j", async (path, params) => {
      const send = await serve(withEveryConverter());
      expect(await (await send(path)).json()).toEqual(params);
    });

    it.each([
      "/int/1.5",
      "/int/007",
      "/int/abc",
      "/int/9007199254740993",
      "/float/1e3",
      "/uuid/42",
      "/path/a%2Fb",
    ])("%s is no value of its converter: 404", async (path) => {
      const send = await serve(withEveryConverter());
      expect((await send(path)).status).toBe(404);
    });
  });

  describe("precedence", () => {
    it("a static path wins over a parameter, and a parameter over a path, however they are registered", async () => {
      const api = new API();
      api.get("/files/{rest:path}", (req) => `path ${req.params.rest}`);
      api.get("/files/{name}", (req) => `parameter ${req.params.name}`);
      api.get("/files/{id:int}", (req) => `int ${req.params.id}`);
      api.get("/files/about", () => "static");
      const send = await serve(api);
      expect(await (await send("/files/about")).text()).toBe("static");
      expect(await (await send("/files/7")).text()).toBe("int 7");
      expect(await (await send("/files/other")).text()).toBe("parameter other");
      expect(await (await send("/files/a/b")).text()).toBe("path a/b");
    });

    it("tries the next best where the better choice leads nowhere", async () => {
      const api = new API();
      api.get("/users/me/settings", () => "mine");
      api.get("/users/{name}/posts", (req) => `posts of ${req.params.name}`);
      const send = await serve(api);
      expect(await (await send("/users/me/posts")).text()).toBe("posts of me");
    });
  });

  describe("what is not there", () => {
    it("is 404 as a problem document", async () => {
      const send = await serve(new API());
      const response = await send("/nothing");
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ status: 404, code: "route_not_found" });
    });

    it("is 405 with Allow where the path is known and the method is not", async () => {
      const api = new API().get("/thing", () => "got").post("/thing", () => "posted");
      const send = await serve(api);
      const response = await send("/thing", { method: "DELETE" });
      expect(response.status).toBe(405);
      expect(allowed(response)).toEqual(["GET", "HEAD", "OPTIONS", "POST"]);
      expect(await response.json()).toMatchObject({ status: 405, code: "method_not_allowed" });
    });

    it("a method that nobody has heard of is 405 as well", async () => {
      const send = await serve(new API().get("/thing", () => "got"));
      expect((await send("/thing", { method: "PROPFIND" })).status).toBe(405);
    });
  });

  describe("HEAD", () => {
    it("is answered by GET's handler, with its headers and without the body", async () => {
      const api = new API();
      api.get("/page", (req, resp) => {
        resp.headers.set("x-method", req.method);
        resp.text = "four";
      });
      const send = await serve(api);
      const response = await send("/page", { method: "HEAD" });
      expect(response.status).toBe(200);
      expect(response.headers.get("x-method")).toBe("HEAD");
      expect(response.headers.get("content-length")).toBe("4");
      expect(await response.text()).toBe("");
    });

    it("has a handler of its own where one is registered", async () => {
      const api = new API().get("/page", () => "got");
      api.route("/page", { methods: ["HEAD"] }, (_req, resp) => {
        resp.headers.set("x-own", "yes");
        resp.statusCode = 200;
      });
      const send = await serve(api);
      expect((await send("/page", { method: "HEAD" })).headers.get("x-own")).toBe("yes");
      expect(await (await send("/page")).text()).toBe("got");
    });

    it("of a path with POST alone is 405", async () => {
      const send = await serve(new API().post("/form", () => "posted"));
      expect((await send("/form", { method: "HEAD" })).status).toBe(405);
    });
  });

  describe("OPTIONS", () => {
    it("is 204 with Allow", async () => {
      const send = await serve(new API().get("/thing", () => "got").put("/thing", () => "put"));
      const response = await send("/thing", { method: "OPTIONS" });
      expect(response.status).toBe(204);
      expect(allowed(response)).toEqual(["GET", "HEAD", "OPTIONS", "PUT"]);
    });

    it("of an unknown path is 404", async () => {
      const send = await serve(new API());
      expect((await send("/nothing", { method: "OPTIONS" })).status).toBe(404);
    });

    it("runs the hooks of the route it asks about", async () => {
      const api = new API();
      api.get("/closed", { beforeRequest: refuse }, () => "secret");
      const send = await serve(api);
      const response = await send("/closed", { method: "OPTIONS" });
      expect(response.status).toBe(401);
      expect(response.headers.get("allow")).toBeNull();
    });
  });
});

describe("registration", () => {
  it("refuses a second route of the same method and path", () => {
    const api = new API().get("/users", () => "first");
    expect(() => api.get("/users", () => "second")).toThrow(/GET \/users is registered twice/);
  });

  it("refuses a route that matches the same paths under other names", () => {
    const api = new API().get("/users/{id}", () => "first");
    expect(() => api.get("/users/{name}", () => "second")).toThrow(/ambiguous.*\/users\/\{id\}/);
  });

  it("refuses a verb that route() has taken already", () => {
    const api = new API().route("/any", () => "all");
    expect(() => api.post("/any", () => "post")).toThrow(/registered twice/);
  });

  it("takes the same path for another method, and another converter at the same place", () => {
    const api = new API().get("/users/{id}", () => "get").post("/users/{id}", () => "post");
    expect(() => api.get("/users/{id:int}", () => "int")).not.toThrow();
  });

  it.each([
    ["users", /must start with "\/"/],
    ["/users/{id:flot}", /Did you mean "float"/],
    ["/users/{id", /whole segment/],
    ["/a/{id}/{id}", /two parameters "id"/],
    ["/files/{rest:path}/more", /Put it last/],
    ["/%61dmin", /percent escape/],
    ["/a/../b", /resolve away/],
    ["/a?b", /query/],
  ])("refuses the pattern %s", (pattern, message) => {
    expect(() => new API().get(pattern, () => "x")).toThrow(message);
  });

  it("changes nothing when it refuses", async () => {
    const api = new API().get("/users", () => "first");
    expect(() => api.route("/users", () => "second")).toThrow(/registered twice/);
    expect((await api.requests.post("/users")).status).toBe(405);
  });
});

function withEveryConverter(): API {
  const api = new API();
  api.get("/str/{value}", (req) => ({ value: req.params.value }));
  api.get("/int/{value:int}", (req) => ({ value: req.params.value }));
  api.get("/float/{value:float}", (req) => ({ value: req.params.value }));
  api.get("/uuid/{value:uuid}", (req) => ({ value: req.params.value }));
  api.get("/path/{value:path}", (req) => ({ value: req.params.value }));
  return api;
}

function allowed(response: Response): string[] {
  return (response.headers.get("allow") ?? "").split(", ").sort();
}

const refuse: Hook = (_req, resp) => {
  resp.statusCode = 401;
};
