import type { ThrottleState, ThrottleStore } from "../contracts/index.ts";
import { fieldsOf, lastInstant, type Scripts, script } from "./scripts.ts";

const READ = script(`return redis.call('HGETALL', key)`);

/** ARGV: the expected failures and blockedUntil, both empty for none; the next ones, expiresAt and the last instant. */
const REPLACE = script(`
local held = redis.call('HMGET', key, 'failures', 'blockedUntil')
if (held[1] or '') ~= ARGV[1] or (held[2] or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('DEL', key)
else
  redis.call('HSET', key, 'failures', ARGV[3], 'blockedUntil', ARGV[4], 'expiresAt', ARGV[5])
  redis.call('PEXPIREAT', key, ARGV[6])
end
return 1`);

export class RedisThrottles implements ThrottleStore {
  readonly #scripts: Scripts;

  constructor(scripts: Scripts) {
    this.#scripts = scripts;
  }

  async read(key: string): Promise<ThrottleState | null> {
    const fields = fieldsOf(await this.#scripts.run(READ, `throttle:${key}`));
    if (!fields) return null;
    const number = (name: string) => Number(fields.get(name));
    return {
      failures: number("failures"),
      blockedUntil: number("blockedUntil"),
      expiresAt: number("expiresAt"),
    };
  }

  async replace(key: string, expected: ThrottleState | null, next: ThrottleState | null): Promise<boolean> {
    const held = expected ? [expected.failures, expected.blockedUntil] : ["", ""];
    const place = next
      ? [next.failures, next.blockedUntil, next.expiresAt, lastInstant(next.expiresAt)]
      : [""];
    return (await this.#scripts.run(REPLACE, `throttle:${key}`, ...held, ...place)) === 1;
  }
}
