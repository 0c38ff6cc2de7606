import type { Selectable } from "kysely";
import type { SessionPatch, SessionStore, StoredSession } from "../contracts/index.ts";
import { dataRead, dataWritten } from "./data.ts";
import type { Engine } from "./engine.ts";
import type { Tables } from "./tables.ts";
import { instant, text, textOrNull } from "./values.ts";

export class SQLSessions implements SessionStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  create(session: StoredSession): Promise<void> {
    const { db, tables, dialect } = this.#engine;
    return this.#engine.add("a session", async () => {
      const row = {
        id: text(session.id),
        user_id: textOrNull(session.user),
        data: dialect.json(dataWritten(session.data)),
        created_at: session.createdAt,
        seen_at: session.seenAt,
        expires_at: session.expiresAt,
        address: textOrNull(session.address),
        user_agent: textOrNull(session.userAgent),
        revision: 0,
      };
      await db.insertInto(tables.sessions).values(row).execute();
    });
  }

  async read(id: string): Promise<StoredSession | null> {
    const { db, tables } = this.#engine;
    const query = db
      .selectFrom(tables.sessions)
      .selectAll()
      .where("id", "=", text(id))
      .where("expires_at", ">", Date.now());
    const row = await this.#engine.read(() => query.executeTakeFirst());
    return row ? sessionOf(row) : null;
  }

  patch(id: string, patch: SessionPatch): Promise<boolean> {
    return this.#update(id, patch);
  }

  rotate(id: string, nextId: string, patch: SessionPatch): Promise<boolean> {
    return this.#update(id, patch, nextId);
  }

  async #update(id: string, patch: SessionPatch, nextId: string = id): Promise<boolean> {
    const { db, tables } = this.#engine;
    let query = db
      .updateTable(tables.sessions)
      .set((eb) => ({ revision: eb("revision", "+", 1) }))
      .where("id", "=", text(id))
      .where("expires_at", ">", Date.now());
    if (nextId !== id) query = query.set({ id: text(nextId) });
    const data = this.#patchedData(patch);
    if (data) query = query.set({ data });
    const { user, seenAt, expiresAt, address, userAgent } = patch;
    if (user !== undefined) query = query.set({ user_id: textOrNull(user) });
    if (seenAt !== undefined) query = query.set({ seen_at: seenAt });
    if (expiresAt !== undefined) query = query.set({ expires_at: expiresAt });
    if (address !== undefined) query = query.set({ address: textOrNull(address) });
    if (userAgent !== undefined) query = query.set({ user_agent: textOrNull(userAgent) });
    const { numUpdatedRows } = await this.#engine.write(() => query.executeTakeFirstOrThrow());
    return numUpdatedRows > 0n;
  }

  #patchedData({ clear, set = {}, delete: deleted = [] }: SessionPatch) {
    const { dialect } = this.#engine;
    if (clear) return dialect.json(dataWritten(set));
    return Object.keys(set).length + deleted.length > 0 ? dialect.patched(set, deleted) : undefined;
  }

  async delete(id: string): Promise<boolean> {
    const { db, tables } = this.#engine;
    const query = db
      .deleteFrom(tables.sessions)
      .where("id", "=", text(id))
      .where("expires_at", ">", Date.now());
    const { numDeletedRows } = await this.#engine.write(() => query.executeTakeFirstOrThrow());
    return numDeletedRows > 0n;
  }

  async list(user: string): Promise<readonly StoredSession[]> {
    const { db, tables } = this.#engine;
    const query = db
      .selectFrom(tables.sessions)
      .selectAll()
      .where("user_id", "=", text(user))
      .where("expires_at", ">", Date.now())
      .orderBy("seen_at", "desc");
    return (await this.#engine.read(() => query.execute())).map(sessionOf);
  }

  async deleteAll(user: string, except?: string): Promise<number> {
    const { db, tables } = this.#engine;
    let query = db
      .deleteFrom(tables.sessions)
      .where("user_id", "=", text(user))
      .where("expires_at", ">", Date.now());
    if (except !== undefined) query = query.where("id", "!=", text(except));
    const { numDeletedRows } = await this.#engine.write(() => query.executeTakeFirstOrThrow());
    return Number(numDeletedRows);
  }
}

function sessionOf(row: Selectable<Tables["sessions"]>): StoredSession {
  return {
    id: row.id,
    user: row.user_id,
    data: dataRead(row.data),
    createdAt: instant(row.created_at),
    seenAt: instant(row.seen_at),
    expiresAt: instant(row.expires_at),
    address: row.address,
    userAgent: row.user_agent,
  };
}
