import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { CookieSessions } from "./cookie-sessions.ts";
import type { SessionOptions } from "./options.ts";
import { shape } from "./schema.ts";
import { Session } from "./session.ts";

interface Visitor {
  user: string;
  visits: number;
  theme?: "dark" | "light";
}

declare const session: Session<Visitor>;
declare const untyped: Session;

describe("a typed session", () => {
  it("gives each key its type or undefined", () => {
    expectTypeOf(session.get("user")).toEqualTypeOf<string | undefined>();
    expectTypeOf(session.get("visits")).toEqualTypeOf<number | undefined>();
    expectTypeOf(session.get("theme")).toEqualTypeOf<"dark" | "light" | undefined>();
    expectTypeOf(session.get("user")).not.toBeAny();
  });

  it("knows its keys", () => {
    // @ts-expect-error no such key
    session.get("usr");
    // @ts-expect-error no such key
    session.has("usr");
    // @ts-expect-error no such key
    session.delete("usr");
    // @ts-expect-error no such key
    session.set("usr", "ada");
    // @ts-expect-error a key is a string
    session.get(1);
  });

  it("takes values of the key's type alone", () => {
    session.set("user", "ada");
    session.set("theme", "dark");
    // @ts-expect-error a string is wanted
    session.set("user", 1);
    // @ts-expect-error another key's type
    session.set("visits", "ada");
    // @ts-expect-error no such theme
    session.set("theme", "blue");
    // @ts-expect-error delete is for that
    session.set("theme", undefined);
  });

  it("narrows the value by the key in entries", () => {
    for (const [key, value] of session.entries()) {
      expectTypeOf(value).not.toBeAny();
      if (key === "visits") {
        expectTypeOf(value).toEqualTypeOf<number>();
      }
      if (key === "theme") {
        expectTypeOf(value).toEqualTypeOf<"dark" | "light">();
      }
    }
  });

  it("is not another session", () => {
    expectTypeOf<Session<{ user: number }>>().not.toExtend<Session<Visitor>>();
  });
});

describe("an untyped session", () => {
  it("has any key, and values that are unknown and not any", () => {
    untyped.set("user", "ada");
    expectTypeOf(untyped.get("user")).toBeUnknown();
    expectTypeOf(untyped.get("user")).not.toBeAny();
    for (const [key, value] of untyped.entries()) {
      expectTypeOf(key).toEqualTypeOf<string>();
      expectTypeOf(value).not.toBeAny();
    }
  });
});

describe("a backend's sessions", () => {
  const context = { cookie: () => undefined, insecureLoopback: false };

  it("have the type of shape<T>()", () => {
    const sessions = new CookieSessions(["k"], { schema: shape<Visitor>() });
    expectTypeOf(sessions.open(context)).toEqualTypeOf<Session<Visitor>>();
  });

  it("have the output type of a schema", () => {
    const schema = z.object({ user: z.string(), visits: z.number().default(0) });
    const sessions = new CookieSessions(["k"], { schema });
    expectTypeOf(sessions.open(context)).toEqualTypeOf<Session<{ user: string; visits: number }>>();
    expectTypeOf(sessions.open(context).get("visits")).toEqualTypeOf<number | undefined>();
  });

  it("are untyped without a schema", () => {
    expectTypeOf(new CookieSessions(["k"]).open(context)).toEqualTypeOf<Session>();
    expectTypeOf(new CookieSessions(["k"], { cookieName: "s" }).open(context)).toEqualTypeOf<Session>();
  });

  it("take the options there are", () => {
    // @ts-expect-error a session cookie that goes along with other sites' requests
    expectTypeOf<{ sameSite: "none" }>().toExtend<SessionOptions>();
    // @ts-expect-error no such option
    new CookieSessions(["k"], { idleTimout: 60 });
  });

  it("start with data of the type", () => {
    new Session<Visitor>({ user: "ada" });
    // @ts-expect-error a string is wanted
    new Session<Visitor>({ user: 1 });
  });
});
