import { API, abort } from "responder-ts";
import { describe, expect, it } from "vitest";
import { cookieHeader } from "../support/cookies.ts";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

const SECRET = "0123456789abcdef0123456789abcdef";

function shop(): API {
  const api = new API({ secretKey: SECRET, logger: recordingLogger() });
  api.post("/cart", (req) => req.session.set("cart", ["sku-1"]));
  api.post("/login", (req) => {
    req.session.regenerate();
    req.session.set("user", "ada");
  });
  api.post("/login-then-abort", (req) => {
    req.session.regenerate();
    req.session.set("user", "ada");
    abort(409, "Choose a name first");
  });
  api.post("/login-then-fail", (req) => {
    req.session.set("user", "ada");
    throw new Error("x");
  });
  api.post("/logout", (req) => req.session.clear());
  api.get("/me", (req) => Object.fromEntries(req.session.entries()));
  return api;
}

overTransports("session fixation", (serve) => {
  it("signing in rotates the id, so that a planted session is not the victim's", async () => {
    const send = await serve(shop());
    const planted = cookieHeader(await send("/cart", { method: "POST" }));
    const signedIn = cookieHeader(await send("/login", { method: "POST", headers: { cookie: planted } }));
    expect(idOf(signedIn)).not.toBe(idOf(planted));
    const read = async (cookie: string) => (await send("/me", { headers: { cookie } })).json();
    expect(await read(planted)).toEqual({ cart: ["sku-1"] });
    expect(await read(signedIn)).toEqual({ cart: ["sku-1"], user: "ada" });
  });

  it("each sign-in has an id of its own", async () => {
    const send = await serve(shop());
    const ids = new Set<string>();
    for (let round = 0; round < 10; round++)
      ids.add(idOf(cookieHeader(await send("/login", { method: "POST" }))));
    expect(ids.size).toBe(10);
  });

  it("a value that the attacker chose is no session, under either name", async () => {
    const send = await serve(shop());
    for (const name of ["session", "__Host-session"]) {
      const response = await send("/me", { headers: { cookie: `${name}=attacker-chosen-id` } });
      expect(await response.json()).toEqual({});
    }
  });

  it("of two cookies of one name the planted one wins nothing: an unsigned one is an empty session", async () => {
    const send = await serve(shop());
    const own = cookieHeader(await send("/login", { method: "POST" }));
    const response = await send("/me", { headers: { cookie: `session=planted; ${own}` } });
    expect(await response.json()).not.toHaveProperty("planted");
  });
});

overTransports("a rotated cookie", (serve) => {
  it("is kept when the handler throws an HTTPError", async () => {
    const send = await serve(shop());
    const response = await send("/login-then-abort", { method: "POST" });
    expect(response.status).toBe(409);
    const cookie = cookieHeader(response);
    expect(await (await send("/me", { headers: { cookie } })).json()).toEqual({ user: "ada" });
  });

  it("is not sent when the error is unhandled: half a sign-in is none", async () => {
    const send = await serve(shop());
    const response = await send("/login-then-fail", { method: "POST" });
    expect([response.status, response.headers.getSetCookie()]).toEqual([500, []]);
  });

  it("is gone after signing out", async () => {
    const send = await serve(shop());
    const cookie = cookieHeader(await send("/login", { method: "POST" }));
    const response = await send("/logout", { method: "POST", headers: { cookie } });
    expect(response.headers.getSetCookie()[0]).toMatch(/^session=;.*Max-Age=0/);
  });
});

describe("the client's cookie jar", () => {
  it("holds one session, the rotated one", async () => {
    const client = shop().requests;
    await client.post("/cart");
    await client.post("/login");
    expect(await (await client.get("/me")).json()).toEqual({ cart: ["sku-1"], user: "ada" });
    await client.post("/logout");
    expect(await (await client.get("/me")).json()).toEqual({});
  });
});

/** What stands in the envelope as the session's id. */
function idOf(cookie: string): string {
  const payload = cookie.slice(cookie.indexOf("=") + 1).split(".")[0] as string;
  return JSON.stringify(
    (JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>)["id"],
  );
}
