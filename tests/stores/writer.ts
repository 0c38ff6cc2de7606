import { writeSync } from "node:fs";
import type { Store } from "../../src/stores/index.ts";
import { newAttempt, newFamily, newKey, newSession } from "./records.ts";
import { open } from "./targets.ts";

/** Says on standard output what has been answered, before anything else happens. */
function acknowledge(line: string): void {
  writeSync(1, `${line}\n`);
}

/** Writes until it is killed, or `rounds` times. */
async function write(store: Store, name: string, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const id = `${name}-${round}`;
    await store.sessions.create(newSession(id));
    acknowledge(`session ${id}`);
    await store.sessions.patch(id, { set: { done: "true" } });
    acknowledge(`patched ${id}`);
    await store.apiKeys.create(newKey(id));
    acknowledge(`key ${id}`);
    await store.revocations.revoke(id, Date.now() + 3_600_000);
    acknowledge(`revoked ${id}`);
    const expiresAt = Date.now() + 3_600_000;
    await store.refreshTokens.start(newFamily(id), { digest: `${id}-first`, expiresAt });
    const claim = await store.refreshTokens.claim(id, `${id}-first`, newAttempt(`${id}-second`));
    if (claim.outcome === "claimed") acknowledge(`claimed ${id}`);
    // Every writer writes into this one, each under a key of its own.
    if (await store.sessions.patch("shared", { set: { [id]: "1" } })) acknowledge(`shared ${id}`);
  }
}

const [task = "", target = "{}", name = "", rounds = "1e9"] = process.argv.slice(2);
const { store, close } = open(JSON.parse(target), 4);
if (task === "migrate") await store.migrate();
else await write(store, name, Number(rounds));
await close();
