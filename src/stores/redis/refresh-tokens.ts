import type {
  RefreshAttempt,
  RefreshClaim,
  RefreshFamily,
  RefreshTokenStore,
  StoredRefreshToken,
} from "../contracts/index.ts";
import { Holdings } from "./holdings.ts";
import { forEach, lastInstant, NOW, type Scripts, script, textsOf } from "./scripts.ts";

/** ARGV: the family's last instant, subject, claims, createdAt, expiresAt, the token's digest and expiresAt. */
const START = script(`
if redis.call('EXISTS', key) == 1 then return 0 end
redis.call('HSET', key, 'subject', ARGV[2], 'claims', ARGV[3], 'createdAt', ARGV[4], 'expiresAt', ARGV[5])
redis.call('HSET', key, 'token:' .. ARGV[6], ARGV[7])
redis.call('PEXPIREAT', key, ARGV[1])
return 1`);

/** ARGV: digest, at, sender, salt, the successor's digest and expiresAt. */
const CLAIM = script(`${NOW}
local digest = ARGV[1]
local token = redis.call('HGET', key, 'token:' .. digest)
if not token then return { 'unknown' } end
local family = redis.call('HMGET', key, 'subject', 'claims', 'createdAt', 'expiresAt', 'revoked')
if family[5] then return { 'revoked', unpack(family, 1, 4) } end
local held = redis.call('HMGET', key, 'at:' .. digest, 'sender:' .. digest, 'salt:' .. digest)
if held[1] then
  return { 'repeated', family[1], family[2], family[3], family[4], held[1], held[2], held[3] }
end
if tonumber(token) <= now then return { 'unknown' } end
redis.call('HSET', key, 'at:' .. digest, ARGV[2], 'sender:' .. digest, ARGV[3], 'salt:' .. digest, ARGV[4])
redis.call('HSET', key, 'token:' .. ARGV[5], ARGV[6])
return { 'claimed', unpack(family, 1, 4) }`);

/** @returns the subject, or nothing where there is none to revoke */
const REVOKE = script(`
local subject = redis.call('HGET', key, 'subject')
if not subject or redis.call('HSETNX', key, 'revoked', 1) == 0 then return {} end
return { subject }`);

/** ARGV: the subject whose it must be. */
const REVOKE_OF = script(`
if redis.call('HGET', key, 'subject') ~= ARGV[1] then return 0 end
return redis.call('HSETNX', key, 'revoked', 1)`);

const READ = script(`
local family = redis.call('HMGET', key, 'subject', 'claims', 'createdAt', 'expiresAt', 'revoked')
if not family[1] or family[5] then return {} end
return { unpack(family, 1, 4) }`);

/** A family with all its tokens is one hash, so that a claim is one step; each subject has a set of ids beside it. */
export class RedisRefreshTokens implements RefreshTokenStore {
  readonly #scripts: Scripts;
  readonly #subjects: Holdings;

  constructor(scripts: Scripts) {
    this.#scripts = scripts;
    this.#subjects = new Holdings(scripts, "families");
  }

  async start(family: RefreshFamily, token: StoredRefreshToken): Promise<void> {
    const { id, subject, claims, createdAt, expiresAt } = family;
    const first = [token.digest, token.expiresAt];
    const given = [lastInstant(expiresAt), subject, claims, createdAt, expiresAt, ...first];
    if ((await this.#scripts.run(START, `family:${id}`, ...given)) !== 1) {
      throw new Error("There is a family of refresh tokens with this id already");
    }
    await this.#subjects.add(subject, id, expiresAt);
  }

  async claim(familyId: string, digest: string, attempt: RefreshAttempt): Promise<RefreshClaim> {
    const { at, sender, salt, successor } = attempt;
    const given = [digest, at, sender, salt, successor.digest, successor.expiresAt];
    const reply = textsOf(await this.#scripts.run(CLAIM, `family:${familyId}`, ...given));
    const [outcome, ...rest] = reply;
    const family = familyOf(familyId, rest);
    if (!family) return { outcome: "unknown" };
    if (outcome === "claimed" || outcome === "revoked") return { outcome, family };
    const [heldAt, heldSender = "", heldSalt = ""] = rest.slice(4);
    return { outcome: "repeated", family, at: Number(heldAt), sender: heldSender, salt: heldSalt };
  }

  async revokeFamily(familyId: string): Promise<boolean> {
    const [subject] = textsOf(await this.#scripts.run(REVOKE, `family:${familyId}`));
    if (subject !== undefined) await this.#subjects.remove(subject, [familyId]);
    return subject !== undefined;
  }

  async revokeSubject(subject: string): Promise<number> {
    const ids = await this.#subjects.list(subject);
    const revoked = await forEach(ids, (id) => this.#scripts.run(REVOKE_OF, `family:${id}`, subject));
    await this.#subjects.remove(subject, ids);
    return revoked.filter((outcome) => outcome === 1).length;
  }

  async list(subject: string): Promise<readonly RefreshFamily[]> {
    const found = await forEach(await this.#subjects.list(subject), async (id) =>
      familyOf(id, textsOf(await this.#scripts.run(READ, `family:${id}`))),
    );
    return found
      .filter((family) => family !== null)
      .filter((family) => family.subject === subject)
      .sort((a, b) => b.createdAt - a.createdAt);
  }
}

function familyOf(id: string, texts: readonly string[]): RefreshFamily | null {
  const [subject, claims = "", createdAt, expiresAt] = texts;
  if (subject === undefined) return null;
  return { id, subject, claims, createdAt: Number(createdAt), expiresAt: Number(expiresAt) };
}
