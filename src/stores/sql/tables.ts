import type { ColumnType } from "kysely";

/** Milliseconds since 1970. `pg` hands a bigint back as text. */
type Instant = ColumnType<number | string, number, number>;
type OptionalInstant = ColumnType<number | string | null, number | null, number | null>;
/** JSON, that some drivers hand back parsed. */
type JSONColumn = ColumnType<unknown, string, string>;

/** What stands in the database, by the names of the tables without their prefix. */
export interface Tables {
  sessions: {
    id: string;
    user_id: string | null;
    data: JSONColumn;
    created_at: Instant;
    seen_at: Instant;
    expires_at: Instant;
    address: string | null;
    user_agent: string | null;
    /** Grows by each write, so that every driver counts a row that is written as changed. */
    revision: number;
  };
  api_keys: {
    id: string;
    digest: string;
    owner: string;
    name: string;
    scopes: string;
    created_at: Instant;
    expires_at: OptionalInstant;
    revoked_at: OptionalInstant;
    last_used_at: OptionalInstant;
    successor_id: string | null;
  };
  refresh_families: {
    id: string;
    subject: string;
    claims: string;
    created_at: Instant;
    expires_at: Instant;
    revoked_at: OptionalInstant;
  };
  refresh_tokens: {
    digest: string;
    family_id: string;
    expires_at: Instant;
    /** When its family ends, and it goes with it. */
    family_expires_at: Instant;
    claimed_at: OptionalInstant;
    claim_sender: string | null;
    claim_salt: string | null;
  };
  revocations: { id: string; expires_at: Instant };
  revocation_subjects: { subject: string; revoked_before: Instant; expires_at: Instant };
  throttles: {
    id: string;
    failures: Instant;
    blocked_until: Instant;
    expires_at: Instant;
    revision: number;
  };
  migrations: { version: number; applied_at: Instant };
}

/** Each table with its real name. The type keeps the plain one, by which Kysely knows its columns. */
export type TableNames = { readonly [Name in keyof Tables]: Name };

export const DEFAULT_PREFIX = "responder_";

/** @throws RangeError for a prefix that is no plain name */
export function tableNames(owner: string, prefix: string): TableNames {
  if (!/^(?:[a-z_][a-z0-9_]{0,29})?$/i.test(prefix)) {
    throw new RangeError(
      `${owner}: prefix takes up to 30 letters, digits and underscores, such as "${DEFAULT_PREFIX}"`,
    );
  }
  const named = <Name extends keyof Tables>(name: Name) => `${prefix}${name}` as Name;
  return Object.freeze({
    sessions: named("sessions"),
    api_keys: named("api_keys"),
    refresh_families: named("refresh_families"),
    refresh_tokens: named("refresh_tokens"),
    revocations: named("revocations"),
    revocation_subjects: named("revocation_subjects"),
    throttles: named("throttles"),
    migrations: named("migrations"),
  });
}
