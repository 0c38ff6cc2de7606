import type { Selectable, Transaction } from "kysely";
import type {
  RefreshAttempt,
  RefreshClaim,
  RefreshFamily,
  RefreshTokenStore,
  StoredRefreshToken,
} from "../contracts/index.ts";
import type { Engine } from "./engine.ts";
import type { Tables } from "./tables.ts";
import { instant, text } from "./values.ts";

/** What is known of a token before it is claimed; "claimable" as far as could be seen. */
type Look = RefreshClaim | { readonly outcome: "claimable"; readonly family: RefreshFamily };

export class SQLRefreshTokens implements RefreshTokenStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  start(family: RefreshFamily, token: StoredRefreshToken): Promise<void> {
    const { db, tables } = this.#engine;
    const row = {
      id: family.id,
      subject: family.subject,
      claims: family.claims,
      created_at: family.createdAt,
      expires_at: family.expiresAt,
      revoked_at: null,
    };
    return this.#engine.add("a refresh token", () =>
      db.transaction().execute(async (transaction) => {
        for (const value of [row.id, row.subject, row.claims]) text(value);
        await transaction.insertInto(tables.refresh_families).values(row).execute();
        await this.#keep(transaction, family, token);
      }),
    );
  }

  async #keep(
    transaction: Transaction<Tables>,
    family: RefreshFamily,
    token: StoredRefreshToken,
  ): Promise<void> {
    const row = {
      digest: text(token.digest),
      family_id: family.id,
      expires_at: token.expiresAt,
      family_expires_at: family.expiresAt,
      claimed_at: null,
      claim_sender: null,
      claim_salt: null,
    };
    await transaction.insertInto(this.#engine.tables.refresh_tokens).values(row).execute();
  }

  async claim(familyId: string, digest: string, attempt: RefreshAttempt): Promise<RefreshClaim> {
    for (let looks = 1; looks <= 3; looks++) {
      const look = await this.#look(familyId, digest);
      if (look.outcome !== "claimable") return look;
      // Who does not get it was overtaken meanwhile, and sees by what at the next look.
      if (await this.#take(look.family, digest, attempt)) return { outcome: "claimed", family: look.family };
    }
    throw new Error("A refresh token could be neither claimed nor seen as claimed");
  }

  async #look(familyId: string, digest: string): Promise<Look> {
    const { db, tables } = this.#engine;
    const now = Date.now();
    const query = db
      .selectFrom(`${tables.refresh_tokens} as token`)
      .innerJoin(`${tables.refresh_families} as family`, "family.id", "token.family_id")
      .selectAll("family")
      .select(["token.expires_at as token_expires_at", "claimed_at", "claim_sender", "claim_salt"])
      .where("token.digest", "=", text(digest))
      .where("token.family_id", "=", text(familyId))
      .where("family.expires_at", ">", now);
    const row = await this.#engine.read(() => query.executeTakeFirst());
    if (!row) return { outcome: "unknown" };
    const family = familyOf(row);
    if (row.revoked_at !== null) return { outcome: "revoked", family };
    const { claimed_at: at, claim_sender: sender, claim_salt: salt } = row;
    // A claimed token stays known past its own end, so that a thief who is late is noticed.
    if (at !== null) {
      return { outcome: "repeated", family, at: instant(at), sender: sender ?? "", salt: salt ?? "" };
    }
    return instant(row.token_expires_at) <= now ? { outcome: "unknown" } : { outcome: "claimable", family };
  }

  #take(family: RefreshFamily, digest: string, attempt: RefreshAttempt): Promise<boolean> {
    const { tables } = this.#engine;
    const now = Date.now();
    return this.#engine.transaction(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable(tables.refresh_tokens)
        .set({
          claimed_at: attempt.at,
          claim_sender: text(attempt.sender),
          claim_salt: text(attempt.salt),
        })
        .where("digest", "=", digest)
        .where("claimed_at", "is", null)
        .where("expires_at", ">", now)
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom(tables.refresh_families)
              .select("id")
              .where("id", "=", family.id)
              .where("revoked_at", "is", null)
              .where("expires_at", ">", now),
          ),
        )
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return false;
      await this.#keep(transaction, family, attempt.successor);
      return true;
    });
  }

  async revokeFamily(familyId: string): Promise<boolean> {
    return (await this.#revoke("id", familyId)) > 0;
  }

  revokeSubject(subject: string): Promise<number> {
    return this.#revoke("subject", subject);
  }

  async #revoke(column: "id" | "subject", value: string): Promise<number> {
    const { db, tables } = this.#engine;
    const now = Date.now();
    const query = db
      .updateTable(tables.refresh_families)
      .set({ revoked_at: now })
      .where(column, "=", text(value))
      .where("revoked_at", "is", null)
      .where("expires_at", ">", now);
    const { numUpdatedRows } = await this.#engine.write(() => query.executeTakeFirstOrThrow());
    return Number(numUpdatedRows);
  }

  async list(subject: string): Promise<readonly RefreshFamily[]> {
    const { db, tables } = this.#engine;
    const query = db
      .selectFrom(tables.refresh_families)
      .selectAll()
      .where("subject", "=", text(subject))
      .where("revoked_at", "is", null)
      .where("expires_at", ">", Date.now())
      .orderBy("created_at", "desc");
    return (await this.#engine.read(() => query.execute())).map(familyOf);
  }
}

function familyOf(row: Selectable<Tables["refresh_families"]>): RefreshFamily {
  return {
    id: row.id,
    subject: row.subject,
    claims: row.claims,
    createdAt: instant(row.created_at),
    expiresAt: instant(row.expires_at),
  };
}
