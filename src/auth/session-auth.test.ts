import { API } from "responder-ts";
import { describe, expect, it, vi } from "vitest";
import type { AnyGuard } from "./guard.ts";
import { type SessionAuthOptions, sessionAuth } from "./session-auth.ts";

const SILENT = { info() {}, warn() {}, error() {} };

/** An application whose public sign-in keeps a value under a key, with a client that has used it. */
async function signedIn(guard: AnyGuard, key: string, value: unknown) {
  const api = new API({ auth: guard, secretKey: "k".repeat(32), logger: SILENT });
  api.post("/login", { public: true }, (req) => {
    (req.session as { set(key: string, value: unknown): void }).set(key, value);
    return "in";
  });
  api.get("/me", (req) => ({ principal: (req as { principal?: unknown }).principal }));
  const client = api.requests;
  await client.post("/login");
  return client;
}

describe("sessionAuth", () => {
  it("lets in whom the session names, as the value itself", async () => {
    const client = await signedIn(sessionAuth(), "user", { id: 7 });
    expect(await (await client.get("/me")).json()).toEqual({ principal: { id: 7 } });
  });

  it("loads whom the value stands for, from the key that sign-in sets", async () => {
    const load = vi.fn(async (id: string) => (id === "u1" ? { name: "Ann" } : null));
    const client = await signedIn(sessionAuth({ key: "account", load }), "account", "u1");
    expect(await (await client.get("/me")).json()).toEqual({ principal: { name: "Ann" } });
    expect((await (await signedIn(sessionAuth({ load }), "account", "u1")).get("/me")).status).toBe(401);
  });

  it("refuses an account that is gone since", async () => {
    const client = await signedIn(sessionAuth({ load: (): null => null }), "user", "u1");
    const response = await client.get("/me");
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      401,
      "credentials_refused",
    ]);
  });

  it.each(["", 0, false, null])("takes %j for nobody", async (value) => {
    expect((await (await signedIn(sessionAuth(), "user", value)).get("/me")).status).toBe(401);
  });

  it("asks for a session where there is none", async () => {
    const api = new API({ auth: sessionAuth(), logger: SILENT }).get("/me", () => "in");
    const response = await api.requests.get("/me");
    expect(response.headers.get("www-authenticate")).toBe('Session realm="app"');
  });

  it("is not made with an option that there is not", () => {
    expect(() => sessionAuth({ login: "/login" } as SessionAuthOptions<string, string, never>)).toThrow(
      TypeError,
    );
  });
});

describe("attack: what every object has is nobody's session", () => {
  it.each(["constructor", "toString", "__proto__"])("a guard on the key %s", async (key) => {
    const client = await signedIn(sessionAuth({ key }), "user", "u1");
    expect((await client.get("/me")).status).toBe(401);
  });
});
