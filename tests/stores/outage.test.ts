import { API } from "responder-ts";
import { anyOf, sessionAuth } from "responder-ts/auth";
import { afterAll, beforeAll, describe as group, it } from "vitest";
import { ApiKeys, OPERATOR } from "../../src/keys/index.ts";
import { STORE_TIMEOUT } from "../../src/stores/answered.ts";
import { Tokens } from "../../src/tokens/index.ts";
import { cookieHeader } from "../support/cookies.ts";
import { recordingLogger } from "../support/logger.ts";
import { STORES, type StoreUnderTest } from "./every-store.ts";
import { Gate } from "./gate.ts";

/** In milliseconds: the store's bound, and some for a slow machine. */
const LONGEST = STORE_TIMEOUT * 1000 + 1500;

interface Seen {
  readonly who: string;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly took: number;
}

// All at once: they wait for most of their time.
group.concurrent("an outage", () => {
  for (const { name, describe, make, url } of STORES) {
    if (url === undefined) continue;

    describe(`${name} stopped and started under load`, () => {
      let gate: Gate;
      let made: StoreUnderTest;
      beforeAll(async () => {
        gate = await Gate.before(url);
        made = await make((at) => gate.through(at));
      });
      afterAll(async () => {
        gate?.open();
        await made?.close();
        await gate?.close();
      });

      it("lets nobody in without a credential, loses nothing that it answered, hangs nowhere, and comes back", {
        timeout: 60_000,
      }, async ({ expect }) => {
        const { store } = made;
        const keys = new ApiKeys({ store, prefix: "acme", cache: false });
        const tokens = new Tokens({
          issuer: "https://auth.example",
          audience: "https://api.example",
          keys: [{ alg: "HS256", key: new Uint8Array(32).fill(7) }],
          store,
          revocationDelay: 0,
        });
        const session = sessionAuth<string>();
        const api = new API({
          sessions: { store },
          auth: anyOf(session, keys.guard(), tokens.guard()),
          logger: recordingLogger(),
        });
        api.post("/login", { public: "the way in" }, (req) => req.session.set("user", "ada"));
        api.post("/logout", { auth: session }, (req) => req.session.clear());
        api.get("/", () => "in");
        api.post("/write/{key}", { auth: session }, (req) => req.session.set(req.params.key, true));
        api.get("/written", { auth: session }, (req) =>
          [...req.session.entries()].map(([key]) => key).join(),
        );
        const { url: origin } = await api.listen({ port: 0 });

        const login = async () => ({
          cookie: cookieHeader(await fetch(`${origin}/login`, { method: "POST" })),
        });
        const newKey = async () =>
          (await keys.create(OPERATOR, { owner: "ada", name: "ci", scopes: [] })).key;
        const good: Record<string, Record<string, string>> = {
          session: await login(),
          key: { "x-api-key": await newKey() },
          token: { authorization: `Bearer ${await tokens.issue({ subject: "ada" })}` },
        };
        const revokedKey = await newKey();
        const revokedToken = await tokens.issue({ subject: "grace" });
        const bad: Record<string, Record<string, string>> = {
          nobody: {},
          "another session": { cookie: `session=${"A".repeat(43)}` },
          "an ended session": await login(),
          "a revoked key": { "x-api-key": revokedKey },
          "a revoked token": { authorization: `Bearer ${revokedToken}` },
        };
        await keys.revoke(OPERATOR, keys.pattern.exec(revokedKey)?.[0].split("_")[1] ?? "");
        await tokens.revoke(revokedToken);
        await fetch(`${origin}/logout`, { method: "POST", headers: bad["an ended session"] ?? {} });
        const bound = { ...good, ...bad };

        const seen: Seen[] = [];
        const written: string[] = [];
        let isOver = false;
        const ask = async (who: string, path: string, method: string) => {
          const startedAt = performance.now();
          const response = await fetch(origin + path, { method, headers: bound[who] ?? {} });
          await response.arrayBuffer();
          seen.push({
            who,
            status: response.status,
            retryAfter: response.headers.get("retry-after"),
            took: performance.now() - startedAt,
          });
          return response.status;
        };
        const clients = [
          ...Object.keys(bound).map((who) => async () => void (await ask(who, "/", "GET"))),
          ...[1, 2, 3, 4].map((writer) => async () => {
            const key = `k${writer}-${seen.length}`;
            if ((await ask("session", `/write/${key}`, "POST")) === 200) written.push(key);
          }),
        ].map(async (act) => {
          while (!isOver) {
            await act();
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        });

        const during = async (seconds: number) => {
          const from = seen.length;
          await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
          return seen.slice(from);
        };
        const isIn = ({ who, status }: Seen) => who in good && status === 200;
        expect((await during(0.5)).some(isIn)).toBe(true);
        for (const stop of [() => gate.shut(), () => gate.silence()]) {
          stop();
          const away = (await during(3.5)).slice(20);
          expect(away.some(({ status }) => status === 503)).toBe(true);
          gate.open();
          await expect
            .poll(() => seen.slice(-30).filter(isIn).length, { timeout: 15_000 })
            .toBeGreaterThan(5);
        }
        isOver = true;
        await Promise.all(clients);

        const letIn = seen.filter(({ who, status }) => who in bad && status === 200);
        expect(letIn, "let in without a credential").toEqual([]);
        const kept = (
          await (await fetch(`${origin}/written`, { headers: good["session"] ?? {} })).text()
        ).split(",");
        expect(
          written.filter((key) => !kept.includes(key)),
          "answered and lost",
        ).toEqual([]);
        expect(written.length).toBeGreaterThan(3);
        expect(seen.filter(({ took }) => took > LONGEST)).toEqual([]);
        const refused = seen.filter(({ status }) => status === 503);
        expect(refused.length).toBeGreaterThan(0);
        expect(refused.every(({ retryAfter }) => retryAfter !== null)).toBe(true);
        expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([200, 401, 503]));
        console.info(
          `${name}: ${seen.length} requests, ${refused.length} of them refused by 503; let in without a credential: ` +
            `${letIn.length}; writes answered: ${written.length}, lost: 0`,
        );
        await api.close();
        await keys.close();
      });
    });
  }
});
