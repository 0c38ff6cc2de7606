import { API, abort, type Hook, Router } from "responder-ts";
import { describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

overTransports("hooks", (serve) => {
  it("run from the application to the group to the route, and after hooks back", async () => {
    const seen: string[] = [];
    const mark =
      (name: string): Hook =>
      () =>
        void seen.push(name);
    const api = new API();
    api.beforeRequest(mark("+api 1")).beforeRequest(mark("+api 2"));
    api.afterRequest(mark("-api 1")).afterRequest(mark("-api 2"));
    const group = api.group("/g", { beforeRequest: mark("+group"), afterRequest: mark("-group") });
    group.get(
      "/r",
      {
        beforeRequest: [mark("+route 1"), mark("+route 2")],
        afterRequest: [mark("-route 1"), mark("-route 2")],
      },
      () => String(seen.push("handler")),
    );
    const send = await serve(api);
    await send("/g/r");
    expect(seen.join(" ")).toBe(
      "+api 1 +api 2 +group +route 1 +route 2 handler -route 1 -route 2 -group -api 1 -api 2",
    );
  });

  it("of the application run for unknown paths and methods too", async () => {
    const seen: string[] = [];
    const api = new API();
    api.beforeRequest((req) => void seen.push(`+${req.method} ${req.path}`));
    api.afterRequest((_req, resp) => void seen.push(`-${resp.statusCode}`));
    api.get("/known", () => "known");
    const send = await serve(api);
    await send("/unknown");
    await send("/known", { method: "POST" });
    await send("/known", { method: "OPTIONS" });
    await send("/known/");
    expect(seen).toEqual([
      "+GET /unknown",
      "-404",
      "+POST /known",
      "-405",
      "+OPTIONS /known",
      "-204",
      "+GET /known/",
      "-308",
    ]);
  });

  it("that stop an unknown path answer it: nobody learns what is there", async () => {
    const api = new API();
    api.beforeRequest((_req, resp) => {
      resp.statusCode = 401;
    });
    const send = await serve(api);
    expect((await send("/unknown")).status).toBe(401);
  });

  it("of a router run neither for the application's routes nor for unknown paths", async () => {
    const router = new Router({
      beforeRequest: (_req, resp) => {
        resp.statusCode = 403;
      },
    });
    router.get("/inside", () => "inside");
    const send = await serve(new API().get("/outside", () => "outside").include(router, { prefix: "/r" }));
    expect((await send("/r/inside")).status).toBe(403);
    expect((await send("/outside")).status).toBe(200);
    expect((await send("/r/unknown")).status).toBe(404);
  });

  it("share a request's state, parameters and headers with its handler", async () => {
    const api = new API({ state: () => ({ user: "" }) });
    api.beforeRequest((req) => {
      req.state.user = `user of ${req.params["id"]}`;
    });
    api.get("/t/{id:int}", (req) => req.state.user);
    const send = await serve(api);
    expect(await (await send("/t/4")).text()).toBe("user of 4");
  });

  describe("after hooks", () => {
    const stamped = (api: API): API =>
      api.afterRequest((_req, resp) => resp.headers.set("x-after", String(resp.statusCode)));

    it("see the answers that before hooks made", async () => {
      const api = stamped(new API());
      api.beforeRequest((_req, resp) => {
        resp.statusCode = 401;
      });
      const send = await serve(api.get("/x", () => "x"));
      expect((await send("/x")).headers.get("x-after")).toBe("401");
    });

    it("see the answers that errors made, handled, unhandled and of a malformed path alike", async () => {
      const api = stamped(new API({ logger: recordingLogger() }));
      api.get("/abort", () => abort(418));
      api.get("/throw", () => {
        throw new Error("secret");
      });
      const send = await serve(api);
      expect((await send("/abort")).headers.get("x-after")).toBe("418");
      expect((await send("/throw")).headers.get("x-after")).toBe("500");
      expect((await send("/none")).headers.get("x-after")).toBe("404");
      expect((await send("/%zz")).headers.get("x-after")).toBe("400");
    });

    it("of the route run when a hook of the application answered", async () => {
      const api = new API();
      api.beforeRequest((_req, resp) => {
        resp.text = "early";
      });
      api.get("/x", { afterRequest: (_req, resp) => resp.headers.set("x-route", "yes") }, () => "late");
      const send = await serve(api);
      const response = await send("/x");
      expect([await response.text(), response.headers.get("x-route")]).toEqual(["early", "yes"]);
    });

    it("may replace the answer, and all of them run", async () => {
      const api = new API();
      api.afterRequest(() => "replaced");
      api.afterRequest((_req, resp) => resp.headers.set("x-second", String(resp.text)));
      const send = await serve(api.get("/x", () => "original"));
      const response = await send("/x");
      expect([await response.text(), response.headers.get("x-second")]).toEqual(["replaced", "replaced"]);
    });

    it("that throw turn the answer into the error's, and the others still run", async () => {
      const api = new API();
      api.afterRequest(() => abort(503, "closing"));
      api.afterRequest((_req, resp) => resp.headers.set("x-second", "yes"));
      const send = await serve(api.get("/x", () => "original"));
      const response = await send("/x");
      expect([response.status, response.headers.get("x-second")]).toEqual([503, "yes"]);
    });
  });
});

describe("synchronous handlers", () => {
  it("cost no promise: api.fetch gives the response itself", () => {
    const api = new API();
    api.beforeRequest((_req, resp) => resp.headers.set("x-hook", "ran"));
    api.afterRequest(() => undefined);
    api.get("/media", (_req, resp) => {
      resp.media = { ok: true };
    });
    const response = api.fetch(new Request("http://localhost/media"));
    expect(response).toBeInstanceOf(Response);
    expect((response as Response).headers.get("x-hook")).toBe("ran");
  });

  it("cost none for errors, unknown paths and redirects either", () => {
    const api = new API();
    api.get("/abort", () => abort(400));
    api.get("/away", (_req, resp) => resp.redirect("/abort"));
    for (const path of ["/abort", "/away", "/unknown", "/abort/"]) {
      expect(api.fetch(new Request(`http://localhost${path}`))).toBeInstanceOf(Response);
    }
  });

  it("cost none once the startup hooks are through", async () => {
    const api = new API().get("/x", () => "x");
    api.on("startup", () => undefined);
    await api.fetch(new Request("http://localhost/x"));
    expect(api.fetch(new Request("http://localhost/x"))).toBeInstanceOf(Response);
  });

  it("an asynchronous one gives a promise", () => {
    const api = new API().get("/x", async () => "x");
    expect(api.fetch(new Request("http://localhost/x"))).toBeInstanceOf(Promise);
  });
});
