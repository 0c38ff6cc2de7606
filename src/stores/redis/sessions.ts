import type { SessionPatch, SessionStore, StoredSession } from "../contracts/index.ts";
import { Holdings } from "./holdings.ts";
import { fieldsOf, forEach, lastInstant, type Scripts, textsOf } from "./scripts.ts";
import { fieldsOfPatch, fieldsOfSession, patchedFields, sessionOf } from "./session-fields.ts";
import { CREATE, DELETE, DELETE_OF, PATCH, READ, TAKE } from "./session-scripts.ts";

/** A session changes hands between two looks only when somebody signs in at that moment, so this is plenty. */
const ATTEMPTS = 5;

/**
 * Each session is a hash, which the server ends; each user has a set of ids beside it (see `Holdings`).
 *
 * A key is all that one script touches, so what touches several takes several steps. Others may see a rotation between
 * them, when neither of its ids is there, and a process that dies then loses the session: its user signs in again. The next
 * id of a rotation, or of a new session, is handed to nobody before it is among its user's, so that none that anybody
 * knows escapes `deleteAll`.
 */
export class RedisSessions implements SessionStore {
  readonly #scripts: Scripts;
  readonly #users: Holdings;

  constructor(scripts: Scripts) {
    this.#scripts = scripts;
    this.#users = new Holdings(scripts, "sessions");
  }

  async create(session: StoredSession): Promise<void> {
    await this.#write(session);
    if (session.user !== null) await this.#users.add(session.user, session.id, session.expiresAt);
  }

  async #write(session: StoredSession): Promise<void> {
    const fields = fieldsOfSession(session);
    const made = await this.#scripts.run(
      CREATE,
      `session:${session.id}`,
      lastInstant(session.expiresAt),
      ...fields,
    );
    if (made !== 1) throw new Error("There is a session with this id already");
  }

  async read(id: string): Promise<StoredSession | null> {
    const fields = fieldsOf(await this.#scripts.run(READ, `session:${id}`));
    return fields && sessionOf(id, fields);
  }

  async patch(id: string, patch: SessionPatch): Promise<boolean> {
    const { deleted, set } = fieldsOfPatch(patch);
    const { clear = false, expiresAt } = patch;
    const ends = expiresAt === undefined ? ["", ""] : [expiresAt, lastInstant(expiresAt)];
    const laid = (notedFor: string) =>
      this.#scripts.run(
        PATCH,
        `session:${id}`,
        notedFor,
        clear ? 1 : 0,
        ...ends,
        deleted.length,
        ...deleted,
        ...set,
      );

    let notedFor = "";
    let added: { user: string; end: number } | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const reply = await laid(notedFor);
      if (!Array.isArray(reply)) {
        // A `deleteAll` between the two steps saw a session that was not yet this user's, and forgot it.
        if (reply === 1 && added) await this.#users.add(added.user, id, added.end);
        return reply === 1;
      }
      const [how, user = "", end = ""] = textsOf(reply);
      if (how === "add") {
        added = { user, end: Number(end) };
        await this.#users.add(user, id, added.end);
      } else if (!(await this.#users.extend(user, id, Number(end)))) {
        // It is about to be deleted, or the server has lost the user's set, and then nobody could end it any more.
        await this.#scripts.run(DELETE_OF, `session:${id}`, user);
        return false;
      }
      notedFor = `=${user}`;
    }
    throw new Error("A session changed hands again and again while it was to be patched");
  }

  async rotate(id: string, nextId: string, patch: SessionPatch): Promise<boolean> {
    const fields = fieldsOf(await this.#scripts.run(TAKE, `session:${id}`));
    if (!fields) return false;
    const before = fields.get("user") ?? null;
    const next = sessionOf(nextId, patchedFields(fields, patch));
    await this.#write(next);
    if (next.user !== null && next.user === before) {
      if (await this.#users.move(before, id, nextId, next.expiresAt)) return true;
      await this.#scripts.run(DELETE_OF, `session:${nextId}`, before);
      return false;
    }
    if (next.user !== null) await this.#users.add(next.user, nextId, next.expiresAt);
    if (before !== null) await this.#users.remove(before, [id]);
    return true;
  }

  async delete(id: string): Promise<boolean> {
    const [deleted, user] = textsOf(await this.#scripts.run(DELETE, `session:${id}`));
    if (user !== undefined) await this.#users.remove(user, [id]);
    return deleted === "1";
  }

  async list(user: string): Promise<readonly StoredSession[]> {
    const found = await forEach(await this.#users.list(user), (id) => this.read(id));
    return found
      .filter((session) => session !== null)
      .filter((session) => session.user === user)
      .sort((a, b) => b.seenAt - a.seenAt);
  }

  async deleteAll(user: string, except?: string): Promise<number> {
    const doomed = await this.#users.doom(user, except);
    const deleted = await forEach(doomed, (id) => this.#scripts.run(DELETE_OF, `session:${id}`, user));
    await this.#users.remove(user, doomed);
    return deleted.filter((outcome) => outcome === 1).length;
  }
}
