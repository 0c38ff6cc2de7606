import { API } from "responder-ts";
import { sessionAuth } from "responder-ts/auth";
import { memory, type SessionStore, type StoredSession } from "responder-ts/stores";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { cookieHeader } from "../support/cookies.ts";
import { recordingLogger } from "../support/logger.ts";

describe("what a store of sessions gives, over a schema and without", () => {
  const schema = z.object({ user: z.string().optional(), visits: z.number().default(0) });

  it("types and checks what comes out, and what goes in", async () => {
    const store = memory();
    const api = new API({ sessions: { store, schema }, logger: recordingLogger() });
    api.post("/visit", (req) => req.session.set("visits", (req.session.get("visits") ?? 0) + 1));
    api.post("/wrong", (req) => req.session.set("visits", "many" as unknown as number));
    api.get("/visits", (req) => ({ visits: req.session.get("visits") ?? null }));
    const client = api.requests;
    await client.post("/visit");
    await client.post("/visit");
    expect((await client.post("/wrong")).status).toBe(500);
    expect(await (await client.get("/visits")).json()).toEqual({ visits: 2 });
  });

  it.each([
    ["sign-out", "/logout"],
    ["sign-in", "/login/grace"],
  ])(
    "attack: %s ends a session that fails the schema of today: another version of the application may take it",
    async (_what, path) => {
      const store = memory();
      const schema = z.object({ user: z.literal("grace") });
      const api = new API({ sessions: { store, schema }, logger: recordingLogger() });
      api.post("/logout", (req) => req.session.clear());
      api.post("/login/{user}", (req) => req.session.set("user", "grace"));
      api.post("/delete", (req) => ({ held: req.session.delete("user") }));
      const before = new API({ sessions: { store }, logger: recordingLogger() });
      before.post("/login", (req) => req.session.set("user", "ada"));
      const request = (to: string, cookie: string) =>
        new Request(`https://shop.example${to}`, { method: "POST", headers: { cookie } });
      const cookie = cookieHeader(await before.fetch(request("/login", "")));
      expect(await (await api.fetch(request("/delete", cookie))).json()).toEqual({ held: false });
      expect(await store.sessions.list("ada")).toHaveLength(1);
      await api.fetch(request(path, cookie));
      expect(await store.sessions.list("ada")).toEqual([]);
    },
  );

  it.each([
    ["is no JSON", { user: "{" }],
    ["fails the schema", { user: "1" }],
    ["has a key that reaches a prototype", { ["__proto__"]: '"x"' }],
  ])("attack: a record that %s is an empty session", async (_what, data) => {
    const api = new API({
      sessions: { store: { sessions: returning(data) }, schema },
      logger: recordingLogger(),
    });
    api.get("/all", (req) => Object.fromEntries(req.session.entries()));
    const request = new Request("http://127.0.0.1/all", {
      headers: { cookie: `__Host-session=${"A".repeat(43)}` },
    });
    expect(await (await api.fetch(request, { ip: "203.0.113.1" })).json()).toEqual({});
  });

  it.each([
    ["texts, as many drivers give a bigint", { createdAt: "1000000000000" }],
    ["dates", { seenAt: new Date() }],
    ["infinite", { expiresAt: Number.POSITIVE_INFINITY }],
  ])(
    "attack: a record whose instants are %s has no lifetime, and is refused with advice",
    async (_what, change) => {
      const logger = recordingLogger();
      const api = new API({
        sessions: { store: { sessions: returning({ user: '"ada"' }, change) } },
        logger,
      });
      api.get("/mine", { auth: sessionAuth() }, () => "in");
      const headers = { cookie: `__Host-session=${"A".repeat(43)}` };
      const response = await api.fetch(new Request("https://shop.example/mine", { headers }));
      expect(response.status).toBe(500);
      expect(String(logger.lines.at(-1)?.error)).toMatch(/createdAt, seenAt and expiresAt are whole numbers/);
    },
  );

  function returning(data: Record<string, string>, change: object = {}): SessionStore {
    const now = Date.now();
    const stored: StoredSession = {
      ...{ id: "x", user: null, data, createdAt: now, seenAt: now, expiresAt: now + 60_000 },
      ...{ address: null, userAgent: null, ...change },
    };
    return { ...memory().sessions, read: async () => stored, patch: async () => true };
  }
});
