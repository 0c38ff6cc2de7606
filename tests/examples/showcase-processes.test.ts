import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../examples/showcase/database.ts";
import { Notes } from "../../examples/showcase/notes.ts";
import { People } from "../../examples/showcase/people.ts";
import { seed } from "../../examples/showcase/seed.ts";
import { service } from "../stores/services.ts";
import { cookieHeader } from "../support/cookies.ts";
import type { ProgramRequest } from "../support/program.ts";
import { type Showcase, startShowcase } from "../support/showcase.ts";

const [postgresql, mariadb, redis] = await Promise.all([
  service("postgresql"),
  service("mariadb"),
  service("redis"),
]);
const STORES = [
  { name: "SQLite", describe, env: {} },
  { ...postgresql, env: { DATABASE_URL: postgresql.url } },
  { ...mariadb, env: { DATABASE_URL: mariadb.url } },
  { ...redis, env: { REDIS_URL: redis.url } },
];
/** Seconds within which every process knows of a revoked token, and some for a slow machine. */
const BOUND = 5 + 1;

for (const { name, describe: describeStore, env } of STORES) {
  describeStore(`two processes of the showcase on ${name}`, () => {
    let directory = "";
    let processes: Showcase[] = [];
    let turn = 0;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "showcase-two-"));
      const shared = { ...env, SHOWCASE_DB: join(directory, "showcase.db"), SECRET_KEY: "s".repeat(40) };
      const first = await startShowcase(shared);
      processes = [first, await startShowcase(shared)];
    });
    afterAll(async () => {
      for (const process of processes) await process.end();
      await rm(directory, { recursive: true, force: true });
    });

    /** One request, to the processes in turn, as a load balancer without memory hands it on. */
    const send = (path: string, init?: ProgramRequest) =>
      (processes[turn++ % 2] as Showcase).send(path, init);
    const [here, there] = [() => processes[0] as Showcase, () => processes[1] as Showcase];
    const dashboard = async (to: Showcase, cookie: string) =>
      (await to.send("/dashboard", { headers: { cookie } })).status;

    it("who signs in on one is known on the other, whichever answers", async () => {
      const cookie = await here().signIn("grace");
      for (let count = 0; count < 6; count++) {
        const page = await send("/dashboard", { headers: { cookie } });
        expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("Grace’s notes")]);
      }
    });

    it("who signs out on one is out on the other", async () => {
      const cookie = await here().signIn("grace");
      await there().send("/logout", { method: "POST", headers: { cookie } });
      expect([await dashboard(here(), cookie), await dashboard(there(), cookie)]).toEqual([401, 401]);
    });

    it("a device is listed and ended from another one, through the other process, at once", async () => {
      const laptop = await here().signIn("katherine");
      const phone = cookieHeader(
        await there().send("/login", {
          form: { username: "katherine", password: "checked-by-hand-1962" },
          headers: { "user-agent": "A telephone <3" },
        }),
      );
      const page = await (await here().send("/dashboard/devices", { headers: { cookie: laptop } })).text();
      const row = page.split("<tr>").find((text) => text.includes("A telephone &lt;3")) ?? "";
      const [, end = ""] = /action="([^"]+)"/.exec(row) ?? [];
      expect((await here().send(end, { method: "POST", headers: { cookie: laptop } })).status).toBe(303);
      expect([await dashboard(there(), phone), await dashboard(there(), laptop)]).toEqual([401, 200]);
    });

    it("nobody ends another's device", async () => {
      const [ada, grace] = [await here().signIn("ada"), await there().signIn("grace")];
      const page = await (await here().send("/dashboard/devices", { headers: { cookie: ada } })).text();
      const ends = [...page.matchAll(/action="(\/dashboard\/devices\/[^"]+\/end)"/g)].map(([, path]) => path);
      expect(ends.length).toBeGreaterThan(0);
      for (const end of ends) {
        const answer = await there().send(end as string, { method: "POST", headers: { cookie: grace } });
        expect(answer.status).toBe(404);
      }
      expect(await dashboard(there(), ada)).toBe(200);
    });

    it("signing out everywhere else ends the tokens too: at once here, within the bound there", async () => {
      const cookie = await here().signIn("ada");
      const other = await there().signIn("ada");
      const headers = { authorization: await there().token("ada") };
      const me = async (to: Showcase) => (await to.send("/api/me", { headers })).status;
      expect([await me(here()), await me(there())]).toEqual([200, 200]);
      await here().send("/dashboard/devices/end-others", { method: "POST", headers: { cookie } });
      expect([await dashboard(there(), cookie), await dashboard(there(), other)]).toEqual([200, 401]);
      expect(await me(here())).toBe(401);
      await expect.poll(() => me(there()), { timeout: BOUND * 1000, interval: 200 }).toBe(401);
    });

    it("a refresh token of one is taken by the other, once", async () => {
      const json = { username: "grace", password: "compiler-from-1952!" };
      const { refresh_token } = (await (await here().send("/api/login", { json })).json()) as {
        refresh_token: string;
      };
      const pairs = await Promise.all(
        Array.from({ length: 10 }, async () => {
          const response = await send("/api/refresh", { json: { refresh_token } });
          return ((await response.json()) as { refresh_token: string }).refresh_token;
        }),
      );
      expect(new Set(pairs).size, "one successor, handed out again to its own sender").toBe(1);
      expect(pairs[0]).not.toBe(refresh_token);
    });

    it("the key of one process opens the door of the other", async () => {
      const headers = { "x-api-key": here().apiKey };
      expect((await there().send("/service/stats", { headers })).status).toBe(200);
    });
  });
}

it("two that start on one empty database fill it once, and neither falls", async () => {
  const database = openDatabase(":memory:");
  const [people, notes] = [new People(database), new Notes(database)];
  await Promise.all([seed(people, notes), seed(people, notes)]);
  expect(people.all().map((person) => [person.username, person.notes])).toEqual([
    ["ada", 3],
    ["grace", 2],
    ["katherine", 1],
  ]);
});
