import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { BoundedCache } from "../bounded-cache.ts";
import type { Awaitable } from "../http/awaitable.ts";
import { sha256 } from "../sha256.ts";
import { answered } from "../stores/answered.ts";
import type { StoredAPIKey } from "../stores/contracts/index.ts";
import type { KeySettings } from "./options.ts";
import { isOver, type KeyPrincipal } from "./record.ts";

interface Remembered {
  readonly principal: KeyPrincipal;
  /** When it was asked, in milliseconds since 1970: before it the clock was set back. */
  readonly since: number;
  readonly until: number;
  readonly version: number;
}

/** Stands for the digest of a key that is not there, so that it is compared all the same. */
const NO_DIGEST = sha256("", "base64url");

/** Says whom a key stands for. */
export class Verifier {
  readonly #settings: KeySettings;
  /** By digest. Only keys that let somebody in are here, so that no number of wrong ones takes their place. */
  readonly #known: BoundedCache<Remembered> | undefined;
  /** One question to the store for all requests that come with a key meanwhile. */
  readonly #pending = new Map<string, Promise<KeyPrincipal | null>>();
  readonly #onUse: (id: string, at: number) => void;
  /** What was found under another version is looked up again. */
  #version = 0;

  constructor(settings: KeySettings, onUse: (id: string, at: number) => void) {
    this.#settings = settings;
    this.#known = settings.cache ? new BoundedCache(settings.cache.size) : undefined;
    this.#onUse = onUse;
  }

  verify(text: string): Awaitable<KeyPrincipal | null> {
    const id = this.#settings.format.idOf(text);
    if (id === null) return null;
    const digest = sha256(text, "base64url");
    const known = this.#known?.get(digest);
    const now = Date.now();
    const isFresh = known?.version === this.#version && known.since <= now && now < known.until;
    if (known !== undefined && isFresh) {
      this.#onUse(id, now);
      return known.principal;
    }
    return this.#ask(id, digest);
  }

  /** What was found so far, and what is being looked up, counts for nothing any more. */
  forget(): void {
    this.#version++;
    this.#pending.clear();
  }

  #ask(id: string, digest: string): Promise<KeyPrincipal | null> {
    const pending = this.#pending.get(digest);
    if (pending !== undefined) return pending;
    const asked = this.#look(id, digest, this.#version);
    this.#pending.set(digest, asked);
    const settle = () => {
      if (this.#pending.get(digest) === asked) this.#pending.delete(digest);
    };
    asked.then(settle, settle);
    return asked;
  }

  async #look(id: string, digest: string, version: number): Promise<KeyPrincipal | null> {
    const { store, cache } = this.#settings;
    const askedAt = Date.now();
    const key = await answered(() => store.find(id));
    // An id that is not there and a secret that is wrong take the same way.
    if (!isSame(key?.digest ?? NO_DIGEST, digest) || key === null || isOver(key)) return null;
    const scopes = await this.effectiveScopes(key);
    if (scopes === null || isOver(key)) return null;
    const principal: KeyPrincipal = Object.freeze({
      kind: "apiKey",
      id: key.id,
      owner: key.owner,
      name: key.name,
      scopes: Object.freeze([...scopes]),
    });
    if (cache && this.#known) {
      // From when it was asked: what it answers may be as old as that.
      const until = Math.min(key.expiresAt ?? Number.POSITIVE_INFINITY, askedAt + cache.maxAge * 1000);
      this.#known.set(digest, { principal, since: askedAt, until, version });
    }
    this.#onUse(key.id, Date.now());
    return principal;
  }

  /** What a key may do by now; null where its owner is gone. */
  async effectiveScopes({
    owner,
    scopes,
  }: Pick<StoredAPIKey, "owner" | "scopes">): Promise<readonly string[] | null> {
    const { ownerScopes, scopes: all } = this.#settings;
    const there = all === null ? scopes : scopes.filter((scope) => all.has(scope));
    if (ownerScopes === undefined) return there;
    // Most likely a database of its own, and as bad a reason to let somebody in when it is away.
    const held = await answered(async () => ownerScopes(owner));
    if (!Array.isArray(held)) return null;
    return there.filter((scope) => held.includes(scope));
  }
}

function isSame(kept: string, presented: string): boolean {
  const [one, other] = [Buffer.from(kept), Buffer.from(presented)];
  return one.length === other.length && timingSafeEqual(one, other);
}
