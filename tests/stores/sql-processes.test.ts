import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import type { Store } from "../../src/stores/index.ts";
import { DATABASES } from "./databases.ts";
import { newAttempt, newSession } from "./records.ts";
import { open, type Target } from "./targets.ts";

const WRITER = fileURLToPath(new URL("./writer.ts", import.meta.url));
const KILLS = 6;
const TIMEOUT = 120_000;

/** A process of its own, and the lines that it has printed. */
function start(task: string, target: Target, ...more: string[]) {
  const child = spawn(
    process.execPath,
    ["--conditions=responder-ts-source", "--no-warnings", WRITER, task, JSON.stringify(target), ...more],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    printed += chunk;
  });
  // A line that the kill cut off is none.
  return { child, lines: () => printed.split("\n").slice(0, -1) };
}

async function ended(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, "close");
  return code;
}

/** What was acknowledged and is not there. */
async function lost(store: Store, lines: readonly string[]): Promise<string[]> {
  const shared = (await store.sessions.read("shared"))?.data ?? {};
  const isKept = async (line: string): Promise<boolean> => {
    const [what, id = ""] = line.split(" ");
    if (what === "session") return (await store.sessions.read(id)) !== null;
    if (what === "patched") return (await store.sessions.read(id))?.data["done"] === "true";
    if (what === "key") return (await store.apiKeys.find(id)) !== null;
    if (what === "revoked") return store.revocations.isRevoked({ id, issuedAt: 0 });
    if (what === "shared") return id in shared;
    const again = await store.refreshTokens.claim(id, `${id}-first`, newAttempt(`${id}-third`));
    return again.outcome === "repeated" && again.salt === "salt";
  };
  const kept = await Promise.all(lines.map(isKept));
  return lines.filter((_line, index) => !kept[index]);
}

for (const database of DATABASES) {
  database.describe(`Processes that share ${database.name}`, () => {
    afterAll(() => database.remove());

    it(
      "can all migrate at once, and the tables are made once",
      async () => {
        const target = await database.make();
        const children = Array.from({ length: 4 }, () => start("migrate", target).child);
        const codes = await Promise.all(children.map(ended));
        expect(codes).toEqual([0, 0, 0, 0]);
        const { store, close } = open(target);
        await store.sessions.create(newSession("one"));
        await store.migrate();
        expect(await store.sessions.read("one")).not.toBeNull();
        await close();
      },
      TIMEOUT,
    );

    it(
      "migrate at once from several pools of one process",
      async () => {
        const target = await database.make();
        const opened = Array.from({ length: 4 }, () => open(target, 2));
        await Promise.all(opened.flatMap(({ store }) => [store.migrate(), store.migrate()]));
        await opened[0]?.store.sessions.create(newSession("one"));
        expect(await opened[3]?.store.sessions.read("one")).not.toBeNull();
        for (const { close } of opened) await close();
      },
      TIMEOUT,
    );

    it(
      `loses nothing that was answered to a process that is killed, ${KILLS} times over`,
      async () => {
        const target = await database.make();
        const { store, close } = open(target);
        await store.migrate();
        await store.sessions.create(newSession("shared"));
        const answered: string[] = [];
        for (let kill = 0; kill < KILLS; kill++) {
          const { child, lines } = start("write", target, `writer${kill}`);
          await once(child.stdout, "data");
          await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 250));
          const closed = ended(child);
          child.kill("SIGKILL");
          await closed;
          answered.push(...lines());
        }
        expect(answered.length).toBeGreaterThan(KILLS * 5);
        expect(await lost(store, answered)).toEqual([]);
        await close();
      },
      TIMEOUT,
    );

    it(
      "write beside each other, and each one's writes last",
      async () => {
        const target = await database.make();
        const { store, close } = open(target);
        await store.migrate();
        await store.sessions.create(newSession("shared"));
        const writers = ["a", "b"].map((name) => start("write", target, name, "60"));
        expect(await Promise.all(writers.map(({ child }) => ended(child)))).toEqual([0, 0]);
        const answered = writers.flatMap(({ lines }) => lines());
        expect(answered).toHaveLength(2 * 60 * 6);
        expect(await lost(store, answered)).toEqual([]);
        await close();
      },
      TIMEOUT,
    );
  });
}
