import { NOW, type Scripts, script, textsOf } from "./scripts.ts";

/**
 * Milliseconds that an entry outlives its record. The two may lie on different machines, whose clocks are not quite
 * together.
 */
const SLACK = 60_000;
/** Ids that one script removes: a call takes so many arguments and no more, and others wait while a script runs. */
const REMOVED_AT_ONCE = 500;

/** Lua: the key goes when the last of its entries does. */
const KEEP = `
local last = redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')[2]
if last then redis.call('PEXPIREAT', key, string.format('%.0f', tonumber(last) + ${SLACK})) end
`;

const ADD = script(`${NOW}
redis.call('ZREMRANGEBYSCORE', key, '-inf', now - ${SLACK})
redis.call('ZADD', key, 'GT', ARGV[2], '+' .. ARGV[1])
${KEEP}
return 1`);

const EXTEND = script(`
if not redis.call('ZSCORE', key, '+' .. ARGV[1]) then return 0 end
redis.call('ZADD', key, 'GT', ARGV[2], '+' .. ARGV[1])
${KEEP}
return 1`);

const MOVE = script(`
if redis.call('ZREM', key, '+' .. ARGV[1]) == 0 then return 0 end
redis.call('ZADD', key, ARGV[3], '+' .. ARGV[2])
${KEEP}
return 1`);

const REMOVE = script(`
for _, id in ipairs(ARGV) do redis.call('ZREM', key, '+' .. id, '-' .. id) end
return 1`);

const LIST = script(`return redis.call('ZRANGE', key, 0, -1)`);

const DOOM = script(`
local doomed = {}
for _, entry in ipairs(redis.call('ZRANGE', key, 0, -1)) do
  local id = string.sub(entry, 2)
  if ARGV[1] == '' or id ~= string.sub(ARGV[1], 2) then
    if string.sub(entry, 1, 1) == '+' then
      local score = redis.call('ZSCORE', key, entry)
      redis.call('ZREM', key, entry)
      redis.call('ZADD', key, score, '-' .. id)
    end
    table.insert(doomed, id)
  end
end
return doomed`);

/**
 * Which records somebody has. Each record says for itself whose it is, and they may lie on other machines of a cluster,
 * so this is where to look and no proof: whoever lists reads the records. But nothing that somebody has is missing here,
 * and an entry that is doomed, as all are before they are deleted, cannot be moved or extended any more. So what happens
 * to a record while all are being deleted does not save it.
 */
export class Holdings {
  readonly #scripts: Scripts;
  readonly #name: string;

  /** @param name the beginning of its keys */
  constructor(scripts: Scripts, name: string) {
    this.#scripts = scripts;
    this.#name = name;
  }

  async #run(...[which, owner, ...given]: Parameters<Scripts["run"]>): Promise<unknown> {
    return this.#scripts.run(which, `${this.#name}:${owner}`, ...given);
  }

  async add(owner: string, id: string, expiresAt: number): Promise<void> {
    await this.#run(ADD, owner, id, expiresAt);
  }

  /** @returns false where it is not there, or doomed */
  async extend(owner: string, id: string, expiresAt: number): Promise<boolean> {
    return (await this.#run(EXTEND, owner, id, expiresAt)) === 1;
  }

  /** @returns false where it is not there, or doomed */
  async move(owner: string, id: string, nextId: string, expiresAt: number): Promise<boolean> {
    return (await this.#run(MOVE, owner, id, nextId, expiresAt)) === 1;
  }

  /** For ids that are dead for good. */
  async remove(owner: string, ids: readonly string[]): Promise<void> {
    for (let start = 0; start < ids.length; start += REMOVED_AT_ONCE) {
      await this.#run(REMOVE, owner, ...ids.slice(start, start + REMOVED_AT_ONCE));
    }
  }

  /** The ids of all there are, doomed ones among them, each once. */
  async list(owner: string): Promise<readonly string[]> {
    return [...new Set(textsOf(await this.#run(LIST, owner)).map((entry) => entry.slice(1)))];
  }

  /**
   * Dooms all, but for one, and those that somebody doomed before who did not get to the end.
   * @returns the ids of all that are doomed
   */
  async doom(owner: string, except?: string): Promise<readonly string[]> {
    const spared = except === undefined ? "" : `=${except}`;
    return [...new Set(textsOf(await this.#run(DOOM, owner, spared)))];
  }
}
