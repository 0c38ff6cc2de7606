import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { memory } from "../../src/stores/index.ts";
import { DATABASES } from "./databases.ts";
import { newSession } from "./records.ts";
import { type Opened, open } from "./targets.ts";

/** Text that a database can hold: no NUL, and no half of a surrogate pair. Short, so that keys meet again. */
const text = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.constantFrom(
      "a",
      "b",
      "A",
      '"',
      "\\",
      '\\"',
      "\\u0061",
      "$.a",
      "a.b",
      "a b",
      "ä",
      "😀",
      "",
      "__proto__",
    ),
  )
  .filter((value) => value.isWellFormed() && !value.includes("\0"));

/** As the text, and what no database holds as it is. */
const key = fc.oneof(
  text,
  fc.string({ unit: "binary", maxLength: 3 }),
  fc.constantFrom("\0", "\uD800", "~", "~0022"),
);

const patches = fc.array(
  fc.record(
    {
      clear: fc.boolean(),
      set: fc.dictionary(
        text,
        fc.oneof(
          fc.json(),
          text.map((value) => JSON.stringify(value)),
        ),
        { maxKeys: 4 },
      ),
      delete: fc.array(key, { maxLength: 3 }),
      user: fc.option(text),
      userAgent: fc.option(text),
    },
    { requiredKeys: [] },
  ),
  { minLength: 1, maxLength: 6 },
);

for (const database of DATABASES) {
  database.describe(`Patches on ${database.name}`, () => {
    let opened: Opened;

    beforeAll(async () => {
      opened = open(await database.make(), 2);
      await opened.store.migrate();
    });

    afterAll(async () => {
      await opened.close();
      await database.remove();
    });

    it("do what they do in memory, whatever is in keys and values", async () => {
      const reference = memory();
      await fc.assert(
        fc.asyncProperty(patches, async (all) => {
          const session = newSession(randomUUID());
          for (const { sessions } of [reference, opened.store]) {
            await sessions.create(session);
            for (const patch of all) await sessions.patch(session.id, patch);
          }
          const [expected, got] = [
            await reference.sessions.read(session.id),
            await opened.store.sessions.read(session.id),
          ];
          expect(Object.entries(got?.data ?? {}).sort()).toEqual(Object.entries(expected?.data ?? {}).sort());
          expect({ ...got, data: {} }).toEqual({ ...expected, data: {} });
        }),
        { numRuns: 200 },
      );
    });
  });
}
