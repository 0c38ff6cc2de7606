import { afterAll, beforeAll, describe, it } from "vitest";
import { sqlite } from "../../src/stores/sqlite/index.ts";
import { storeContract } from "../../src/testing/index.ts";
import { DATABASES } from "./databases.ts";
import { type Opened, open } from "./targets.ts";

for (const database of DATABASES) {
  database.describe(`A store on ${database.name}`, () => {
    let opened: Opened;

    beforeAll(async () => {
      opened = open(await database.make());
      await opened.store.migrate();
    });

    afterAll(async () => {
      await opened.close();
      await database.remove();
    });

    describe("keeps the contract", () => {
      for (const { name, run } of storeContract(() => opened.store)) it.concurrent(name, run);
    });
  });
}

describe("A store on SQLite in memory", () => {
  const store = sqlite(":memory:");

  afterAll(() => store.close());

  describe("keeps the contract", () => {
    for (const { name, run } of storeContract(() => store)) it.concurrent(name, run);
  });
});
