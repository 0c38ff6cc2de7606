import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ResponseCookies } from "../http/cookies.ts";
import type { SessionCookie } from "./backend.ts";
import { DAY, NAME, SECRET, World } from "./cookie-sessions.fixture.ts";
import { CookieSessions } from "./cookie-sessions.ts";
import type { Session } from "./session.ts";

describe("the session cookie", () => {
  it("carries the session to the next request", () => {
    const world = new World();
    world.signIn();
    expect(world.data()).toEqual({ user: "ada" });
  });

  it("is __Host-session, HttpOnly, Secure, SameSite=Lax, and lasts as long as the idle lifetime", () => {
    const cookie = new World().signIn();
    expect(cookie?.name).toBe(NAME);
    expect(cookie?.options).toEqual({
      path: "/",
      httpOnly: true,
      secure: true,
      sameSite: "lax",
      maxAge: 14 * DAY,
    });
  });

  it("is readable, and holds an id, three times and the data", () => {
    const world = new World();
    world.signIn();
    expect(world.payload()).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      issued: world.seconds * 1000 + 999,
      created: world.seconds,
      seen: world.seconds,
      data: { user: "ada" },
    });
  });

  it("is plain `session` without Secure over http from loopback in development", () => {
    const sessions = new CookieSessions([SECRET], { sameSite: "strict" });
    const context = { cookie: () => undefined, insecureLoopback: true };
    const session = sessions.open(context);
    session.set("user", "ada");
    const cookie = sessions.commit(session, context) as SessionCookie | undefined;
    expect(cookie).toMatchObject({ name: "session", options: { secure: false, sameSite: "strict" } });
  });

  it("takes another name by option", () => {
    expect(new World({ cookieName: "sid" }).signIn()?.name).toBe("__Host-sid");
  });

  it("is verified by every secret and signed anew by the first", () => {
    const NEW = "another-secret-of-at-least-32-characters";
    const old = new World();
    old.signIn();
    const rotated = new World({}, [NEW, SECRET]);
    rotated.jar = old.jar;
    expect(rotated.data()).toEqual({ user: "ada" });
    rotated.request((session) => session.set("seen", true));
    const later = new World({}, [NEW]);
    later.jar = rotated.jar;
    expect(later.data()).toEqual({ user: "ada", seen: true });
  });
});

describe("an answer sets a cookie", () => {
  it("never for a session that nobody touched", () => {
    const world = new World();
    expect(world.request(() => {})).toBeUndefined();
    world.signIn();
    world.seconds += 3600;
    expect(world.request(() => {})).toBeUndefined();
    world.jar = "rubbish";
    expect(world.request(() => {})).toBeUndefined();
  });

  it("never for an empty session that was read, cleared or regenerated", () => {
    const world = new World();
    expect(world.request((session) => void session.get("user"))).toBeUndefined();
    expect(world.request((session) => session.clear())).toBeUndefined();
    expect(world.request((session) => session.regenerate())).toBeUndefined();
    expect(world.request((session) => void session.delete("user"))).toBeUndefined();
  });

  it("after a read once a minute, which moves the idle deadline alone", () => {
    const world = new World();
    world.signIn();
    const before = world.payload();
    world.seconds += 59;
    expect(world.request((session) => void session.get("user"))).toBeUndefined();
    world.seconds += 1;
    expect(world.request((session) => void session.get("user"))?.options.maxAge).toBe(14 * DAY);
    expect(world.payload()).toEqual({ ...before, seen: before.seen + 60 });
    expect(world.request((session) => void session.get("user"))).toBeUndefined();
  });

  it("after a change at once, with the patch laid over what was there", () => {
    const world = new World();
    world.request((session) => {
      session.set("user", "ada");
      session.set("cart", ["tea"]);
      session.set("theme", "dark");
    });
    const { id } = world.payload();
    world.request((session) => {
      session.set("cart", []);
      session.delete("theme");
    });
    expect(world.data()).toEqual({ user: "ada", cart: [] });
    expect(world.payload().id).toBe(id);
  });

  it("that deletes, when the session is cleared or its last key goes", () => {
    for (const end of [(s: Session) => s.clear(), (s: Session) => void s.delete("user")]) {
      const world = new World();
      world.signIn();
      expect(world.request(end)).toEqual({
        name: NAME,
        value: "",
        options: { path: "/", httpOnly: true, secure: true, sameSite: "lax", maxAge: 0 },
      });
    }
  });

  it("that deletes a bad cookie, when the session is touched", () => {
    const world = new World();
    world.jar = "rubbish";
    expect(world.request((session) => void session.get("user"))).toMatchObject({ value: "" });
  });

  it("that ResponseCookies takes", () => {
    const world = new World();
    const cookies = new ResponseCookies();
    const cookie = world.signIn();
    cookies.set(cookie?.name ?? "", cookie?.value ?? "", cookie?.options);
    expect([...cookies.lines()]).toEqual([
      `${NAME}=${world.jar}; Max-Age=1209600; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });
});

describe("size", () => {
  it("up to 4,096 bytes of the whole Set-Cookie line are taken, the largest comes back, one more throws", () => {
    const world = new World();
    let largest = 0;
    for (let length = 2700; length < 3100; length++) {
      try {
        const cookie = world.request((session) => session.set("text", "x".repeat(length)));
        const cookies = new ResponseCookies();
        cookies.set(cookie?.name ?? "", cookie?.value ?? "", cookie?.options);
        expect([...cookies.lines()].join("").length).toBeLessThanOrEqual(4096);
        largest = length;
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect(String(error)).toMatch(/4096: store an id .* database, or use a server-side session store/);
        expect(String(error)).not.toContain("xxx");
        break;
      }
    }
    expect(largest).toBeGreaterThan(2800);
    expect(world.data()["text"]).toHaveLength(largest);
  });
});

describe("a schema", () => {
  const schema = z.object({ user: z.string(), theme: z.string().optional() });

  it("makes a cookie that fails it an empty session", () => {
    const world = new World();
    world.request((session) => session.set("user", 1));
    const strict = new World({ schema });
    strict.jar = world.jar;
    expect(strict.data()).toEqual({});
    expect(strict.request((session) => void session.get("user"))).toMatchObject({ value: "" });
  });

  it("hides keys it does not know, and a change keeps them for the version that does", () => {
    const newer = new World();
    newer.request((session) => {
      session.set("user", "ada");
      session.set("plan", "pro");
    });
    const older = new World({ schema });
    older.jar = newer.jar;
    expect(older.data()).toEqual({ user: "ada" });
    older.request((session) => session.set("theme", "dark"));
    newer.jar = older.jar;
    expect(newer.data()).toEqual({ user: "ada", plan: "pro", theme: "dark" });
  });

  it("is asked before the answer, where half a session would be lost at the next request", () => {
    const world = new World({ schema });
    expect(() => world.request((session) => session.set("theme", "dark"))).toThrow(
      /fails its schema at "user"/,
    );
    expect(world.request((session) => session.clear())).toBeUndefined();
  });

  it("that validates asynchronously is refused with advice", () => {
    const world = new World({ schema: z.object({ user: z.string().refine(async () => true) }) });
    expect(() => world.signIn()).toThrow(/asynchronously/);
  });
});

describe("after commit", () => {
  it("writing throws instead of being lost", () => {
    const world = new World();
    const session = world.sessions.open(world.context());
    world.sessions.commit(session, world.context());
    expect(() => session.set("user", "ada")).toThrow(/after the answer/);
  });
});
