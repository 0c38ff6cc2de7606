import type { RevocationQuery, RevocationStore } from "../contracts/index.ts";
import { lastInstant, type Scripts, script } from "./scripts.ts";

/** ARGV: expiresAt, the last instant. */
const REVOKE = script(`
local held = redis.call('GET', key)
if held and tonumber(held) >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', key, ARGV[1])
redis.call('PEXPIREAT', key, ARGV[2])
return 1`);

/** ARGV: the instant, expiresAt, the last instant. */
const REVOKE_BEFORE = script(`
local held = redis.call('HMGET', key, 'instant', 'expiresAt')
if not held[1] or tonumber(held[1]) < tonumber(ARGV[1]) then redis.call('HSET', key, 'instant', ARGV[1]) end
if not held[2] or tonumber(held[2]) < tonumber(ARGV[2]) then
  redis.call('HSET', key, 'expiresAt', ARGV[2])
  redis.call('PEXPIREAT', key, ARGV[3])
end
return 1`);

const IS_THERE = script(`return redis.call('EXISTS', key)`);

/** ARGV: issuedAt. */
const IS_BEFORE = script(`
local instant = redis.call('HGET', key, 'instant')
if instant and tonumber(ARGV[1]) <= tonumber(instant) then return 1 end
return 0`);

/** What is revoked stands in keys that the server ends. */
export class RedisRevocations implements RevocationStore {
  readonly #scripts: Scripts;

  constructor(scripts: Scripts) {
    this.#scripts = scripts;
  }

  async revoke(id: string, expiresAt: number): Promise<void> {
    await this.#scripts.run(REVOKE, `revoked:${id}`, expiresAt, lastInstant(expiresAt));
  }

  async revokeBefore(subject: string, instant: number, expiresAt: number): Promise<void> {
    const ends = [expiresAt, lastInstant(expiresAt)];
    await this.#scripts.run(REVOKE_BEFORE, `revoked-before:${subject}`, instant, ...ends);
  }

  async isRevoked({ id, subject, issuedAt }: RevocationQuery): Promise<boolean> {
    // Both are on their way before either is answered.
    const answers = await Promise.all([
      id === undefined ? 0 : this.#scripts.run(IS_THERE, `revoked:${id}`),
      subject === undefined ? 0 : this.#scripts.run(IS_BEFORE, `revoked-before:${subject}`, issuedAt),
    ]);
    return answers.some((answer) => answer !== 0);
  }
}
