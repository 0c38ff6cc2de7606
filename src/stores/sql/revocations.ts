import { sql as raw } from "kysely";
import type { RevocationQuery, RevocationStore } from "../contracts/index.ts";
import type { Engine } from "./engine.ts";
import { isTrue, text } from "./values.ts";

export class SQLRevocations implements RevocationStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async revoke(id: string, expiresAt: number): Promise<void> {
    const { db, tables, dialect } = this.#engine;
    const insert = db.insertInto(tables.revocations).values({ id: text(id), expires_at: expiresAt });
    const changed = { expires_at: this.#later(`${tables.revocations}.expires_at`, expiresAt) };
    await this.#engine.write(() =>
      dialect.name === "MySQL"
        ? insert.onDuplicateKeyUpdate(changed).execute()
        : insert.onConflict((conflict) => conflict.column("id").doUpdateSet(changed)).execute(),
    );
  }

  async revokeBefore(subject: string, instant: number, expiresAt: number): Promise<void> {
    const { db, tables, dialect } = this.#engine;
    const table = tables.revocation_subjects;
    const row = { subject: text(subject), revoked_before: instant, expires_at: expiresAt };
    const insert = db.insertInto(table).values(row);
    // MySQL sets column after column, each of them seen by the next: the end must come last.
    const changed = {
      revoked_before: this.#later(`${table}.revoked_before`, instant, `${table}.expires_at`),
      expires_at: this.#later(`${table}.expires_at`, expiresAt),
    };
    await this.#engine.write(() =>
      dialect.name === "MySQL"
        ? insert.onDuplicateKeyUpdate(changed).execute()
        : insert.onConflict((conflict) => conflict.column("subject").doUpdateSet(changed)).execute(),
    );
  }

  /** The later one of what a column has and `value`; `value` if what is there is over by the column `end`. */
  #later(column: string, value: number, end?: string) {
    const [held, next] = [raw.ref(column), this.#engine.dialect.number(value)];
    const isOver = end === undefined ? raw`` : raw`${raw.ref(end)} <= ${Date.now()} or `;
    return raw<number>`case when ${isOver}${held} < ${next} then ${next} else ${held} end`;
  }

  async isRevoked({ id, subject, issuedAt }: RevocationQuery): Promise<boolean> {
    if (id === undefined && subject === undefined) return false;
    const { db, tables } = this.#engine;
    const now = Date.now();
    const byId = db
      .selectFrom(tables.revocations)
      .select("id")
      .where("id", "=", text(id ?? ""))
      .where("expires_at", ">", now);
    const bySubject = db
      .selectFrom(tables.revocation_subjects)
      .select("subject")
      .where("subject", "=", text(subject ?? ""))
      .where("revoked_before", ">=", issuedAt)
      .where("expires_at", ">", now);
    const query = db.selectNoFrom((eb) =>
      eb
        .or([
          ...(id === undefined ? [] : [eb.exists(byId)]),
          ...(subject === undefined ? [] : [eb.exists(bySubject)]),
        ])
        .as("revoked"),
    );
    const { revoked } = await this.#engine.read(() => query.executeTakeFirstOrThrow());
    return isTrue(revoked);
  }
}
