import { API } from "responder-ts";
import { describe, expect, it } from "vitest";
import { ApiKeys, OPERATOR } from "../../src/keys/index.ts";
import { WatchedStore } from "../../src/keys/keys.fixture.ts";
import { recordingLogger } from "../support/logger.ts";
import { overTransports, type Send } from "../support/transports.ts";

const SCOPES = ["reports:read", "reports:write", "keys:create"] as const;

/** A service whose users make keys by key, with everything that an attack touches within reach. */
function service(options: { cache?: false; held?: () => readonly string[] } = {}) {
  const store = new WatchedStore();
  const { held, ...rest } = options;
  const keys = new ApiKeys({
    store,
    prefix: "acme",
    scopes: SCOPES,
    ...rest,
    ...(held && { ownerScopes: held }),
  });
  const logger = recordingLogger();
  const entered: string[] = [];
  const api = new API({ logger, auth: keys.guard() });
  api.get("/me", (req) => {
    entered.push(req.principal.id);
    return { owner: req.principal.owner, scopes: req.principal.scopes };
  });
  api.post("/reports", { auth: keys.guard().requires("reports:write") }, () => "written");
  api.post("/keys", async (req) => {
    const wanted = (await req.media()) as { name: string; owner?: string; scopes: (typeof SCOPES)[number][] };
    return await keys.create(req.principal, wanted);
  });
  api.post(
    "/keys/{id}/rotate",
    async (req) => (await keys.rotate(req.principal, req.params.id)) ?? [{}, 404],
  );
  api.delete("/keys/{id}", async (req) => ({ revoked: await keys.revoke(req.principal, req.params.id) }));
  const issue = (owner: string, ...scopes: (typeof SCOPES)[number][]) =>
    keys.create(OPERATOR, { owner, name: "k", scopes });
  return { api, keys, store, logger, entered, issue };
}

const withKey = (key: string, init: { method?: string; json?: unknown } = {}) => ({
  ...init,
  headers: { "x-api-key": key },
});
const statusOf = async (send: Send, key: string) => (await send("/me", withKey(key))).status;
const codeIn = (body: unknown) => (body as { code: string }).code;
const flipped = (text: string, place: number) =>
  text.slice(0, place) + (text[place] === "x" ? "y" : "x") + text.slice(place + 1);

overTransports("attack on API keys", (serve) => {
  it("a key with any one character flipped lets nobody in, and the store is not even asked", async () => {
    const { api, store, issue, entered } = service({ cache: false });
    const { key } = await issue("ada");
    const send = await serve(api);
    store.asked.length = 0;
    for (let place = 0; place < key.length; place++) {
      expect(await statusOf(send, flipped(key, place))).toBe(401);
    }
    expect([store.asked, entered]).toEqual([[], []]);
    expect(await statusOf(send, key)).toBe(200);
  });

  it("another case, another prefix, a part, or two keys at once let nobody in", async () => {
    const { api, issue, entered, store } = service();
    const { key } = await issue("ada");
    const other = await new ApiKeys({ store, prefix: "evil" }).create(OPERATOR, {
      owner: "eve",
      name: "x",
      scopes: [],
    });
    const send = await serve(api);
    const attempts = [
      key.toUpperCase(),
      key.toLowerCase(),
      key.replace("acme", "Acme"),
      key.replace("acme", "evil"),
      other.key,
      other.key.replace("evil", "acme"),
      key.slice(0, -1),
      key.slice(5),
      `${key}${key}`,
      `${key}, ${key}`,
      `Bearer ${key}`,
      `${key}\u00a0`,
      "*",
      "null",
    ];
    for (const attempt of attempts) expect(await statusOf(send, attempt), attempt).toBe(401);
    expect(entered).toEqual([]);
  });

  it("the id of one key with the secret of another, checksum and all, lets nobody in", async () => {
    const { api, issue, entered, store } = service();
    const { crc32 } = await import("node:zlib");
    const { base62 } = await import("../../src/keys/base62.ts");
    const [one, two] = [await issue("ada", "reports:write"), await issue("eve")];
    const body = one.key.slice(0, 21) + two.key.slice(21, -6);
    const spliced = body + base62(crc32(body), 6);
    const send = await serve(api);
    store.asked.length = 0;
    expect(await statusOf(send, spliced)).toBe(401);
    // It got as far as the store, so that it is the digest that keeps it out.
    expect([store.asked, entered]).toEqual([["find"], []]);
  });

  it("a revoked, an expired and a rotated-out key let nobody in, though all were remembered", async () => {
    const { api, keys, issue } = service();
    const send = await serve(api);
    const [revoked, rotated] = [await issue("ada"), await issue("ada")];
    const expired = await keys.create(OPERATOR, { owner: "ada", name: "k", scopes: [], expiresIn: 0.1 });
    for (const { key } of [revoked, rotated, expired]) expect(await statusOf(send, key)).toBe(200);
    await keys.revoke(OPERATOR, revoked.record.id);
    const next = await keys.rotate(OPERATOR, rotated.record.id, { overlap: 0 });
    await new Promise((resolve) => setTimeout(resolve, 110));
    for (const { key } of [revoked, rotated, expired]) expect(await statusOf(send, key)).toBe(401);
    expect(await statusOf(send, next?.key ?? "")).toBe(200);
  });

  it("a key makes no key, and ends no other, without the scope for it", async () => {
    const { api, issue } = service();
    const send = await serve(api);
    const [mine, victim] = [await issue("ada", "reports:read"), await issue("ada")];
    const made = await send("/keys", withKey(mine.key, { method: "POST", json: { name: "x", scopes: [] } }));
    expect([made.status, codeIn(await made.json())]).toEqual([403, "insufficient_scope"]);
    const rotated = await send(`/keys/${mine.record.id}/rotate`, withKey(mine.key, { method: "POST" }));
    expect(rotated.status).toBe(403);
    const ended = await send(`/keys/${victim.record.id}`, withKey(mine.key, { method: "DELETE" }));
    expect(ended.status).toBe(403);
    expect(await statusOf(send, victim.key)).toBe(200);
  });

  it("a key that may make keys widens nothing: no scope that it lacks, no other owner, no stronger key", async () => {
    const { api, issue } = service();
    const send = await serve(api);
    const by = await issue("ada", "keys:create", "reports:read");
    const [strong, others] = [await issue("ada", "reports:write"), await issue("bob", "reports:read")];
    const post = (path: string, json?: unknown) => send(path, withKey(by.key, { method: "POST", json }));
    expect((await post("/keys", { name: "x", scopes: ["reports:write"] })).status).toBe(403);
    expect((await post("/keys", { name: "x", scopes: [], owner: "bob" })).status).toBe(403);
    expect((await post("/keys", { name: "x", scopes: ["*"] })).status).toBe(422);
    expect((await post(`/keys/${strong.record.id}/rotate`)).status).toBe(403);
    expect((await post(`/keys/${others.record.id}/rotate`)).status).toBe(404);
    const theirs = await send(`/keys/${others.record.id}`, withKey(by.key, { method: "DELETE" }));
    expect(await theirs.json()).toEqual({ revoked: false });
    expect(await statusOf(send, others.key)).toBe(200);
    const made = (await (await post("/keys", { name: "x", scopes: ["reports:read"] })).json()) as {
      key: string;
    };
    expect((await send("/reports", withKey(made.key, { method: "POST" }))).status).toBe(403);
  });

  it("an owner who lost a scope has lost it in every key", async () => {
    let held: readonly string[] = SCOPES;
    const { api, issue } = service({ cache: false, held: () => held });
    const send = await serve(api);
    const { key } = await issue("ada", "reports:write");
    const write = async () => (await send("/reports", withKey(key, { method: "POST" }))).status;
    expect(await write()).toBe(200);
    held = ["reports:read"];
    expect(await write()).toBe(403);
    expect(await (await send("/me", withKey(key))).json()).toEqual({ owner: "ada", scopes: [] });
  });

  it("a key is in no log and no refusal", async () => {
    const { api, issue, logger, store } = service({ cache: false });
    const send = await serve(api);
    const { key } = await issue("ada");
    store.away = new Error("away");
    const answers = [await send("/me", withKey(key)), await send("/me", withKey(flipped(key, 69)))];
    const said = await Promise.all(answers.map(async (answer) => [...answer.headers, await answer.text()]));
    expect(JSON.stringify([said, logger.lines])).not.toContain(key.slice(21, 60));
  });
});

overTransports("a store that is away", (serve) => {
  it("lets nobody in: 503 with Retry-After", async () => {
    const { api, issue, store, entered } = service({ cache: false });
    const send = await serve(api);
    const { key } = await issue("ada");
    store.away = new Error("ECONNREFUSED");
    const refused = await send("/me", withKey(key));
    expect([refused.status, refused.headers.get("retry-after"), codeIn(await refused.json())]).toEqual([
      503,
      "5",
      "store_unavailable",
    ]);
    expect(entered).toEqual([]);
  });

  it("and silent keeps nobody waiting for long", async () => {
    const { api, issue, store, entered } = service({ cache: false });
    const send = await serve(api);
    const { key } = await issue("ada");
    store.away = "silent";
    const start = performance.now();
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(send, key)));
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect(performance.now() - start).toBeLessThan(4000);
    expect(entered).toEqual([]);
  });
});

describe("timing", () => {
  it("tells no id that is there from one that is not: both ask the store once, and compare once", async () => {
    const { keys, store, issue } = service();
    const { record } = await issue("ada");
    const { KeyFormat } = await import("../../src/keys/format.ts");
    const { crc32 } = await import("node:zlib");
    const { base62 } = await import("../../src/keys/base62.ts");
    const guess = new KeyFormat("acme").make().text;
    const body = `acme_${record.id}${guess.slice(20, -6)}`;
    const known = body + base62(crc32(body), 6);
    for (const attempt of [known, guess]) {
      store.asked.length = 0;
      expect(await keys.verify(attempt)).toBeNull();
      expect(store.asked).toEqual(["find"]);
    }
  });
});
