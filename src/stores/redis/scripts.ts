import { createHash } from "node:crypto";

/** What is needed of a client: those of the package `redis` have it, alone, in a pool, with Sentinel or for a cluster. */
export interface RedisClient {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A Lua script. It touches one key alone, so that it runs in any cluster, and it runs whole or not at all. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

/** @param text its key is `key`; what it is given stands in `ARGV` */
export function script(text: string): Script {
  const whole = `local key = KEYS[1]\n${text.trim()}\n`;
  return { text: whole, sha1: createHash("sha1").update(whole).digest("hex") };
}

/** Lua: the server's clock in milliseconds. */
export const NOW = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
`;

/** Runs scripts on keys that begin with a prefix. */
export class Scripts {
  readonly #client: RedisClient;
  readonly #prefix: string;

  constructor(client: RedisClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  /** @throws TypeError for a string that UTF-8 has no bytes for: Redis would keep another one */
  async run({ text, sha1 }: Script, key: string, ...given: readonly (string | number)[]): Promise<unknown> {
    const options = { keys: [`${this.#prefix}:${key}`], arguments: given.map(String) };
    if (![...options.keys, ...options.arguments].every((argument) => argument.isWellFormed())) {
      throw new TypeError("The Redis store keeps well-formed Unicode alone, and was given a lone surrogate");
    }
    try {
      return await this.#client.evalSha(sha1, options);
    } catch (error) {
      // After a restart the server has forgotten its scripts. Nothing of this one has run then.
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return this.#client.eval(text, options);
    }
  }
}

/** A list of texts that a script returned. */
export function textsOf(reply: unknown): string[] {
  if (!Array.isArray(reply)) throw new TypeError("Redis answered a script with something else than a list");
  return reply.map(String);
}

/** The fields of a hash, which a script returned one after the other; null where there are none. */
export function fieldsOf(reply: unknown): ReadonlyMap<string, string> | null {
  const texts = textsOf(reply);
  const fields = new Map<string, string>();
  for (let index = 0; index < texts.length; index += 2)
    fields.set(texts[index] ?? "", texts[index + 1] ?? "");
  return fields.size > 0 ? fields : null;
}

/**
 * The instant for PEXPIREAT. Redis lets a key live through the millisecond that it is given, and a record is over at its
 * `expiresAt`.
 */
export function lastInstant(expiresAt: number): number {
  return expiresAt - 1;
}

/** Asks about many, some at a time: a command is kept in memory until it is answered. */
export async function forEach<Item, Answer>(
  items: Iterable<Item>,
  ask: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const rest = [...items];
  while (rest.length > 0) answers.push(...(await Promise.all(rest.splice(0, 500).map(ask))));
  return answers;
}
