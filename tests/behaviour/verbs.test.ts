import { API, type Handler, type Resource } from "responder-ts";
import { describe, expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

const ALL = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

overTransports("routes", (serve) => {
  it("route() answers all methods unless methods is given", async () => {
    const api = new API();
    api.route("/all", (req) => req.method);
    api.route("/some", { methods: ["PUT", "PURGE"] }, (req) => req.method);
    const send = await serve(api);
    for (const method of ALL) expect(await (await send("/all", { method })).text()).toBe(method);
    expect(await (await send("/some", { method: "PUT" })).text()).toBe("PUT");
    expect(await (await send("/some", { method: "PURGE" })).text()).toBe("PURGE");
    expect((await send("/some")).status).toBe(405);
  });

  it("route() leaves OPTIONS to the framework, unless it is listed", async () => {
    const api = new API();
    api.route("/all", (req) => req.method);
    api.route("/own", { methods: ["OPTIONS"] }, () => "my options");
    const send = await serve(api);
    expect((await send("/all", { method: "OPTIONS" })).status).toBe(204);
    expect(await (await send("/own", { method: "OPTIONS" })).text()).toBe("my options");
  });

  it("each verb answers its own method", async () => {
    const api = new API();
    const echo: Handler = (req) => `by ${req.method}`;
    api.get("/v", echo).post("/v", echo).put("/v", echo).patch("/v", echo).delete("/v", echo);
    const send = await serve(api);
    for (const method of ALL) expect(await (await send("/v", { method })).text()).toBe(`by ${method}`);
  });

  describe("a resource", () => {
    it("answers the methods that it has, and the others are 405", async () => {
      const api = new API();
      api.route("/things/{id:int}", {
        onGet: (req) => ({ got: req.params.id }),
        onDelete: (_req, resp) => {
          resp.statusCode = 204;
        },
      });
      const send = await serve(api);
      expect(await (await send("/things/3")).json()).toEqual({ got: 3 });
      expect((await send("/things/3", { method: "DELETE" })).status).toBe(204);
      const refused = await send("/things/3", { method: "POST" });
      expect(refused.status).toBe(405);
      expect(refused.headers.get("allow")?.split(", ").sort()).toEqual(["DELETE", "GET", "HEAD", "OPTIONS"]);
    });

    it("may be a class instance, whose methods keep their this", async () => {
      class Counter implements Resource<"/count"> {
        #count = 0;
        onGet = () => ({ count: this.#count });
        onPost() {
          this.#count++;
          return { count: this.#count };
        }
      }
      const api = new API();
      api.route("/count", new Counter());
      const send = await serve(api);
      await send("/count", { method: "POST" });
      expect(await (await send("/count")).json()).toEqual({ count: 1 });
    });

    it("runs onRequest before each of them, and it may stop the request", async () => {
      const api = new API();
      api.route("/closed", {
        onRequest: (req, resp) => {
          if (!req.headers.has("x-key")) resp.statusCode = 401;
        },
        onGet: () => "open",
      });
      const send = await serve(api);
      expect((await send("/closed")).status).toBe(401);
      expect(await (await send("/closed", { headers: { "x-key": "1" } })).text()).toBe("open");
    });

    it("with onRequest alone answers every method", async () => {
      const api = new API();
      api.route("/any", { onRequest: (req) => `any ${req.method}` });
      const send = await serve(api);
      for (const method of ALL) expect(await (await send("/any", { method })).text()).toBe(`any ${method}`);
    });

    it("runs onRequest once a request, for the methods it answers alone too", async () => {
      let runs = 0;
      const api = new API();
      api.route("/any", { onRequest: () => void runs++, onGet: () => "got" });
      const send = await serve(api);
      await send("/any");
      await send("/any", { method: "POST" });
      expect(runs).toBe(2);
    });

    it("may have the hooks of any route, before its own onRequest", async () => {
      const seen: string[] = [];
      const api = new API();
      api.route(
        "/r",
        { beforeRequest: () => void seen.push("hook"), afterRequest: () => void seen.push("after") },
        { onRequest: () => void seen.push("onRequest"), onGet: () => String(seen.push("onGet")) },
      );
      const send = await serve(api);
      await send("/r");
      expect(seen).toEqual(["hook", "onRequest", "onGet", "after"]);
    });
  });
});

describe("a handler that is none", () => {
  it.each([
    ["a resource that answers nothing", () => new API().route("/x", {}), /no onGet/],
    [
      "a resource class in place of an instance",
      () =>
        new API().route(
          "/x",
          class Thing {
            onGet() {
              return "x";
            }
          } as never,
        ),
      /write new Thing\(\)/,
    ],
    [
      "methods beside a resource",
      () => new API().route("/x", { methods: ["GET"] }, { onGet: () => "x" }),
      /resource/,
    ],
    ["an empty list of methods", () => new API().route("/x", { methods: [] }, () => "x"), /no method/],
    ["a method in lower case", () => new API().route("/x", { methods: ["get"] }, () => "x"), /upper case/],
    ["nothing at all", () => new API().get("/x", undefined as never), /takes its handler last/],
    ["a resource for a verb", () => new API().get("/x", { onGet: () => "x" } as never), /goes to route/],
  ])("is refused: %s", (_name, register, message) => {
    expect(register).toThrow(message);
  });
});
