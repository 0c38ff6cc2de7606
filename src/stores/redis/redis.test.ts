import { createClient, createClientPool, createCluster, createSentinel } from "redis";
import { describe, expect, it } from "vitest";
import type { RedisClient } from "./index.ts";
import { redis } from "./index.ts";

/** Answers every script with the same, and notes what it was asked. */
function answering(reply: unknown) {
  const asked: { keys: string[]; given: string[] }[] = [];
  const answer: RedisClient["evalSha"] = async (_script, { keys, arguments: given }) => {
    asked.push({ keys, given });
    return reply;
  };
  return { asked, eval: answer, evalSha: answer };
}

describe("redis()", () => {
  it("takes every kind of client of the package redis", () => {
    const nodes = [{ host: "127.0.0.1", port: 1 }];
    expect(() => redis(createClient())).not.toThrow();
    expect(() => redis(createClient({ RESP: 2 }))).not.toThrow();
    expect(() => redis(createClientPool())).not.toThrow();
    expect(() => redis(createCluster({ rootNodes: [{ url: "redis://127.0.0.1:1" }] }))).not.toThrow();
    expect(() => redis(createSentinel({ name: "main", sentinelRootNodes: nodes }))).not.toThrow();
  });

  it.each([undefined, null, {}, "redis://127.0.0.1"])("takes no %s for a client", (client) => {
    expect(() => redis(client as never)).toThrow(/takes a client of the package redis/);
  });

  it("names the option that was misspelt", () => {
    const given = { prefx: "a" } as object;
    expect(() => redis(answering(0), given)).toThrow('redis() has no option "prefx". Did you mean "prefix"?');
  });

  it.each(["", "\uD800", 5])("takes no prefix of %j", (prefix) => {
    expect(() => redis(answering(0), { prefix: prefix as string })).toThrow(/prefix takes a string/);
  });

  it("begins its keys with its prefix, and with `responder` where none is said", async () => {
    const client = answering([]);
    await redis(client).sessions.read("a");
    await redis(client, { prefix: "notes" }).sessions.read("a");
    expect(client.asked.flatMap(({ keys }) => keys)).toEqual(["responder:session:a", "notes:session:a"]);
  });

  it("sends the whole script where the server does not know it, and does not hide another error", async () => {
    const calls: string[] = [];
    const client = (message: string): RedisClient => ({
      evalSha: async () => {
        calls.push("evalSha");
        throw new Error(message);
      },
      eval: async () => {
        calls.push("eval");
        return [];
      },
    });
    expect(await redis(client("NOSCRIPT No matching script")).sessions.read("a")).toBeNull();
    expect(calls).toEqual(["evalSha", "eval"]);
    await expect(redis(client("LOADING Redis is loading")).sessions.read("a")).rejects.toThrow("LOADING");
    expect(calls).toEqual(["evalSha", "eval", "evalSha"]);
  });

  it("takes no answer that it does not understand for `not there`", async () => {
    const store = redis(answering("OK"));
    await expect(store.sessions.read("a")).rejects.toThrow(TypeError);
    await expect(store.apiKeys.find("a")).rejects.toThrow(TypeError);
    await expect(store.refreshTokens.list("a")).rejects.toThrow(TypeError);
    await expect(store.throttles.read("a")).rejects.toThrow(TypeError);
    expect(await store.revocations.isRevoked({ id: "a", issuedAt: 1 })).toBe(true);
  });

  it("ends all of two hundred thousand sessions, some hundreds at a time", async () => {
    const ids = Array.from({ length: 200_000 }, (_, index) => `session-${index}`);
    const removed: string[][] = [];
    const answer: RedisClient["evalSha"] = async (_script, { keys, arguments: given }) => {
      if (keys[0] !== "responder:sessions:ada") return 1;
      if (given[0] === "") return ids;
      removed.push(given);
      return 1;
    };
    expect(await redis({ eval: answer, evalSha: answer }).sessions.deleteAll("ada")).toBe(ids.length);
    expect(removed.flat()).toEqual(ids);
    expect(Math.max(...removed.map(({ length }) => length))).toBeLessThanOrEqual(500);
  });

  it("sends no string that Redis would keep as another one", async () => {
    const client = answering(0);
    await expect(redis(client).throttles.read("ada\uD800")).rejects.toThrow(/lone surrogate/);
    expect(client.asked).toEqual([]);
  });
});
