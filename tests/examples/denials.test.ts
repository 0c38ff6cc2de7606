import { globSync } from "node:fs";
import { join } from "node:path";
import type { API } from "responder-ts";
import { memory } from "responder-ts/stores";
import { denials } from "responder-ts/testing";
import { describe, expect, it, vi } from "vitest";
import { createApp } from "../../examples/showcase/app.ts";
import { openDatabase } from "../../examples/showcase/database.ts";
import { makeKeys } from "../../examples/showcase/keys.ts";
import { Notes } from "../../examples/showcase/notes.ts";
import { People } from "../../examples/showcase/people.ts";

const SECRET = "tests/examples: a secret of their own";
vi.stubEnv("SECRET_KEY", SECRET);

const GUARDS = join(import.meta.dirname, "../../examples/guards");
const examples: [name: string, api: Pick<API, "fetch">][] = [["the showcase", showcase()]];
for (const file of globSync("*.ts", { cwd: GUARDS }).sort()) {
  const { api }: { api: API } = await import(join(GUARDS, file));
  examples.push([`guards/${file}`, api]);
}

function showcase() {
  const database = openDatabase(":memory:");
  const store = memory();
  const stores = { people: new People(database), notes: new Notes(database), store, keys: makeKeys(store) };
  return createApp(stores, SECRET);
}

describe.each(examples)("%s", (_file, api) => {
  const cases = denials(api);

  it("has doors to try", () => {
    expect(cases.length).toBeGreaterThan(5);
  });

  it.each(cases.map((denial) => [denial.name, denial] as const))("refuses %s", async (_name, denial) => {
    await denial.check();
  });
});
