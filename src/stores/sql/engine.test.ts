import { Kysely, MysqlDialect } from "kysely";
import { afterEach, expect, it, vi } from "vitest";
import { dialectOf } from "./dialect.ts";
import { Engine } from "./engine.ts";
import { type Tables, tableNames } from "./tables.ts";

const db = new Kysely<Tables>({
  dialect: new MysqlDialect({ pool: () => Promise.reject(new Error("not asked")) }),
});

function newEngine(prepare?: () => Promise<void>): Engine {
  return new Engine({ db, tables: tableNames("sql()", "t_"), dialect: dialectOf(db), prepare });
}

function deadlock(): Error {
  return Object.assign(new Error("Deadlock found when trying to get lock"), { errno: 1213 });
}

afterEach(() => {
  vi.restoreAllMocks();
});

it("what the database undid for another's sake is done again", async () => {
  const work = vi.fn(async () => "done");
  for (let times = 0; times < 3; times++) work.mockRejectedValueOnce(deadlock());
  expect(await newEngine().write(work)).toBe("done");
  expect(work).toHaveBeenCalledTimes(4);
});

it("it is not tried for ever", async () => {
  const work = vi.fn(() => Promise.reject(deadlock()));
  const startedAt = performance.now();
  await expect(newEngine().read(work)).rejects.toThrow("Deadlock");
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  expect(work.mock.calls.length).toBeGreaterThan(10);
});

it("what failed otherwise is tried once", async () => {
  const work = vi.fn(() => Promise.reject(new Error("connection lost")));
  await expect(newEngine().write(work)).rejects.toThrow("connection lost");
  expect(work).toHaveBeenCalledTimes(1);
});

it("the values of a statement are not in its error", async () => {
  const error = Object.assign(new Error("Data too long"), { errno: 1406, sql: "insert … 'what she wrote'" });
  const thrown = await newEngine()
    .write(() => Promise.reject(error))
    .catch((caught: unknown) => caught);
  expect(thrown).toBe(error);
  expect(JSON.stringify({ ...error })).not.toContain("what she wrote");
});

it("many that come first prepare once, and a preparation that failed is tried again", async () => {
  const prepare = vi.fn(async () => undefined);
  prepare.mockRejectedValueOnce(new Error("not yet"));
  const engine = newEngine(prepare);
  const ask = () => engine.read(async () => "read");
  const first = await Promise.allSettled([ask(), ask(), ask()]);
  expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(["read", "read", "read"]);
  expect(prepare).toHaveBeenCalledTimes(2);
});
