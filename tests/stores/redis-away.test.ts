import { randomUUID } from "node:crypto";
import { createClient } from "redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { answered, STORE_TIMEOUT } from "../../src/stores/answered.ts";
import type { Store } from "../../src/stores/index.ts";
import { redis } from "../../src/stores/redis/index.ts";
import { storeContract } from "../../src/testing/index.ts";
import { newSession } from "../../src/testing/store-contract/sessions.ts";
import { newKey } from "./redis.fixture.ts";
import { hasRedisServer, RedisServer } from "./redis-servers.ts";

describe.skipIf(!hasRedisServer())("a Redis server that is away", () => {
  let server: RedisServer;
  let client: ReturnType<typeof createClient>;
  let store: Store;

  beforeAll(async () => {
    server = await RedisServer.start();
    client = createClient({ url: server.url });
    client.on("error", () => undefined);
    await client.connect();
    store = redis(client);
  });
  beforeEach(() => client.flushAll());
  afterAll(async () => {
    client.destroy();
    await server.remove();
  });

  /** One call of every part. */
  function calls(): (() => Promise<unknown>)[] {
    const id = randomUUID();
    const expiresAt = Date.now() + 60_000;
    const attempt = { at: 1, sender: "", salt: "", successor: { digest: "b", expiresAt } };
    return [
      () => store.sessions.read(id),
      () => store.sessions.create(newSession({ user: "ada" })),
      () => store.sessions.patch(id, {}),
      () => store.sessions.rotate(id, randomUUID(), {}),
      () => store.sessions.deleteAll("ada"),
      () => store.apiKeys.find(id),
      () => store.apiKeys.create(newKey("ada")),
      () => store.refreshTokens.claim(id, "a", attempt),
      () => store.revocations.isRevoked({ id, subject: id, issuedAt: 1 }),
      () => store.throttles.replace(id, null, null),
    ];
  }

  /** How every call ends, which must be by 503 and in time. */
  async function expectRefusals(): Promise<void> {
    const startedAt = performance.now();
    const outcomes = await Promise.all(
      calls().map((call) => answered(call).catch((error: unknown) => error)),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ statusCode: 503, code: "store_unavailable" });
    }
    expect(performance.now() - startedAt).toBeLessThan(STORE_TIMEOUT * 1_000 + 500);
  }

  async function untilItServes(): Promise<void> {
    const patience = Date.now() + 15_000;
    for (;;) {
      const outcome = await answered(() => store.sessions.read(randomUUID())).catch(
        (error: unknown) => error,
      );
      if (outcome === null) return;
      if (Date.now() > patience) throw outcome;
    }
  }

  it("refuses in time, lets nobody in, and after its return goes on by itself with all it had", async () => {
    const session = newSession({ user: "ada", data: { a: "1" } });
    await store.sessions.create(session);
    await store.revocations.revoke("gone", Date.now() + 60_000);
    await server.kill();
    await expectRefusals();
    await server.start();
    await untilItServes();
    expect(await store.sessions.read(session.id)).toEqual(session);
    expect(await store.revocations.isRevoked({ id: "gone", issuedAt: 1 })).toBe(true);
    // It has started without a script.
    await Promise.all(calls().map((call) => call()));
  });

  it("that hangs is refused in time as well, and goes on when it does", async () => {
    server.signal("SIGSTOP");
    try {
      await expectRefusals();
    } finally {
      server.signal("SIGCONT");
    }
    await untilItServes();
    await Promise.all(calls().map((call) => call()));
  });

  it("that forgets its scripts again and again still keeps the contract, all of it at once", async () => {
    let running = true;
    const forget = async () => {
      for (; running; await new Promise((resolve) => setTimeout(resolve, 5))) await client.scriptFlush();
    };
    const forgetting = forget();
    const outcomes = await Promise.allSettled(storeContract(() => store).map(({ run }) => run()));
    running = false;
    await forgetting;
    expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([]);
  });

  it("that is killed among many claims has let one alone win, or none", async () => {
    const expiresAt = Date.now() + 60_000;
    const family = { id: randomUUID(), subject: "ada", claims: "{}", createdAt: 1, expiresAt };
    await store.refreshTokens.start(family, { digest: "a", expiresAt });
    const claims = Array.from({ length: 200 }, (_, index) => {
      const successor = { digest: `b${index}`, expiresAt };
      return store.refreshTokens.claim(family.id, "a", { at: index, sender: "", salt: "", successor }).then(
        ({ outcome }) => outcome,
        () => "rejected",
      );
    });
    await server.kill();
    await server.start();
    const outcomes = await Promise.all(claims);
    expect(outcomes.filter((outcome) => outcome === "claimed").length).toBeLessThanOrEqual(1);
    await untilItServes();
    const attempt = { at: 1, sender: "", salt: "", successor: { digest: "c", expiresAt } };
    const after = await store.refreshTokens.claim(family.id, "a", attempt);
    // What was answered has been written: nobody can claim it once more.
    if (outcomes.some((outcome) => outcome !== "rejected")) expect(after.outcome).toBe("repeated");
    else expect(["claimed", "repeated"]).toContain(after.outcome);
  });

  it("a client that keeps no queue refuses at once", async () => {
    const impatient = createClient({ url: server.url, disableOfflineQueue: true });
    impatient.on("error", () => undefined);
    await impatient.connect();
    await server.kill();
    // The loss is noticed at the next turn of the event loop or two.
    await expect.poll(() => impatient.isReady).toBe(false);
    const startedAt = performance.now();
    await expect(redis(impatient).sessions.read("a")).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(500);
    impatient.destroy();
    await server.start();
  });
});
