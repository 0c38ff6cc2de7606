import { describe, expect, it } from "vitest";
import type { SessionCookie } from "./backend.ts";
import { CookieSessions } from "./cookie-sessions.ts";
import { CookieSigner } from "./cookie-signer.ts";
import type { SessionOptions } from "./options.ts";
import { Session } from "./session.ts";

const SECRET = "a-secret-of-at-least-32-characters!!";
const NAME = "__Host-session";
const NOW = 1_800_000_000;

const sessions = new CookieSessions([SECRET], {}, () => NOW * 1000);

/** A cookie signed with the right key: what an application's older or other version might have made. */
function forged(payload: unknown, name = NAME): string {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  return new CookieSigner([SECRET], "responder-ts session cookie HMAC-SHA-256 v1").seal(name, text);
}

function read(value: string): Record<string, unknown> {
  return Object.fromEntries(sessions.open({ cookie: () => value, insecureLoopback: false }).entries());
}

describe("attack: cookies that are none of ours are empty sessions", () => {
  const good = { id: "i", issued: NOW * 1000, created: NOW, seen: NOW, data: { user: "ada" } };

  it("a payload of the right form passes (so that the next tests prove something)", () => {
    expect(read(forged(good))).toEqual({ user: "ada" });
  });

  it.each<[string, unknown]>([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["null", "null"],
    ["no id", { ...good, id: undefined }],
    ["no instant of its id", { ...good, issued: undefined }],
    ["no times", { ...good, created: undefined }],
    ["times in words", { ...good, seen: String(NOW) }],
    ["negative times", { ...good, created: -1 }],
    ["a last touch before the beginning", { ...good, created: NOW + 1 }],
    ["no data", { ...good, data: undefined }],
    ["a list as data", { ...good, data: [1] }],
    ["empty data", { ...good, data: {} }],
    ["a __proto__ key", `{"id":"i","created":${NOW},"seen":${NOW},"data":{"__proto__":{"admin":true}}}`],
    ["a constructor.prototype key", { ...good, data: { constructor: { prototype: { admin: true } } } }],
  ])("signed, with %s", (_name, payload) => {
    expect(read(forged(payload))).toEqual({});
    expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
  });

  it("signed, with empty data: the next touch deletes it", () => {
    const context = { cookie: () => forged({ ...good, data: {} }), insecureLoopback: false };
    const session = sessions.open(context);
    session.get("user");
    expect(sessions.commit(session, context)).toMatchObject({ value: "", options: { maxAge: 0 } });
  });

  it("signed, with over 4,096 characters", () => {
    expect(read(forged({ ...good, data: { text: "x".repeat(2000) } }))).not.toEqual({});
    expect(read(forged({ ...good, data: { text: "x".repeat(4096) } }))).toEqual({});
  });

  it("signed for another cookie of the same application", () => {
    expect(read(forged(good, "theme"))).toEqual({});
  });

  it("the loopback cookie of development under the secure name", () => {
    expect(read(forged(good, "session"))).toEqual({});
  });

  it("a subdomain's `session` without the __Host- prefix is not even read", () => {
    const read: string[] = [];
    const cookie = (name: string) => void read.push(name);
    sessions.open({ cookie, insecureLoopback: false });
    expect(read).toEqual([NAME]);
  });
});

describe("attack: a cookie of another application with the same secret", () => {
  const cookieOf = (options: SessionOptions) => {
    const other = new CookieSessions([SECRET], options, () => NOW * 1000);
    const session = new Session();
    session.set("user", "ada");
    return (other.commit(session, { cookie: () => undefined, insecureLoopback: false }) as SessionCookie)
      .value;
  };
  const seen = (options: SessionOptions, value: string) =>
    new CookieSessions([SECRET], options, () => NOW * 1000)
      .open({ cookie: () => value, insecureLoopback: false })
      .get("user");

  it.each([
    [{ cookieName: "shop" }, { cookieName: "admin" }],
    [
      { cookieName: "shop", encrypt: true },
      { cookieName: "admin", encrypt: true },
    ],
    [{ encrypt: true }, {}],
    [{}, { encrypt: true }],
  ] satisfies [SessionOptions, SessionOptions][])("made with %j opens nothing with %j", (theirs, ours) => {
    expect(seen(theirs, cookieOf(theirs))).toBe("ada");
    expect(seen(ours, cookieOf(theirs))).toBeUndefined();
  });
});
