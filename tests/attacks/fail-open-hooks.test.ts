import { API, type Hook, Router } from "responder-ts";
import { describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

/** The guide's own guard: it sets a status and a body, and returns nothing. */
const keyGuard: Hook = (req, resp) => {
  if (req.headers.get("X-API-Key") !== "sk-abc123") {
    resp.statusCode = 401;
    resp.media = { error: "Invalid or missing API key" };
  }
};
const bodyOnlyGuard: Hook = (req, resp) => {
  if (!req.headers.has("X-API-Key")) resp.media = { error: "Invalid or missing API key" };
};

overTransports("a guard in a hook", (serve) => {
  it.each([
    ["status and body", keyGuard, 401],
    ["a body alone", bodyOnlyGuard, 200],
  ])("that sets %s keeps the handler from running", async (_name, hook, status) => {
    const reached: string[] = [];
    const api = new API();
    api.beforeRequest(hook);
    api.get("/protected", () => String(reached.push("handler")));
    const send = await serve(api);
    const response = await send("/protected");
    expect([response.status, await response.json()]).toEqual([
      status,
      { error: "Invalid or missing API key" },
    ]);
    expect(reached).toEqual([]);
  });

  it("that fails denies: a broken user store lets nobody in", async () => {
    const reached: string[] = [];
    const logger = recordingLogger();
    const api = new API({ logger });
    api.beforeRequest(async () => {
      throw new Error("ECONNREFUSED 10.0.0.5:5432");
    });
    api.get("/protected", () => String(reached.push("handler")));
    const send = await serve(api);
    const response = await send("/protected");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("10.0.0.5");
    expect(reached).toEqual([]);
  });

  it("holds for every method, for HEAD and OPTIONS, unknown paths and mounts", async () => {
    const reached: string[] = [];
    const api = new API();
    api.beforeRequest(keyGuard);
    api.route("/all", (req) => String(reached.push(req.method)));
    api.mount("/mounted", () => new Response(String(reached.push("mount"))));
    const send = await serve(api);
    for (const path of ["/all", "/all/", "/mounted", "/mounted/x", "/unknown"]) {
      for (const method of ["GET", "HEAD", "OPTIONS", "POST", "DELETE", "PROPFIND"]) {
        expect([path, method, (await send(path, { method })).status]).toEqual([path, method, 401]);
      }
    }
    expect(reached).toEqual([]);
  });

  it("of a group guards what a later include and a nested group bring in", async () => {
    const reached: string[] = [];
    const router = new Router();
    const api = new API();
    const admin = api.group("/admin", { beforeRequest: keyGuard });
    admin.include(router, { prefix: "/r" });
    router.get("/x", () => String(reached.push("router")));
    admin.group("/deep").get("/x", () => String(reached.push("group")));
    admin.mount("/m", () => new Response(String(reached.push("mount"))));
    const send = await serve(api);
    for (const path of ["/admin/r/x", "/admin/deep/x", "/admin/m", "/admin/m/x"]) {
      expect([path, (await send(path)).status]).toEqual([path, 401]);
    }
    expect(reached).toEqual([]);
  });

  it("a handler that is used twice is guarded where the guard is, and nowhere else weakened", async () => {
    const shared = () => "shared";
    const api = new API().get("/open", shared).get("/closed", { beforeRequest: keyGuard }, shared);
    const send = await serve(api);
    expect((await send("/open")).status).toBe(200);
    expect((await send("/closed")).status).toBe(401);
  });
});

describe("an after hook", () => {
  it("cannot un-refuse by accident: a refusal without a new answer stays one", async () => {
    const api = new API().get("/closed", { beforeRequest: keyGuard }, () => "secret");
    api.afterRequest((_req, resp) => resp.headers.set("x-after", "ran"));
    const response = await api.requests.get("/closed");
    expect([response.status, response.headers.get("x-after")]).toEqual([401, "ran"]);
  });
});
