import type { APIKeyStore, StoredAPIKey } from "../stores/contracts/index.ts";
import { memory } from "../stores/memory/memory.ts";

/** A store that notes what it is asked, and can be away. */
export class WatchedStore implements APIKeyStore {
  readonly apiKeys = this;
  readonly asked: string[] = [];
  /** undefined: it answers; an error: it fails; "silent": it never answers. */
  away: Error | "silent" | undefined;
  readonly #keys = memory().apiKeys;

  create(key: StoredAPIKey) {
    return this.#ask("create", () => this.#keys.create(key));
  }

  find(id: string) {
    return this.#ask("find", () => this.#keys.find(id));
  }

  list(owner?: string) {
    return this.#ask("list", () => this.#keys.list(owner));
  }

  revoke(id: string, revokedAt: number) {
    return this.#ask("revoke", () => this.#keys.revoke(id, revokedAt));
  }

  rotate(id: string, successor: StoredAPIKey, endsAt: number) {
    return this.#ask("rotate", () => this.#keys.rotate(id, successor, endsAt));
  }

  touch(uses: ReadonlyMap<string, number>) {
    return this.#ask("touch", () => this.#keys.touch(uses));
  }

  count(name: string): number {
    return this.asked.filter((asked) => asked === name).length;
  }

  #ask<Value>(name: string, answer: () => Promise<Value>): Promise<Value> {
    this.asked.push(name);
    if (this.away === "silent") return new Promise<never>(() => undefined);
    return this.away ? Promise.reject(this.away) : answer();
  }
}
