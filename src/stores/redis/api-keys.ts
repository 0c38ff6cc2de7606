import type { APIKeyStore, StoredAPIKey } from "../contracts/index.ts";
import { fieldsOf, forEach, NOW, type Scripts, script, textsOf } from "./scripts.ts";

/** Milliseconds that a successor's id is held for it. It is for no longer than one round trip. */
const RESERVATION = 60_000;

/** ARGV: fields with their values. */
const CREATE = script(`
if redis.call('EXISTS', key) == 1 then return 0 end
redis.call('HSET', key, unpack(ARGV))
return 1`);

/** A record without a digest is no key yet. */
const RESERVE = script(`
if redis.call('EXISTS', key) == 1 then return 0 end
redis.call('HSET', key, 'reserved', 1)
redis.call('PEXPIRE', key, ${RESERVATION})
return 1`);

const RELEASE = script(`
if redis.call('HEXISTS', key, 'reserved') == 1 then redis.call('DEL', key) end
return 1`);

/** Puts the key in the place of its reservation. ARGV: as for CREATE. */
const FULFIL = script(`
if redis.call('HEXISTS', key, 'digest') == 1 then return 0 end
redis.call('DEL', key)
redis.call('HSET', key, unpack(ARGV))
return 1`);

const READ = script(`return redis.call('HGETALL', key)`);

/** ARGV: the instant. */
const REVOKE = script(`
if redis.call('HEXISTS', key, 'digest') == 0 then return 0 end
return redis.call('HSETNX', key, 'revokedAt', ARGV[1])`);

/** ARGV: the successor's id, when the old key ends. */
const ROTATE = script(`${NOW}
local held = redis.call('HMGET', key, 'digest', 'expiresAt', 'revokedAt', 'successorId')
if not held[1] or held[3] or held[4] then return 0 end
if held[2] and tonumber(held[2]) <= now then return 0 end
redis.call('HSET', key, 'successorId', ARGV[1])
if not held[2] or tonumber(held[2]) > tonumber(ARGV[2]) then redis.call('HSET', key, 'expiresAt', ARGV[2]) end
return 1`);

/** ARGV: the instant. */
const TOUCH = script(`
local held = redis.call('HMGET', key, 'digest', 'lastUsedAt')
if not held[1] or (held[2] and tonumber(held[2]) >= tonumber(ARGV[1])) then return 0 end
redis.call('HSET', key, 'lastUsedAt', ARGV[1])
return 1`);

/** ARGV: an id. */
const NOTE = script(`return redis.call('SADD', key, ARGV[1])`);

const NOTED = script(`return redis.call('SMEMBERS', key)`);

/**
 * Each key is a hash that stays; each owner has a set of ids, and there is one of all.
 *
 * A rotation takes several steps: the successor's id is reserved, the old key names it, and then the successor is there.
 * A process that dies before the last step leaves an old key that ends when it should, and no successor: nobody has been
 * handed it by then. `touch` notes each use for itself.
 */
export class RedisAPIKeys implements APIKeyStore {
  readonly #scripts: Scripts;

  constructor(scripts: Scripts) {
    this.#scripts = scripts;
  }

  async create(key: StoredAPIKey): Promise<void> {
    // First, so that no key is there that no list shows.
    await this.#note(key);
    if ((await this.#scripts.run(CREATE, `key:${key.id}`, ...fieldsOfKey(key))) !== 1) throw taken();
  }

  async #note({ id, owner }: StoredAPIKey): Promise<void> {
    await Promise.all([this.#scripts.run(NOTE, `keys:${owner}`, id), this.#scripts.run(NOTE, "keys", id)]);
  }

  async find(id: string): Promise<StoredAPIKey | null> {
    const fields = fieldsOf(await this.#scripts.run(READ, `key:${id}`));
    return fields?.has("digest") ? keyOf(id, fields) : null;
  }

  async list(owner?: string): Promise<readonly StoredAPIKey[]> {
    const ids = textsOf(await this.#scripts.run(NOTED, owner === undefined ? "keys" : `keys:${owner}`));
    const found = await forEach(ids, (id) => this.find(id));
    return found
      .filter((key) => key !== null)
      .filter((key) => owner === undefined || key.owner === owner)
      .sort((a, b) => b.createdAt - a.createdAt);
  }

  async revoke(id: string, revokedAt: number): Promise<boolean> {
    return (await this.#scripts.run(REVOKE, `key:${id}`, revokedAt)) === 1;
  }

  async rotate(id: string, successor: StoredAPIKey, endsAt: number): Promise<boolean> {
    const place = `key:${successor.id}`;
    if ((await this.#scripts.run(RESERVE, place)) !== 1) throw taken();
    if ((await this.#scripts.run(ROTATE, `key:${id}`, successor.id, endsAt)) !== 1) {
      await this.#scripts.run(RELEASE, place);
      return false;
    }
    await this.#note(successor);
    if ((await this.#scripts.run(FULFIL, place, ...fieldsOfKey(successor))) !== 1) throw taken();
    return true;
  }

  async touch(uses: ReadonlyMap<string, number>): Promise<void> {
    await forEach(uses, ([id, at]) => this.#scripts.run(TOUCH, `key:${id}`, at));
  }
}

function taken(): Error {
  return new Error("There is an API key with this id already");
}

/** A field that is null is not there. */
function fieldsOfKey({ id: _id, scopes, ...fields }: StoredAPIKey): string[] {
  const set = Object.entries(fields).flatMap(([name, value]) =>
    value === null ? [] : [name, String(value)],
  );
  return [...set, "scopes", JSON.stringify(scopes)];
}

function keyOf(id: string, fields: ReadonlyMap<string, string>): StoredAPIKey {
  const text = (name: string) => fields.get(name) ?? "";
  const instant = (name: string) => (fields.has(name) ? Number(fields.get(name)) : null);
  return {
    id,
    digest: text("digest"),
    owner: text("owner"),
    name: text("name"),
    scopes: JSON.parse(text("scopes")),
    createdAt: Number(fields.get("createdAt")),
    expiresAt: instant("expiresAt"),
    revokedAt: instant("revokedAt"),
    lastUsedAt: instant("lastUsedAt"),
    successorId: fields.get("successorId") ?? null,
  };
}
