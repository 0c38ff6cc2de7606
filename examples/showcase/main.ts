import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { memory } from "responder-ts/stores";
import { createApp } from "./app.ts";
import { openDatabase } from "./database.ts";
import { Notes } from "./notes.ts";
import { People } from "./people.ts";
import { seed } from "./seed.ts";
import { welcome } from "./welcome.ts";

const { SHOWCASE_DB, SHOWCASE_API_KEY, SECRET_KEY } = process.env;

const database = openDatabase(SHOWCASE_DB || fileURLToPath(new URL("var/showcase.db", import.meta.url)));
const people = await People.open(database);
const notes = new Notes(database);
await seed(people, notes);

// Without a secret in the environment, sessions and tokens end with this process.
const secret = SECRET_KEY || randomBytes(32).toString("base64url");
const apiKey = SHOWCASE_API_KEY || `sk_${randomBytes(32).toString("base64url")}`;

const store = memory();
const app = createApp({ people, notes, store }, secret, apiKey);
app.on("shutdown", async () => {
  await store.close();
  database.close();
});

try {
  // app.run() would do the rest; here the URL is wanted, for the commands to try.
  const { url } = await app.listen();
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => app.close());
  console.info(welcome(url, SHOWCASE_API_KEY ? "$SHOWCASE_API_KEY" : apiKey));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
