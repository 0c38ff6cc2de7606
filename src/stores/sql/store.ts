import type { Kysely } from "kysely";
import type { Store } from "../contracts/index.ts";
import { SQLAPIKeys } from "./api-keys.ts";
import { dialectOf } from "./dialect.ts";
import { Engine } from "./engine.ts";
import { migrate } from "./migrate.ts";
import { verifyMode } from "./mode.ts";
import { SQLRefreshTokens } from "./refresh-tokens.ts";
import { SQLRevocations } from "./revocations.ts";
import { SQLSessions } from "./sessions.ts";
import { Sweeper } from "./sweeper.ts";
import { type Tables, tableNames } from "./tables.ts";
import { SQLThrottles } from "./throttles.ts";

/** What a store on Kysely is made of. */
export interface SQLStoreParts {
  /** How messages name the function that makes the store. */
  readonly owner: string;
  readonly db: Kysely<Tables>;
  readonly prefix: string;
  /** Whether the tables are made when the store is first used. */
  readonly migratesItself: boolean;
  /** Runs when the store is closed, after its last sweep. */
  close(): Promise<void>;
}

export function makeStore({ owner, db, prefix, migratesItself, close }: SQLStoreParts): Store {
  const dialect = dialectOf(db);
  const tables = tableNames(owner, prefix);
  const verify = dialect.name === "MySQL" ? () => verifyMode(db) : undefined;
  const makeTables = async () => {
    await verify?.();
    await migrate(db, tables, dialect);
  };
  const prepare = migratesItself ? makeTables : verify;
  const engine = new Engine({ db, tables, dialect, prepare, onWrite: () => sweeper.notice() });
  const sweeper = new Sweeper(engine);

  return Object.freeze({
    sessions: new SQLSessions(engine),
    apiKeys: new SQLAPIKeys(engine),
    refreshTokens: new SQLRefreshTokens(engine),
    revocations: new SQLRevocations(engine),
    throttles: new SQLThrottles(engine),
    migrate: () => engine.retry(makeTables),
    sweep: () => sweeper.sweep(),
    close: async () => {
      await sweeper.close();
      await close();
    },
  });
}
