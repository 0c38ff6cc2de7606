import { API } from "responder-ts";
import { sessionAuth } from "responder-ts/auth";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { cookieHeader } from "../support/cookies.ts";
import { recordingLogger } from "../support/logger.ts";
import { overTransports, type Send } from "../support/transports.ts";

const SECRET = "0123456789abcdef0123456789abcdef";

overTransports("sessions", (serve) => {
  it("follow a client from request to request, seen alike through req and resp", async () => {
    const send = await serve(visits());
    let cookie = "";
    for (const count of [1, 2, 3]) {
      const response = await send("/visit", { method: "POST", headers: { cookie } });
      expect(await response.json()).toEqual({ visits: count, seen: count });
      cookie = cookieHeader(response);
    }
  });

  it("have get, set, has, delete, entries and clear", async () => {
    const api = new API({ secretKey: SECRET }).get("/all", ({ session }) => {
      session.set("a", 1);
      session.set("b", { deep: [true] });
      const before = [session.has("a"), session.get("b"), session.get("none")];
      const deleted = session.delete("a");
      const entries = [...session.entries()];
      session.clear();
      return { before, deleted, entries, after: [...session.entries()] };
    });
    const send = await serve(api);
    expect(await (await send("/all")).json()).toEqual({
      before: [true, { deep: [true] }, null],
      deleted: true,
      entries: [["b", { deep: [true] }]],
      after: [],
    });
  });

  it("send no cookie where they are not touched, or only looked at while empty", async () => {
    const api = visits().get("/plain", () => "plain");
    const send = await serve(api);
    expect((await send("/plain")).headers.getSetCookie()).toEqual([]);
    expect((await send("/read")).headers.getSetCookie()).toEqual([]);
  });

  it("send none again where nothing changed", async () => {
    const send = await serve(visits());
    const cookie = cookieHeader(await send("/visit", { method: "POST" }));
    expect((await send("/read", { headers: { cookie } })).headers.getSetCookie()).toEqual([]);
  });

  it("end with clear(): the cookie is deleted", async () => {
    const send = await serve(visits());
    const cookie = cookieHeader(await send("/visit", { method: "POST" }));
    const [line] = (await send("/clear", { method: "POST", headers: { cookie } })).headers.getSetCookie();
    expect(line).toMatch(/^session=; Max-Age=0;/);
  });

  it("are empty, and no error, for a cookie that is tampered with, truncated, foreign or garbage", async () => {
    const send = await serve(visits());
    const good = cookieHeader(await send("/visit", { method: "POST" }));
    const value = good.slice("session=".length);
    const middle = Math.floor(value.length / 2);
    const flipped = value[middle] === "A" ? "B" : "A";
    const other = await serve(
      new API({ secretKey: `other-${SECRET}`, logger: recordingLogger() }).post("/visit", visit),
    );
    const foreign = cookieHeader(await other("/visit", { method: "POST" }));
    for (const cookie of [
      `session=${value.slice(0, middle)}${flipped}${value.slice(middle + 1)}`,
      `session=${value.slice(0, -1)}`,
      `session=${value}x`,
      foreign,
      "session=",
      "session=garbage",
      "session=%00%ff",
      `other=${value}`,
      `__Host-session=${value}`,
    ]) {
      const response = await send("/read", { headers: { cookie } });
      expect([response.status, await response.json()]).toEqual([200, { visits: null }]);
    }
    expect(await (await send("/read", { headers: { cookie: good } })).json()).toEqual({ visits: 1 });
  });

  it("verify with every key, and sign with the first", async () => {
    const old = await serve(visits());
    const rotated = await serve(visits({ secretKey: [`new-${SECRET}`, SECRET] }));
    const fresh = await serve(visits({ secretKey: `new-${SECRET}` }));
    const cookie = cookieHeader(await old("/visit", { method: "POST" }));
    const renewed = cookieHeader(await rotated("/visit", { method: "POST", headers: { cookie } }));
    expect(await read(rotated, cookie)).toEqual({ visits: 1 });
    expect(await read(fresh, renewed)).toEqual({ visits: 2 });
    expect(await read(fresh, cookie)).toEqual({ visits: null });
  });

  it("end when idle for too long, and at the absolute end however busy", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const send = await serve(visits({ sessions: { idleTimeout: 600, absoluteTimeout: 1_500 } }));
      const visited = async (cookie: string) =>
        cookieHeader(await send("/visit", { method: "POST", headers: { cookie } }));
      let cookie = await visited("");
      vi.advanceTimersByTime(601_000);
      expect(await read(send, cookie)).toEqual({ visits: null });

      cookie = await visited("");
      for (const count of [2, 3]) {
        vi.advanceTimersByTime(500_000);
        cookie = await visited(cookie);
        expect(await read(send, cookie)).toEqual({ visits: count });
      }
      vi.advanceTimersByTime(501_000);
      expect(await read(send, cookie)).toEqual({ visits: null });
    } finally {
      vi.useRealTimers();
    }
  });

  it("of a type that a schema checks are empty where the data is of another time", async () => {
    const old = await serve(
      new API({ secretKey: SECRET, logger: recordingLogger() }).post("/visit", ({ session }) =>
        session.set("visits", "many"),
      ),
    );
    const typed = await serve(visits({ sessions: { schema: z.object({ visits: z.number() }) } }));
    const cookie = cookieHeader(await old("/visit", { method: "POST" }));
    expect(await read(typed, cookie)).toEqual({ visits: null });
  });

  it("attack: sign-out in a mounted application is not undone by the one around it, which keeps the session going", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const settings = { secretKey: SECRET, logger: recordingLogger() };
      const inner = new API(settings).post("/logout", (req) => req.session.clear());
      const api = new API(settings);
      api.post("/login", (req) => req.session.set("user", "ada"));
      api.mount("/inner", inner, { auth: sessionAuth() });
      const send = await serve(api);
      const cookie = cookieHeader(await send("/login", { method: "POST" }));
      vi.advanceTimersByTime(61_000);
      const response = await send("/inner/logout", { method: "POST", headers: { cookie } });
      expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^session=; Max-Age=0;/)]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("refuse what comes after the answer", async () => {
    const logger = recordingLogger();
    const api = new API({ logger, secretKey: SECRET }).get("/x", (req, resp) => {
      req.session.set("a", 1);
      resp.background(() => req.session.set("b", 2));
    });
    const send = await serve(api);
    await send("/x");
    await api.close();
    expect(String(logger.lines.find((line) => line.level === "error")?.error)).toMatch(/after the answer/);
  });

  it("refuse what comes after the answer where nothing touched them before it, and let it read", async () => {
    const logger = recordingLogger();
    const visits: unknown[] = [];
    const api = new API({ logger, secretKey: SECRET })
      .post("/visit", (req) => req.session.set("visits", 1))
      .get("/x", (req, resp) => {
        resp.background(() => visits.push(req.session.get("visits")));
        resp.background(() => req.session.set("visits", 2));
      });
    const send = await serve(api);
    const cookie = cookieHeader(await send("/visit", { method: "POST" }));
    await send("/x", { headers: { cookie } });
    await api.close();
    expect(visits).toEqual([1]);
    expect(String(logger.lines.find((line) => line.level === "error")?.error)).toMatch(/after the answer/);
  });
});

overTransports("the session cookie", (serve) => {
  it("over plain http on this machine goes without Secure and __Host-, and that is said once", async () => {
    const logger = recordingLogger();
    const send = await serve(visits({ logger }));
    for (let round = 0; round < 3; round++) {
      const [line] = (await send("/visit", { method: "POST" })).headers.getSetCookie();
      expect(line).toMatch(/^session=/);
      expect(line).toMatch(/; HttpOnly/);
      expect(line).toMatch(/; SameSite=Lax/);
      expect(line).toMatch(/; Path=\//);
      expect(line).not.toMatch(/Secure|Domain/);
    }
    expect(logger.lines.filter((line) => line.message.includes("without Secure"))).toHaveLength(1);
  });

  it("over https is Secure, and named so that no subdomain can overwrite it", async () => {
    const send = await serve(visits({ trustedProxies: ["loopback"] }));
    const [line] = (
      await send("/visit", { method: "POST", headers: { "x-forwarded-proto": "https" } })
    ).headers.getSetCookie();
    expect(line).toMatch(/^__Host-session=/);
    expect(line).toMatch(/; Secure/);
    expect(line).not.toMatch(/Domain/);
  });

  it("over plain http under another name than this machine's is Secure all the same", async () => {
    const send = await serve(visits());
    const [line] = (
      await send("/visit", { method: "POST", headers: { host: "app.example" } })
    ).headers.getSetCookie();
    expect(line).toMatch(/^__Host-session=.*; Secure/);
  });

  it("in production is Secure on this machine too", async () => {
    vi.stubEnv("NODE_ENV", "production");
    try {
      const send = await serve(visits());
      const [line] = (await send("/visit", { method: "POST" })).headers.getSetCookie();
      expect(line).toMatch(/^__Host-session=.*; Secure/);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe("the secret", () => {
  it("that is weak or missing is refused in production, with the command that makes a good one", () => {
    vi.stubEnv("NODE_ENV", "production");
    try {
      expect(() => new API({ secretKey: "short" })).toThrow(/fewer than 32 characters.*npx responder secret/);
      expect(() => new API({ sessions: {} })).toThrow(/secretKey is missing.*npx responder secret/);
      expect(() => new API()).not.toThrow();
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("that is missing is replaced in development, with a warning that comes when sessions are used", async () => {
    const logger = recordingLogger();
    const api = new API({ logger }).get("/plain", () => "plain").post("/visit", visit);
    await api.requests.get("/plain");
    expect(logger.lines).toEqual([]);
    await api.requests.post("/visit");
    await api.requests.post("/visit");
    expect(logger.lines.filter((line) => line.message.includes("secretKey is missing"))).toHaveLength(1);
  });
});

type Visits = { visits: number };
type Options = ConstructorParameters<typeof API<object, Visits>>[0];

function visits(options: Options = {}): API<object, Visits> {
  const api = new API<object, Visits>({ secretKey: SECRET, logger: recordingLogger(), ...options });
  api.post("/visit", (req, resp) => {
    const visits = (req.session.get("visits") ?? 0) + 1;
    req.session.set("visits", visits);
    return { visits, seen: resp.session.get("visits") };
  });
  api.get("/read", (req) => ({ visits: req.session.get("visits") ?? null }));
  api.post("/clear", (req) => req.session.clear());
  return api;
}

function visit({ session }: { session: { set(key: string, value: number): void } }): void {
  session.set("visits", 1);
}

async function read(send: Send, cookie: string): Promise<unknown> {
  return (await send("/read", { headers: { cookie } })).json();
}
