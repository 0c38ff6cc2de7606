import { describe, expect, it } from "vitest";
import type { SessionCookie } from "./backend.ts";
import { CookieSessions } from "./cookie-sessions.ts";
import type { SessionOptions } from "./options.ts";
import type { Session } from "./session.ts";

const DAY = 86_400;

/** A browser with one cookie jar, and a server with a clock that the test moves. */
class World {
  seconds = 1_800_000_000;
  #jar: string | undefined;
  readonly #sessions: CookieSessions;

  constructor(options: SessionOptions = {}) {
    const secret = "a-secret-of-at-least-32-characters!!";
    this.#sessions = new CookieSessions([secret], options, () => this.seconds * 1000 + 999);
    this.request((session) => session.set("user", "ada"));
  }

  request(act: (session: Session) => void): SessionCookie | undefined {
    const context = { cookie: () => this.#jar, insecureLoopback: false };
    const session = this.#sessions.open(context);
    act(session);
    const cookie = this.#sessions.commit(session, context) as SessionCookie | undefined;
    this.#jar = cookie?.options.maxAge === 0 ? undefined : (cookie?.value ?? this.#jar);
    return cookie;
  }

  read(): SessionCookie | undefined {
    return this.request((session) => void session.get("user"));
  }

  data(): Record<string, unknown> {
    return Object.fromEntries(
      this.#sessions.open({ cookie: () => this.#jar, insecureLoopback: false }).entries(),
    );
  }
}

describe("lifetimes", () => {
  it("idle: ends 14 days after the last touch, and not a second earlier", () => {
    const world = new World();
    world.seconds += 14 * DAY - 1;
    expect(world.data()).toEqual({ user: "ada" });
    world.seconds += 1;
    expect(world.data()).toEqual({});
  });

  it("end for a cookie whose signature is remembered as for any other", () => {
    const world = new World({ idleTimeout: 60 });
    for (let visit = 0; visit < 3; visit++) expect(world.data()).toEqual({ user: "ada" });
    world.seconds += 60;
    expect(world.data()).toEqual({});
  });

  it("idle: each touch moves it", () => {
    const world = new World();
    for (let day = 1; day < 30; day++) {
      world.seconds += DAY;
      world.read();
    }
    expect(world.data()).toEqual({ user: "ada" });
  });

  it("absolute: ends after 30 days however busy it was, regenerated or not", () => {
    const world = new World();
    const end = world.seconds + 30 * DAY;
    while (world.seconds + DAY < end) {
      world.seconds += DAY;
      world.request((session) => session.regenerate());
    }
    world.seconds = end - 1;
    expect(world.data()).toEqual({ user: "ada" });
    expect(world.request((session) => session.set("last", true))?.options.maxAge).toBe(1);
    world.seconds = end;
    expect(world.data()).toEqual({});
  });

  it("absolute: the cookie's Max-Age never goes beyond it", () => {
    const world = new World();
    world.seconds += 13 * DAY;
    world.read();
    world.seconds += 12 * DAY;
    expect(world.read()?.options.maxAge).toBe(5 * DAY);
  });

  it("a session whose time runs out during a request is deleted, not renewed", () => {
    const world = new World({ absoluteTimeout: 60 });
    world.seconds += 59;
    const cookie = world.request((session) => {
      session.set("late", true);
      world.seconds += 1;
    });
    expect(cookie).toMatchObject({ value: "", options: { maxAge: 0 } });
  });

  it("an expired cookie is deleted by the next touch", () => {
    const world = new World({ idleTimeout: 600 });
    world.seconds += 600;
    expect(world.read()).toMatchObject({ value: "" });
  });

  it("idle lifetimes under two minutes are kept alive by reads all the same", () => {
    const world = new World({ idleTimeout: 30 });
    for (let step = 0; step < 10; step++) {
      world.seconds += 20;
      world.read();
    }
    expect(world.data()).toEqual({ user: "ada" });
  });

  it("another machine's clock may be a minute ahead, and no more", () => {
    const world = new World();
    world.seconds -= 60;
    expect(world.data()).toEqual({ user: "ada" });
    world.request((session) => session.set("more", 1));
    expect(world.data()).toEqual({ user: "ada", more: 1 });
    world.seconds -= 1;
    expect(world.data()).toEqual({});
  });
});
