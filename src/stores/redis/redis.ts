import { checkOptions } from "../../options.ts";
import type { Store } from "../contracts/index.ts";
import { RedisAPIKeys } from "./api-keys.ts";
import { RedisRefreshTokens } from "./refresh-tokens.ts";
import { RedisRevocations } from "./revocations.ts";
import { type RedisClient, Scripts } from "./scripts.ts";
import { RedisSessions } from "./sessions.ts";
import { RedisThrottles } from "./throttles.ts";

/** How a Redis store names its keys. */
export interface RedisOptions {
  /**
   * What its keys begin with, before a colon. Default `responder`. Applications that share a server, and should not share
   * sessions and keys, take one each.
   */
  prefix?: string;
}

/**
 * A store on a Redis server, 6.2 or newer, or on one that speaks like it (Valkey). It takes a client of the package
 * `redis` that somebody else connects and closes: alone, in a pool, with Sentinel, or for a cluster.
 *
 * What ends by itself the server forgets by itself; API keys stay. Each step is a script that touches one key. So every
 * method that touches one key is one step, and everything else comes in an order in which a process that dies half-way
 * leaves less access than there was: a rotated session may be gone, and a rotated API key without its successor. While
 * `deleteAll` runs, no session is moved or given more time, so that none gets past it. Lists are read key by key, and may
 * miss what is being rotated.
 *
 * A server that evicts keys for want of memory, or that is restarted without its append-only file, forgets sessions and
 * refresh tokens, which ends them, and revocations, which brings back what was revoked: use `maxmemory-policy noeviction`
 * and `appendonly yes`. Reads go where writes go, and never to a replica, which may lag behind a revocation.
 *
 * A client without a listener for `error` ends the process when the connection is lost.
 *
 * @throws TypeError for what is no such client, and for an empty prefix
 * @example
 * // client = await createClient({ url }).on("error", report).connect()
 * const store = redis(client, { prefix: "notes" });
 */
export function redis(client: RedisClient, options: RedisOptions = {}): Store {
  const { prefix = "responder" } = checkOptions("redis()", options, ["prefix"]);
  if (typeof client?.evalSha !== "function" || typeof client.eval !== "function") {
    throw new TypeError("redis() takes a client of the package redis, from createClient(), connected by you");
  }
  if (typeof prefix !== "string" || prefix === "" || !prefix.isWellFormed()) {
    throw new TypeError("redis(): prefix takes a string that is not empty");
  }

  const scripts = new Scripts(client, prefix);
  return Object.freeze({
    sessions: new RedisSessions(scripts),
    apiKeys: new RedisAPIKeys(scripts),
    refreshTokens: new RedisRefreshTokens(scripts),
    revocations: new RedisRevocations(scripts),
    throttles: new RedisThrottles(scripts),
    migrate: async () => undefined,
    sweep: async () => 0,
    close: async () => undefined,
  });
}
