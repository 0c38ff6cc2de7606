import { API, abort, type Hook, html } from "responder-ts";
import { describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

const STOPPING: readonly (readonly [name: string, status: number, hook: Hook])[] = [
  ["sets a status", 401, (_req, resp) => void Object.assign(resp, { statusCode: 401 })],
  ["sets the status 200", 200, (_req, resp) => void Object.assign(resp, { statusCode: 200 })],
  ["sets media", 200, (_req, resp) => void Object.assign(resp, { media: { error: "no" } })],
  ["sets media to null", 200, (_req, resp) => void Object.assign(resp, { media: null })],
  ["sets a text", 200, (_req, resp) => void Object.assign(resp, { text: "no" })],
  ["sets an empty text", 200, (_req, resp) => void Object.assign(resp, { text: "" })],
  ["sets a page", 200, (_req, resp) => void Object.assign(resp, { html: html`<p>no</p>` })],
  ["sets content", 200, (_req, resp) => void Object.assign(resp, { content: new Uint8Array(1) })],
  ["sets a stream", 200, (_req, resp) => resp.stream(["no"])],
  ["redirects", 302, (_req, resp) => resp.redirect("/login")],
  ["returns an object", 200, () => ({ error: "no" })],
  ["returns an empty object", 200, () => ({})],
  ["returns a string", 200, () => "no"],
  ["returns an empty string", 200, () => ""],
  ["returns bytes", 200, () => new Uint8Array()],
  ["returns a triple", 403, () => ["no", 403, { "x-why": "no" }]],
  ["returns a Response", 429, () => new Response("no", { status: 429 })],
  ["throws an HTTPError", 403, () => abort(403)],
];

const PASSING: readonly (readonly [name: string, hook: Hook])[] = [
  ["does nothing", () => undefined],
  ["sets a header", (_req, resp) => resp.headers.set("x-hook", "yes")],
  ["sets a cookie", (_req, resp) => resp.setCookie("seen", "1")],
  ["sets an etag", (_req, resp) => void Object.assign(resp, { etag: "v1" })],
  ["touches the session", (req) => void req.session.get("user")],
  ["registers a background task", (_req, resp) => resp.background(() => undefined)],
];

overTransports("a before hook", (serve) => {
  for (const kind of ["synchronous", "asynchronous"] as const) {
    const wrapped = (hook: Hook): Hook =>
      kind === "synchronous" ? hook : (req, resp) => tick().then(() => hook(req, resp));

    describe(kind, () => {
      it.each(STOPPING)("stops the request when it %s", async (_name, status, hook) => {
        const reached: string[] = [];
        const api = new API();
        api.beforeRequest(wrapped(hook));
        api.beforeRequest(() => void reached.push("next hook"));
        api.get("/closed", () => String(reached.push("handler")));
        const send = await serve(api);
        expect((await send("/closed")).status).toBe(status);
        expect(reached).toEqual([]);
      });

      it.each(PASSING)("lets the request go on when it %s", async (_name, hook) => {
        const api = new API({ secretKey: "0123456789abcdef0123456789abcdef" });
        api.beforeRequest(wrapped(hook));
        api.get("/open", () => "handled");
        const send = await serve(api);
        expect(await (await send("/open")).text()).toBe("handled");
      });

      it.each([false, null, true, 0, 401, Symbol("no"), 1n, () => "no"])(
        "fails closed with 500 when it returns %s",
        async (value) => {
          const logger = recordingLogger();
          const reached: string[] = [];
          const api = new API({ logger });
          api.beforeRequest(wrapped((() => value) as unknown as Hook));
          api.get("/closed", () => String(reached.push("handler")));
          const send = await serve(api);
          expect((await send("/closed")).status).toBe(500);
          expect(reached).toEqual([]);
          expect(logger.lines.map((line) => String(line.error)).join()).toMatch(/hook or handler returned/);
        },
      );
    });
  }

  it("of a group or a route stops in the same way", async () => {
    const reached: string[] = [];
    const denied: Hook = () => ({ error: "no" });
    const api = new API();
    api.group("/g", { beforeRequest: denied }).get("/x", () => String(reached.push("group")));
    api.get("/r", { beforeRequest: [denied] }, () => String(reached.push("route")));
    const send = await serve(api);
    expect(await (await send("/g/x")).json()).toEqual({ error: "no" });
    expect(await (await send("/r")).json()).toEqual({ error: "no" });
    expect(reached).toEqual([]);
  });

  it("that rejects stops it as one that throws does", async () => {
    const logger = recordingLogger();
    const reached: string[] = [];
    const api = new API({ logger });
    api.beforeRequest(async () => {
      await tick();
      throw new Error("the user table is gone");
    });
    api.get("/closed", () => String(reached.push("handler")));
    const send = await serve(api);
    expect((await send("/closed")).status).toBe(500);
    expect(reached).toEqual([]);
  });

  it("returning resp itself leaves the answer to resp", async () => {
    const api = new API();
    api.beforeRequest((_req, resp) => resp);
    api.get("/open", (_req, resp) => {
      resp.text = "handled";
      return resp;
    });
    const send = await serve(api);
    expect(await (await send("/open")).text()).toBe("handled");
  });
});

async function tick(): Promise<void> {}
