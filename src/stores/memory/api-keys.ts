import type { APIKeyStore, StoredAPIKey } from "../contracts/index.ts";

/** Keys that are over stay here, as the contract says, so this is no shelf. */
export class MemoryAPIKeys implements APIKeyStore {
  readonly #keys = new Map<string, StoredAPIKey>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async create(key: StoredAPIKey): Promise<void> {
    this.#add(key);
  }

  #add(key: StoredAPIKey): void {
    if (this.#keys.has(key.id)) throw new Error("There is an API key with this id already");
    if (this.#keys.size >= this.#limit) {
      throw new RangeError(
        `The memory store is full of API keys (${this.#limit}): raise its limit, or use sqlite(), sql() or redis()`,
      );
    }
    this.#keys.set(key.id, { ...key, scopes: [...key.scopes] });
  }

  async find(id: string): Promise<StoredAPIKey | null> {
    return this.#keys.get(id) ?? null;
  }

  async list(owner?: string): Promise<readonly StoredAPIKey[]> {
    return [...this.#keys.values()]
      .filter((key) => owner === undefined || key.owner === owner)
      .sort((a, b) => b.createdAt - a.createdAt);
  }

  async revoke(id: string, revokedAt: number): Promise<boolean> {
    const key = this.#keys.get(id);
    if (!key || key.revokedAt !== null) return false;
    this.#keys.set(id, { ...key, revokedAt });
    return true;
  }

  async rotate(id: string, successor: StoredAPIKey, endsAt: number): Promise<boolean> {
    const key = this.#keys.get(id);
    const isOver = key && key.expiresAt !== null && key.expiresAt <= Date.now();
    if (!key || isOver || key.revokedAt !== null || key.successorId !== null) return false;
    this.#add(successor);
    const expiresAt = Math.min(key.expiresAt ?? endsAt, endsAt);
    this.#keys.set(id, { ...key, expiresAt, successorId: successor.id });
    return true;
  }

  async touch(uses: ReadonlyMap<string, number>): Promise<void> {
    for (const [id, at] of uses) {
      const key = this.#keys.get(id);
      if (key && (key.lastUsedAt ?? 0) < at) this.#keys.set(id, { ...key, lastUsedAt: at });
    }
  }
}
