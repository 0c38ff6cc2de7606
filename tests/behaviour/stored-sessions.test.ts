import { API, abort, HTTPError } from "responder-ts";
import { sessionAuth } from "responder-ts/auth";
import { memory, type SessionStore, type Store } from "responder-ts/stores";
import { describe, expect, it } from "vitest";
import { cookieHeader } from "../support/cookies.ts";
import { recordingLogger } from "../support/logger.ts";
import { overTransports, type Send } from "../support/transports.ts";

const JSON_TYPE = { "content-type": "application/json" };

function shop(store: Pick<Store, "sessions">, logger = recordingLogger()) {
  const api = new API({ sessions: { store }, logger });
  api.post("/set/{key}", async (req) => {
    req.session.set(req.params.key, (await req.media()) as string);
  });
  api.post("/slow/{key}", async (req) => {
    req.session.set(req.params.key, "slow");
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  api.post("/delete/{key}", (req) => ({ held: req.session.delete(req.params.key) }));
  api.post("/login/{user}", (req) => req.session.set("user", req.params.user));
  api.post("/regenerate", (req) => req.session.regenerate());
  api.post("/logout", (req) => req.session.clear());
  api.post("/abort", (req) => {
    req.session.set("kept", true);
    abort(409);
  });
  api.post("/fail", (req) => {
    req.session.set("lost", true);
    throw new Error("x");
  });
  api.get("/all", (req) => Object.fromEntries(req.session.entries()));
  api.get("/id", (req) => ({ id: req.session.id ?? null }));
  api.get("/plain", () => "plain");
  api.get("/mine", { auth: sessionAuth({ load: (name: string) => ({ name }) }) }, (req) => req.principal);
  return api;
}

const post = (send: Send, path: string, cookie = "", json?: unknown) =>
  send(path, {
    method: "POST",
    headers: { cookie, ...(json !== undefined && JSON_TYPE) },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
const all = async (send: Send, cookie: string) =>
  (await (await send("/all", { headers: { cookie } })).json()) as Record<string, unknown>;

/** A store that counts what is asked of it, and fails when told to. */
function watched(inner: SessionStore) {
  const calls: string[] = [];
  const state = { away: false };
  const sessions = new Proxy(inner, {
    get(target, method: keyof SessionStore) {
      return (...given: never[]) => {
        calls.push(method);
        if (state.away) return Promise.reject(new Error("connection refused"));
        return (target[method] as (...given: never[]) => unknown).apply(target, given);
      };
    },
  });
  return { sessions, calls, state };
}

overTransports("sessions in a store", (serve) => {
  it("follow a client, under a cookie of 256 random bits that says nothing", async () => {
    const store = memory();
    const send = await serve(shop(store));
    const response = await post(send, "/set/theme", "", "dark");
    const [line] = response.headers.getSetCookie();
    expect(line).toMatch(/^session=[A-Za-z0-9_-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(await all(send, cookieHeader(response))).toEqual({ theme: "dark" });
  });

  it("attack: what the store holds lets nobody in", async () => {
    const store = memory();
    const send = await serve(shop(store));
    const cookie = cookieHeader(await post(send, "/login/ada"));
    const [kept] = await store.sessions.list("ada");
    expect(JSON.stringify(kept)).not.toContain(cookie.split("=")[1]);
    expect(await all(send, `session=${kept?.id}`)).toEqual({});
    expect((await send("/mine", { headers: { cookie: `session=${kept?.id}` } })).status).toBe(401);
  });

  it("of two parallel requests that set different keys both last", async () => {
    const send = await serve(shop(memory()));
    const cookie = cookieHeader(await post(send, "/set/first", "", 1));
    await Promise.all([post(send, "/slow/a", cookie), post(send, "/set/b", cookie, 2)]);
    expect(await all(send, cookie)).toEqual({ first: 1, a: "slow", b: 2 });
    await Promise.all([post(send, "/slow/c", cookie), post(send, "/delete/first", cookie)]);
    expect(await all(send, cookie)).toEqual({ a: "slow", b: 2, c: "slow" });
  });

  it("attack: session fixation: sign-in rotates the id by itself, and the planted one is dead at once", async () => {
    const send = await serve(shop(memory()));
    const planted = cookieHeader(await post(send, "/set/cart", "", ["sku-1"]));
    const signedIn = cookieHeader(await post(send, "/login/ada", planted));
    expect(signedIn).not.toBe(planted);
    expect(await all(send, signedIn)).toEqual({ cart: ["sku-1"], user: "ada" });
    expect(await all(send, planted)).toEqual({});
    const other = cookieHeader(await post(send, "/login/grace", signedIn));
    expect(await all(send, signedIn)).toEqual({});
    expect(await all(send, other), "what ada left is none of grace's business").toEqual({ user: "grace" });
  });

  it("sign-out by deleting the user rotates the id as well", async () => {
    const send = await serve(shop(memory()));
    const visitor = cookieHeader(await post(send, "/set/cart", "", ["sku-1"]));
    const signedIn = cookieHeader(await post(send, "/login/ada", visitor));
    const nobody = cookieHeader(await post(send, "/delete/user", signedIn));
    expect([await all(send, signedIn), await all(send, nobody)]).toEqual([{}, { cart: ["sku-1"] }]);
  });

  it("signing in again rotates the id too, for the same user", async () => {
    const send = await serve(shop(memory()));
    const first = cookieHeader(await post(send, "/login/ada"));
    const again = cookieHeader(await post(send, "/login/ada", first));
    expect([await all(send, first), await all(send, again)]).toEqual([{}, { user: "ada" }]);
  });

  it("regenerate() rotates the id, and the old one is dead at once", async () => {
    const send = await serve(shop(memory()));
    const before = cookieHeader(await post(send, "/login/ada"));
    const after = cookieHeader(await post(send, "/regenerate", before));
    expect([await all(send, before), await all(send, after)]).toEqual([{}, { user: "ada" }]);
  });

  it("of twenty rotations at once one wins, and nobody is signed in twice", async () => {
    const store = memory();
    const send = await serve(shop(store));
    const cookie = cookieHeader(await post(send, "/login/ada"));
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(send, "/regenerate", cookie)));
    const given = answers.map((answer) => answer.headers.getSetCookie());
    expect(given.filter((lines) => lines.length > 0)).toHaveLength(1);
    expect(
      await all(send, cookieHeader(answers[given.findIndex((lines) => lines.length > 0)] as Response)),
    ).toEqual({ user: "ada" });
    expect(await store.sessions.list("ada")).toHaveLength(1);
  });

  it("two sign-ins at once from one page are both signed in, and nothing of the first is in the second", async () => {
    const send = await serve(shop(memory()));
    const planted = cookieHeader(await post(send, "/set/cart", "", 1));
    const cookies = await Promise.all(
      ["ada", "grace"].map(async (user) => cookieHeader(await post(send, `/login/${user}`, planted))),
    );
    const seen = await Promise.all(cookies.map((cookie) => all(send, cookie)));
    expect(seen.map(({ user }) => user)).toEqual(["ada", "grace"]);
    expect(seen.filter((data) => "cart" in data)).toHaveLength(1);
  });

  it("end with clear(): a copy of the cookie opens nothing", async () => {
    const store = memory();
    const send = await serve(shop(store));
    const cookie = cookieHeader(await post(send, "/login/ada"));
    const [line] = (await post(send, "/logout", cookie)).headers.getSetCookie();
    expect(line).toMatch(/^session=; Max-Age=0;/);
    expect([await all(send, cookie), await store.sessions.list("ada")]).toEqual([{}, []]);
  });

  it("attack: a request that was under way when the session was revoked does not bring it back", async () => {
    const store = memory();
    const api = shop(store);
    const send = await serve(api);
    const cookie = cookieHeader(await post(send, "/login/ada"));
    const slow = post(send, "/slow/late", cookie);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await api.sessions.revokeAll("ada")).toBe(1);
    expect((await slow).headers.getSetCookie()).toEqual([]);
    expect([await all(send, cookie), await store.sessions.list("ada")]).toEqual([{}, []]);
  });

  it("are kept after an HTTPError and not after an error that nobody handled", async () => {
    const send = await serve(shop(memory()));
    const cookie = cookieHeader(await post(send, "/login/ada"));
    expect((await post(send, "/abort", cookie)).status).toBe(409);
    expect((await post(send, "/fail", cookie)).status).toBe(500);
    expect(await all(send, cookie)).toEqual({ user: "ada", kept: true });
  });

  it("ask nothing of the store without a cookie, with one that cannot be ours, or for a page of another site", async () => {
    const { sessions, calls } = watched(memory().sessions);
    const send = await serve(shop({ sessions }));
    await send("/plain");
    await send("/all");
    for (const value of ["", "x", "A".repeat(42), "A".repeat(44), "..%2f".repeat(9), "__proto__"]) {
      expect(await all(send, `session=${value}`)).toEqual({});
    }
    const cookie = `session=${"A".repeat(43)}`;
    const headers = { cookie, "sec-fetch-site": "cross-site" };
    expect((await send("/logout", { method: "POST", headers })).status).toBe(403);
    expect(calls).toEqual([]);
  });

  it("a request that comes too late for a rotation does not take the new cookie away", async () => {
    const send = await serve(shop(memory()));
    const before = cookieHeader(await post(send, "/login/ada"));
    await post(send, "/regenerate", before);
    for (const path of ["/all", "/mine"]) {
      expect((await send(path, { headers: { cookie: before } })).headers.getSetCookie()).toEqual([]);
    }
    expect((await post(send, "/regenerate", before)).headers.getSetCookie()).toEqual([]);
  });

  it("attack: a Host that is none takes no process with it: what touches the session is 400, the rest goes on", async () => {
    const send = await serve(shop(memory()));
    const headers = { host: "a,b", cookie: `session=${"A".repeat(43)}`, origin: "https://shop.example" };
    for (const method of ["GET", "POST"]) {
      expect([method, (await send("/unknown", { method, headers })).status]).toEqual([method, 404]);
    }
    expect((await send("/plain", { headers })).status).toBe(200);
    const response = await send("/all", { headers });
    expect([response.status, await response.json()]).toMatchObject([400, { code: "malformed_host" }]);
  });

  it("write mere activity at most once a minute", async () => {
    const { sessions, calls } = watched(memory().sessions);
    const send = await serve(shop({ sessions }));
    const cookie = cookieHeader(await post(send, "/login/ada"));
    calls.length = 0;
    for (let count = 0; count < 5; count++) await all(send, cookie);
    expect(calls).toEqual(["read", "read", "read", "read", "read"]);
  });

  it("attack: while the store is away nobody is in: 503 with Retry-After, and again when it is back", async () => {
    const logger = recordingLogger();
    const { sessions, state } = watched(memory().sessions);
    const send = await serve(shop({ sessions }, logger));
    const cookie = cookieHeader(await post(send, "/login/ada"));
    state.away = true;
    for (const path of ["/mine", "/all", "/id"]) {
      const response = await send(path, { headers: { cookie } });
      expect([path, response.status, response.headers.get("retry-after")]).toEqual([path, 503, "5"]);
      expect(await response.json()).toMatchObject({ code: "store_unavailable" });
    }
    const signIn = await post(send, "/login/grace");
    expect([signIn.status, signIn.headers.getSetCookie()]).toEqual([503, []]);
    expect((await send("/plain", { headers: { cookie } })).status).toBe(200);
    expect(logger.lines.filter(({ message }) => /a store did not answer/.test(message))).toHaveLength(4);
    state.away = false;
    expect(await (await send("/mine", { headers: { cookie } })).json()).toEqual({ name: "ada" });
  });
});

overTransports("an error page that reads the session, while its store is away", (serve) => {
  it.each(["/mine", "/all", "/unknown"])("leaves %s a 503 with Retry-After", async (path) => {
    const logger = recordingLogger();
    const { sessions, state } = watched(memory().sessions);
    const api = shop({ sessions }, logger).exceptionHandler(HTTPError, (req, resp) => {
      resp.text = `${req.session.get("user")}, this went wrong`;
    });
    const send = await serve(api);
    const cookie = cookieHeader(await post(send, "/login/ada"));
    expect(await (await send("/unknown", { headers: { cookie } })).text()).toBe("ada, this went wrong");
    state.away = true;
    const response = await send(path, { headers: { cookie } });
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await response.json()).toMatchObject({ code: "store_unavailable" });
    for (const { message } of logger.lines.filter(({ level }) => level === "error")) {
      expect(message).toMatch(/a store did not answer/);
    }
  });
});

describe("the lifetimes of sessions in a store", () => {
  const serveOnce = (options: object, store = memory()) => {
    const api = new API({ sessions: { store, ...options }, logger: recordingLogger() });
    api.post("/login", (req) => req.session.set("user", "ada"));
    api.get("/all", (req) => Object.fromEntries(req.session.entries()));
    return { api, store };
  };
  const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

  it("the idle one moves with activity, the absolute one does not", async () => {
    const { api } = serveOnce({ idleTimeout: 1, absoluteTimeout: 2 });
    const client = api.requests;
    await client.post("/login");
    for (const [seconds, data] of [
      [0.7, { user: "ada" }],
      [0.7, { user: "ada" }],
      [0.7, {}],
    ] as const) {
      await wait(seconds);
      expect(await (await client.get("/all")).json()).toEqual(data);
    }
  });

  it("the idle one ends a session that nobody uses", async () => {
    const { api } = serveOnce({ idleTimeout: 1, absoluteTimeout: 100 });
    await api.requests.post("/login");
    await wait(1.1);
    expect(await (await api.requests.get("/all")).json()).toEqual({});
  });

  it("shorter ones hold for sessions that began under longer ones", async () => {
    const store = memory();
    const before = serveOnce({}, store);
    const cookie = cookieHeader(
      await before.api.fetch(new Request("http://127.0.0.1/login", { method: "POST" })),
    );
    const { api } = serveOnce({ idleTimeout: 1, absoluteTimeout: 1 }, store);
    await wait(1.1);
    const read = new Request("http://127.0.0.1/all", { headers: { cookie } });
    expect(await (await api.fetch(read)).json()).toEqual({});
  });
});

describe("api.sessions", () => {
  it("lists who is signed in where, the last seen first, without anything that lets in", async () => {
    const api = shop(memory());
    for (const [ip, agent] of [
      ["203.0.113.1", "Laptop"],
      ["203.0.113.2", `Phone ${"x".repeat(500)}`],
    ] as const) {
      const headers = { "user-agent": agent };
      await api.fetch(new Request("https://shop.example/login/ada", { method: "POST", headers }), { ip });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const devices = await api.sessions.list("ada");
    expect(
      devices.map(({ address, userAgent }) => [address, userAgent?.slice(0, 6), userAgent?.length]),
    ).toEqual([
      ["203.0.113.2", "Phone ", 255],
      ["203.0.113.1", "Laptop", 6],
    ]);
    for (const { user, createdAt, seenAt, expiresAt } of devices) {
      expect(user).toBe("ada");
      expect(createdAt.getTime()).toBeLessThanOrEqual(seenAt.getTime());
      expect(expiresAt.getTime() - seenAt.getTime()).toBe(14 * 86_400_000);
    }
    expect(await api.sessions.list("grace")).toEqual([]);
  });

  it("revokes one, all, or all but the request's own", async () => {
    const api = shop(memory());
    const clients = await Promise.all(
      ["a", "b", "c"].map(async () => {
        const response = await api.fetch(new Request("https://shop.example/login/ada", { method: "POST" }));
        const headers = { cookie: cookieHeader(response) };
        const get = async (path: string) =>
          (await api.fetch(new Request(`https://shop.example${path}`, { headers }))).json();
        return { id: ((await get("/id")) as { id: string }).id, all: () => get("/all") };
      }),
    );
    const signedIn = () => Promise.all(clients.map(async ({ all }) => "user" in ((await all()) as object)));
    const [a, b] = clients.map(({ id }) => id);
    expect(await api.sessions.revoke(a as string, { user: "grace" })).toBe(false);
    expect(await signedIn()).toEqual([true, true, true]);
    expect(await api.sessions.revoke(a as string, { user: "ada" })).toBe(true);
    expect(await api.sessions.revoke(a as string)).toBe(false);
    expect(await signedIn()).toEqual([false, true, true]);
    expect(await api.sessions.revokeAll("ada", { except: b })).toBe(1);
    expect(await signedIn()).toEqual([false, true, false]);
    expect(await api.sessions.revokeAll("ada")).toBe(1);
    expect(await signedIn()).toEqual([false, false, false]);
  });
});
