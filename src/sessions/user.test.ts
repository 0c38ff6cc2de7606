import { describe, expect, it } from "vitest";
import { memory } from "../stores/index.ts";
import type { SessionContext } from "./backend.ts";
import { CookieSessions } from "./cookie-sessions.ts";
import type { SessionOptions } from "./options.ts";
import { StoredSessions } from "./stored-sessions.ts";
import { isTakenOver, userOfKey } from "./user.ts";

const SECRET = "a-secret-of-at-least-32-characters!!";
const context: SessionContext = {
  ...{ cookie: () => undefined, insecureLoopback: false, address: "127.0.0.1", userAgent: null },
};

/** What comes of a sign-in where `user` gives this, in either kind of session. */
async function signIn(kind: "cookie" | "store", given: () => unknown) {
  const user = given as NonNullable<SessionOptions["user"]>;
  const sessions =
    kind === "cookie"
      ? new CookieSessions([SECRET], { user })
      : new StoredSessions(memory().sessions, { user });
  const session = sessions.open(context, undefined);
  session.set("name", "ada");
  return sessions.commit(session, context);
}

describe.each(["cookie", "store"] as const)("whose a session in a %s is", (kind) => {
  it.each([
    ["a number", () => 42],
    ["true", () => true],
    ["an object", () => ({})],
    ["a list", () => ["ada"]],
    ["a promise", async () => "ada"],
    ["a promise that fails", () => Promise.reject(new Error("away"))],
  ])("is a text, and %s is refused with advice", async (_what, user) => {
    await expect(signIn(kind, user)).rejects.toThrow(/sessions: user\(data\) gives a text, .*String\(/);
  });
});

describe("userOfKey", () => {
  it.each([
    [{ user: "ada" }, "ada"],
    [{ user: 0 }, "0"],
    [{}, undefined],
    [{ user: null }, undefined],
    [{ user: { id: 1 } }, undefined],
  ])("of %o is %o", (data, user) => {
    expect(userOfKey(data)).toBe(user);
  });
});

it("is taken over where one user follows another, and not at sign-in or sign-out", () => {
  expect(isTakenOver("ada", "grace")).toBe(true);
  expect([isTakenOver(null, "ada"), isTakenOver("ada", null), isTakenOver("ada", "ada")]).not.toContain(true);
});
