import { type Insertable, sql as raw, type Selectable } from "kysely";
import type { APIKeyStore, StoredAPIKey } from "../contracts/index.ts";
import type { Engine } from "./engine.ts";
import type { Tables } from "./tables.ts";
import { instant, instantOrNull, parsed, text, textOrNull } from "./values.ts";

/** Keys whose use is noted by one statement. */
const TOUCHED_AT_ONCE = 100;

export class SQLAPIKeys implements APIKeyStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  create(key: StoredAPIKey): Promise<void> {
    const { db, tables } = this.#engine;
    return this.#engine.add("an API key", () => db.insertInto(tables.api_keys).values(rowOf(key)).execute());
  }

  async find(id: string): Promise<StoredAPIKey | null> {
    const { db, tables } = this.#engine;
    const query = db.selectFrom(tables.api_keys).selectAll().where("id", "=", text(id));
    const row = await this.#engine.read(() => query.executeTakeFirst());
    return row ? keyOf(row) : null;
  }

  async list(owner?: string): Promise<readonly StoredAPIKey[]> {
    const { db, tables } = this.#engine;
    let query = db.selectFrom(tables.api_keys).selectAll().orderBy("created_at", "desc");
    if (owner !== undefined) query = query.where("owner", "=", text(owner));
    return (await this.#engine.read(() => query.execute())).map(keyOf);
  }

  async revoke(id: string, revokedAt: number): Promise<boolean> {
    const { db, tables } = this.#engine;
    const query = db
      .updateTable(tables.api_keys)
      .set({ revoked_at: revokedAt })
      .where("id", "=", text(id))
      .where("revoked_at", "is", null);
    const { numUpdatedRows } = await this.#engine.write(() => query.executeTakeFirstOrThrow());
    return numUpdatedRows > 0n;
  }

  rotate(id: string, successor: StoredAPIKey, endsAt: number): Promise<boolean> {
    const { tables, dialect } = this.#engine;
    const end = dialect.number(endsAt);
    return this.#engine.transaction(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable(tables.api_keys)
        .set({
          successor_id: text(successor.id),
          expires_at: raw<number>`case when expires_at < ${end} then expires_at else ${end} end`,
        })
        .where("id", "=", text(id))
        .where("revoked_at", "is", null)
        .where("successor_id", "is", null)
        .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", Date.now())]))
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return false;
      await transaction.insertInto(tables.api_keys).values(rowOf(successor)).execute();
      return true;
    });
  }

  async touch(uses: ReadonlyMap<string, number>): Promise<void> {
    if (uses.size === 0) return;
    const { tables, dialect } = this.#engine;
    // In the same order everywhere, so that two of these do not wait for each other.
    const sorted = [...uses].sort(([a], [b]) => (a < b ? -1 : 1));
    await this.#engine.transaction(async (transaction) => {
      for (let start = 0; start < sorted.length; start += TOUCHED_AT_ONCE) {
        const batch = sorted.slice(start, start + TOUCHED_AT_ONCE);
        const cases = batch.map(([id, at]) => raw`when ${text(id)} then ${dialect.number(at)}`);
        const at = raw<number>`case id ${raw.join(cases, raw` `)} end`;
        await transaction
          .updateTable(tables.api_keys)
          .set({ last_used_at: at })
          .where(
            "id",
            "in",
            batch.map(([id]) => id),
          )
          .where((eb) => eb.or([eb("last_used_at", "is", null), eb("last_used_at", "<", at)]))
          .execute();
      }
    });
  }
}

function rowOf(key: StoredAPIKey): Insertable<Tables["api_keys"]> {
  return {
    id: text(key.id),
    digest: text(key.digest),
    owner: text(key.owner),
    name: text(key.name),
    scopes: JSON.stringify(key.scopes),
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    revoked_at: key.revokedAt,
    last_used_at: key.lastUsedAt,
    successor_id: textOrNull(key.successorId),
  };
}

function keyOf(row: Selectable<Tables["api_keys"]>): StoredAPIKey {
  return {
    id: row.id,
    digest: row.digest,
    owner: row.owner,
    name: row.name,
    scopes: parsed(row.scopes) as string[],
    createdAt: instant(row.created_at),
    expiresAt: instantOrNull(row.expires_at),
    revokedAt: instantOrNull(row.revoked_at),
    lastUsedAt: instantOrNull(row.last_used_at),
    successorId: row.successor_id,
  };
}
