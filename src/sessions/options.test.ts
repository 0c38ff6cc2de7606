import { describe, expect, it } from "vitest";
import { z } from "zod";
import { memory } from "../stores/index.ts";
import { resolveSessionOptions, SESSION_OPTIONS, type SessionOptions } from "./options.ts";

const DAY = 86_400;

describe("resolveSessionOptions", () => {
  it("fills in the defaults and freezes the result", () => {
    const options = resolveSessionOptions({});
    expect(options).toEqual({
      schema: undefined,
      cookieName: "session",
      idleTimeout: 14 * DAY,
      absoluteTimeout: 30 * DAY,
      sameSite: "lax",
      store: undefined,
      encrypt: false,
      revocations: undefined,
      user: expect.any(Function),
    });
    expect(Object.isFrozen(options)).toBe(true);
  });

  it("takes every option that it lists", () => {
    const { revocations, sessions } = memory();
    const inCookies: Required<Omit<SessionOptions<{ user: string }>, "store">> = {
      schema: z.object({ user: z.string() }),
      cookieName: "sid",
      idleTimeout: 60,
      absoluteTimeout: 120,
      sameSite: "strict",
      encrypt: true,
      revocations: { revocations },
      user: (data) => data.user,
    };
    expect(resolveSessionOptions(inCookies)).toEqual({ ...inCookies, revocations, store: undefined });
    expect(resolveSessionOptions({ store: { sessions } }).store).toBe(sessions);
    expect([...Object.keys(inCookies), "store"].sort()).toEqual([...SESSION_OPTIONS].sort());
  });

  it.each([
    [{ store: memory(), encrypt: true }, /encrypt and revocations are for sessions in cookies/],
    [{ store: memory(), revocations: memory() }, /encrypt and revocations are for sessions in cookies/],
    [{ store: "app.db" }, /store takes a store, such as sqlite/],
    [{ store: null }, /store takes a store, such as sqlite/],
    [{ store: { sessions: null } }, /store takes a store, such as sqlite/],
    [{ revocations: {} }, /revocations takes a store/],
    [{ encrypt: "yes" }, /encrypt is true or false/],
    [{ user: "user" }, /user takes a function/],
  ])("refuses %o", (options, message) => {
    expect(() => resolveSessionOptions(options as SessionOptions)).toThrow(message);
  });

  it("shortens the idle default to a shorter absolute lifetime", () => {
    expect(resolveSessionOptions({ absoluteTimeout: 3600 }).idleTimeout).toBe(3600);
  });

  it("refuses an unknown option and names the nearest", () => {
    expect(() => resolveSessionOptions({ idleTimout: 60 } as SessionOptions)).toThrow(/"idleTimeout"/);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "60", null, 60n])(
    "refuses a lifetime of %s seconds",
    (seconds) => {
      const value = seconds as number;
      expect(() => resolveSessionOptions({ idleTimeout: value })).toThrow(RangeError);
      expect(() => resolveSessionOptions({ absoluteTimeout: value })).toThrow(RangeError);
    },
  );

  it("refuses an idle lifetime longer than the absolute one", () => {
    expect(() => resolveSessionOptions({ idleTimeout: 61, absoluteTimeout: 60 })).toThrow(/longer/);
    expect(() => resolveSessionOptions({ idleTimeout: 31 * DAY })).toThrow(RangeError);
    expect(resolveSessionOptions({ idleTimeout: 60, absoluteTimeout: 60 }).idleTimeout).toBe(60);
  });

  it.each(["", "a b", "a=b", "a;b", "ä", "a\r\nb", 1])("refuses the cookie name %j", (name) => {
    expect(() => resolveSessionOptions({ cookieName: name as string })).toThrow(TypeError);
  });

  it.each(["__Host-session", "__host-session", "__Secure-session"])(
    "refuses the prefix of %s, which it sets itself",
    (cookieName) => {
      expect(() => resolveSessionOptions({ cookieName })).toThrow(/prefix/);
    },
  );

  it.each(["none", "Lax", true])("refuses sameSite %j", (sameSite) => {
    expect(() => resolveSessionOptions({ sameSite: sameSite as "lax" })).toThrow(TypeError);
  });

  it.each([{}, "zod", null, { "~standard": {} }])("refuses the schema %j", (schema) => {
    expect(() => resolveSessionOptions({ schema: schema as never })).toThrow(/Standard Schema/);
  });
});
