import { API, type Hook } from "responder-ts";
import { describe, expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

/** Headers by which some framework or proxy can be told to run something else, or nothing. */
const SWITCHES: readonly (readonly [name: string, value: string])[] = [
  ["x-middleware-subrequest", "middleware:middleware:middleware:middleware:middleware"],
  ["x-middleware-subrequest", "src/middleware:src/middleware"],
  ["x-middleware-next", "1"],
  ["x-middleware-rewrite", "/open"],
  ["x-middleware-override-headers", "x-key"],
  ["x-original-url", "/open"],
  ["x-rewrite-url", "/open"],
  ["x-original-uri", "/open"],
  ["x-forwarded-uri", "/open"],
  ["x-forwarded-prefix", "/open"],
  ["x-forwarded-path", "/open"],
  ["x-http-method-override", "OPTIONS"],
  ["x-http-method", "HEAD"],
  ["x-method-override", "GET"],
  ["x-forwarded-for", "127.0.0.1"],
  ["x-real-ip", "127.0.0.1"],
  ["x-forwarded-proto", "https"],
  ["x-forwarded-host", "127.0.0.1"],
  ["forwarded", "for=127.0.0.1;proto=https;host=127.0.0.1"],
  ["x-authenticated-user", "admin"],
  ["x-remote-user", "admin"],
  ["x-debug", "1"],
  ["x-internal", "true"],
  ["purpose", "prefetch"],
  ["upgrade", "h2c"],
];

const guard: Hook = (req, resp) => {
  if (req.path !== "/open" && !req.headers.has("x-key")) resp.statusCode = 401;
};

overTransports("a header that switches things elsewhere", (serve) => {
  it.each(SWITCHES)("%s: %s does not switch the guard off", async (name, value) => {
    const reached: string[] = [];
    const api = new API();
    api.beforeRequest(guard);
    api.get("/open", () => "open");
    api.route("/closed", (req) => String(reached.push(req.method)));
    const send = await serve(api);
    for (const method of ["GET", "HEAD", "POST"]) {
      expect((await send("/closed", { method, headers: { [name]: value } })).status).toBe(401);
    }
    expect(
      (await send("/closed?_method=OPTIONS", { method: "POST", headers: { [name]: value } })).status,
    ).toBe(401);
    expect(reached).toEqual([]);
  });

  it.each(SWITCHES)("%s: %s changes neither path nor method nor address", async (name, value) => {
    const api = new API().route("/closed", (req) => ({
      path: req.path,
      method: req.method,
      ip: req.ip,
      url: req.url.href,
    }));
    const send = await serve(api);
    const plain = await (await send("/closed", { method: "POST" })).json();
    const switched = await (await send("/closed", { method: "POST", headers: { [name]: value } })).json();
    expect(switched).toEqual(plain);
  });
});

describe("a form's _method", () => {
  it("is data, and no method", async () => {
    const api = new API().post("/thing", (req) => req.method).delete("/thing", () => "deleted");
    expect(await (await api.requests.post("/thing", { form: { _method: "DELETE" } })).text()).toBe("POST");
  });
});
