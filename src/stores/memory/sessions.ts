import type { SessionPatch, SessionStore, StoredSession } from "../contracts/index.ts";
import type { Shelf } from "./shelf.ts";

export class MemorySessions implements SessionStore {
  readonly #sessions: Shelf<StoredSession>;

  constructor(sessions: Shelf<StoredSession>) {
    this.#sessions = sessions;
  }

  async create(session: StoredSession): Promise<void> {
    this.#sessions.add(session.id, { ...session, data: { ...session.data } });
  }

  async read(id: string): Promise<StoredSession | null> {
    return this.#sessions.get(id) ?? null;
  }

  async patch(id: string, patch: SessionPatch): Promise<boolean> {
    const session = this.#sessions.get(id);
    if (session) this.#sessions.set(id, patched(session, patch));
    return session !== undefined;
  }

  async rotate(id: string, nextId: string, patch: SessionPatch): Promise<boolean> {
    const session = this.#sessions.get(id);
    if (!session) return false;
    const next = { ...patched(session, patch), id: nextId };
    this.#sessions.move(id, nextId, next);
    return true;
  }

  async delete(id: string): Promise<boolean> {
    return this.#sessions.delete(id);
  }

  async list(user: string): Promise<readonly StoredSession[]> {
    return [...this.#sessions.values()]
      .filter((session) => session.user === user)
      .sort((a, b) => b.seenAt - a.seenAt);
  }

  async deleteAll(user: string, except?: string): Promise<number> {
    const ended = (await this.list(user)).filter(({ id }) => id !== except);
    for (const { id } of ended) this.#sessions.delete(id);
    return ended.length;
  }
}

function patched(session: StoredSession, patch: SessionPatch): StoredSession {
  const { clear, set, delete: deleted = [], ...fields } = patch;
  const data = new Map(clear ? [] : Object.entries(session.data));
  for (const key of deleted) data.delete(key);
  for (const [key, value] of Object.entries(set ?? {})) data.set(key, value);
  return { ...session, ...fields, data: Object.fromEntries(data) };
}
