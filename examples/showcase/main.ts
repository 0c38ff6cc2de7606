import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createApp } from "./app.ts";
import { openDatabase } from "./database.ts";
import { demoKey, makeKeys } from "./keys.ts";
import { Notes } from "./notes.ts";
import { People } from "./people.ts";
import { seed } from "./seed.ts";
import { openStore } from "./store.ts";
import { welcome } from "./welcome.ts";

const { SHOWCASE_DB, SECRET_KEY } = process.env;

const path = SHOWCASE_DB || fileURLToPath(new URL("var/showcase.db", import.meta.url));
const database = openDatabase(path);
const people = new People(database);
const notes = new Notes(database);
await seed(people, notes);

// Without a secret in the environment, tokens end with this process.
const secret = SECRET_KEY || randomBytes(32).toString("base64url");

const store = await openStore(path);
const keys = makeKeys(store);
const app = createApp({ people, notes, store, keys }, secret);
app.on("shutdown", async () => {
  await keys.close();
  await store.close();
  database.close();
});

try {
  // app.run() would do the rest; here the URL is wanted, for the commands to try.
  const { url } = await app.listen();
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => app.close());
  console.info(welcome(url, await demoKey(keys)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
