import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { RevocationStore } from "../stores/contracts/index.ts";
import { memory } from "../stores/index.ts";
import type { CookieContext } from "./backend.ts";
import { CookieSessions } from "./cookie-sessions.ts";
import type { Session } from "./session.ts";

const SECRET = "a-secret-of-at-least-32-characters!!";

/** A browser, and processes that share a store of revocations and a clock which the test moves. */
class World {
  now = Date.now();
  asked = 0;
  away = false;
  readonly store: RevocationStore;

  constructor() {
    const { revocations } = memory();
    this.store = {
      revoke: (...given) => revocations.revoke(...given),
      revokeBefore: (...given) => revocations.revokeBefore(...given),
      isRevoked: async (query) => {
        this.asked++;
        if (this.away) throw new Error("away");
        return revocations.isRevoked(query);
      },
    };
  }

  process(): CookieSessions {
    return new CookieSessions([SECRET], { revocations: { revocations: this.store } }, () => this.now);
  }
}

function contextWith(value: string | undefined): CookieContext {
  return { cookie: () => value, insecureLoopback: false };
}

/** What one request sees, and the cookie afterwards. */
async function request(
  process: CookieSessions,
  value: string | undefined,
  act: (session: Session) => unknown = (session) => session.get("user"),
) {
  const context = contextWith(value);
  const session = process.open(context, await process.prepare(context));
  const seen = act(session);
  return { seen, value: (await process.commit(session, context))?.value ?? value };
}

const signIn = (process: CookieSessions) =>
  request(process, undefined, (session) => session.set("user", "ada")).then(({ value }) => value);
const userOf = async (process: CookieSessions, value: string | undefined) =>
  (await request(process, value)).seen;

describe("a session in a cookie that can be revoked", () => {
  it("ends at once with revokeAll in the process that calls it, and within 5 seconds in another", async () => {
    const world = new World();
    const [here, there] = [world.process(), world.process()];
    const cookie = await signIn(here);
    expect([await userOf(here, cookie), await userOf(there, cookie)]).toEqual(["ada", "ada"]);
    world.now += 10;
    await here.administration.revokeAll("ada");
    expect(await userOf(here, cookie)).toBeUndefined();
    world.now += 5_000;
    expect(await userOf(there, cookie)).toBeUndefined();
  });

  it("ends one by one with revoke, and others go on", async () => {
    const world = new World();
    const process = world.process();
    const [first, second] = [await signIn(process), await signIn(process)];
    const { seen: id } = await request(process, first, (session) => session.id);
    expect(await process.administration.revoke(id as string)).toBe(true);
    expect([await userOf(process, first), await userOf(process, second)]).toEqual([undefined, "ada"]);
  });

  it("attack: a copy of the cookie opens nothing after sign-out, sign-in and regenerate()", async () => {
    const world = new World();
    const [here, there] = [world.process(), world.process()];
    for (const act of [
      (session: Session) => session.clear(),
      (session: Session) => session.set("user", "ada"),
      (session: Session) => session.regenerate(),
      (session: Session) => session.delete("user"),
    ]) {
      const copy = await signIn(here);
      expect(await userOf(there, copy)).toBe("ada");
      const { value: next } = await request(here, copy, act);
      expect(await userOf(here, copy)).toBeUndefined();
      world.now += 5_000;
      expect(await userOf(there, copy)).toBeUndefined();
      if (next && next !== copy) expect(await userOf(there, next)).toBe("ada");
    }
  });

  it("is there again for whoever signs in after revokeAll, in the same millisecond too", async () => {
    const process = new World().process();
    await process.administration.revokeAll("ada");
    expect(await userOf(process, await signIn(process))).toBe("ada");
  });

  it("goes on for the one that regenerates in the request that revokes all", async () => {
    const process = new World().process();
    const other = await signIn(process);
    const context = contextWith(await signIn(process));
    const session = process.open(context, await process.prepare(context));
    await process.administration.revokeAll("ada");
    session.regenerate();
    const own = (await process.commit(session, context))?.value;
    expect([await userOf(process, own), await userOf(process, other)]).toEqual(["ada", undefined]);
  });

  it("asks the store at most once in 5 seconds, and not for a cookie that is none of ours", async () => {
    const world = new World();
    const process = world.process();
    const cookie = await signIn(process);
    for (let count = 0; count < 20; count++) await userOf(process, cookie);
    expect(world.asked).toBe(1);
    world.now += 5_000;
    await userOf(process, cookie);
    expect(world.asked).toBe(2);
    await userOf(process, `${cookie}x`);
    await userOf(process, undefined);
    expect(world.asked).toBe(2);
  });

  it("attack: while the store is away nobody is in: 503, and in again when it is back", async () => {
    const world = new World();
    const process = world.process();
    const cookie = await signIn(process);
    world.away = true;
    await expect(userOf(process, cookie)).rejects.toMatchObject({ code: "store_unavailable" });
    world.away = false;
    expect(await userOf(process, cookie)).toBe("ada");
  });

  it("is empty where nobody asked about it", async () => {
    const process = new World().process();
    const cookie = await signIn(process);
    expect([...process.open(contextWith(cookie)).entries()]).toEqual([]);
  });

  it.each([
    ["five seconds", async (world: World) => Object.assign(world, { now: world.now + 5_000 })],
    [
      "a revocation of somebody else",
      (_: World, process: CookieSessions) => process.administration.revokeAll("x"),
    ],
  ])("is there for a request that touches it after %s", async (_what, meanwhile) => {
    const world = new World();
    const process = world.process();
    const cookie = await signIn(process);
    await userOf(process, cookie);
    const context = contextWith(cookie);
    const prepared = await process.prepare(context);
    await meanwhile(world, process);
    const session = process.open(context, prepared);
    expect([session.get("user"), await process.commit(session, context)]).toEqual(["ada", undefined]);
  });

  it.each([undefined, null, 0, ""])(
    "attack: is empty where the store answers %j and not false",
    async (answer) => {
      const { revocations } = memory();
      const store = Object.assign(Object.create(revocations), { isRevoked: async () => answer as never });
      const process = new CookieSessions([SECRET], { revocations: { revocations: store } });
      const cookie = await signIn(process);
      for (let count = 0; count < 2; count++) expect(await userOf(process, cookie)).toBeUndefined();
    },
  );

  it("is empty, and no error, where its data fails the schema that `user` relies on", async () => {
    const cookie = await signIn(new World().process());
    const process = new CookieSessions([SECRET], {
      schema: z.object({ account: z.object({ name: z.string() }) }),
      user: ({ account }) => (account as { name: string }).name,
      revocations: memory(),
    });
    const context = contextWith(cookie);
    expect([...process.open(context, await process.prepare(context)).entries()]).toEqual([]);
  });

  it("attack: regenerate() does not carry a session past a revocation that its process has not heard of", async () => {
    const world = new World();
    const [here, there] = [world.process(), world.process()];
    const cookie = await signIn(here);
    await userOf(there, cookie);
    world.now += 10;
    await here.administration.revokeAll("ada");
    world.now += 10;
    const { value } = await request(there, cookie, (session) => session.regenerate());
    world.now += 5_000;
    expect([await userOf(here, value), await userOf(there, value)]).toEqual([undefined, undefined]);
  });

  it("an answer from before a revocation does not outlive it", async () => {
    const world = new World();
    const slow = Promise.withResolvers<void>();
    const { revocations } = memory();
    const store: RevocationStore = {
      revoke: (...given) => revocations.revoke(...given),
      revokeBefore: (...given) => revocations.revokeBefore(...given),
      isRevoked: async (query) => {
        const answer = await revocations.isRevoked(query);
        await slow.promise;
        return answer;
      },
    };
    const process = new CookieSessions([SECRET], { revocations: { revocations: store } }, () => world.now);
    const cookie = await signIn(process);
    const late = userOf(process, cookie);
    await process.administration.revokeAll("ada");
    slow.resolve();
    await late;
    expect(await userOf(process, cookie)).toBeUndefined();
  });
});

describe("what cookies cannot do is refused with advice", () => {
  const process = new World().process();

  it.each([
    ["a list", () => process.administration.list("ada"), /give sessions: \{ store \}/],
    [
      "revokeAll with except",
      () => process.administration.revokeAll("ada", { except: "x" }),
      /regenerate\(\)/,
    ],
    ["revoke of a user's", () => process.administration.revoke("x", { user: "ada" }), /Nobody knows whose/],
    [
      "revokeAll without a store",
      () => new CookieSessions([SECRET]).administration.revokeAll("ada"),
      /sessions: \{ revocations: store \}/,
    ],
  ])("%s", async (_what, act, message) => {
    await expect(act()).rejects.toThrow(message);
  });
});
