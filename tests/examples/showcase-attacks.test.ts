import { memory } from "responder-ts/stores";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { makeTokens } from "../../examples/showcase/tokens.ts";
import { cookieHeader } from "../support/cookies.ts";
import { passwordOf, type Showcase, startShowcase } from "../support/showcase.ts";

const SECRET = "a secret that this suite knows, and nobody else";
const ADA = { id: 1, username: "ada", name: "Ada Lovelace", role: "admin" } as const;
const BROWSER = { accept: "text/html" };

let showcase: Showcase;
let ada: { cookie: string; authorization: string };
let grace: { cookie: string; authorization: string };

beforeAll(async () => {
  showcase = await startShowcase({ SECRET_KEY: SECRET });
  ada = { cookie: await showcase.signIn("ada"), authorization: await showcase.token("ada") };
  grace = { cookie: await showcase.signIn("grace"), authorization: await showcase.token("grace") };
});
afterAll(() => showcase.end());
afterEach(() => vi.useRealTimers());

async function notesOf({ authorization }: { authorization: string }) {
  const response = await showcase.send("/api/notes", { headers: { authorization } });
  return (await response.json()) as { id: number; text: string }[];
}

describe("input that wants to be code", () => {
  it.each(["' OR 1=1 --", "ada' --", 'ada"; DROP TABLE people; --', "%", "ada\0"])(
    "SQL in a name signs nobody in: %j",
    async (username) => {
      for (const password of ["wrong", "' OR '1'='1", passwordOf("ada")]) {
        const page = await showcase.send("/login", { form: { username, password } });
        expect(page.status).toBe(401);
        const json = await showcase.send("/api/login", { json: { username, password } });
        expect(json.status).toBe(401);
      }
    },
  );

  it("SQL in a note is text, and in a number no route", async () => {
    const text = "'); DELETE FROM notes; --";
    const before = await notesOf(grace);
    const added = await showcase.send("/api/notes", { json: { text }, headers: grace });
    expect(added.status).toBe(201);
    expect((await notesOf(grace)).map((note) => note.text)).toEqual([
      text,
      ...before.map((note) => note.text),
    ]);
    const path = "/api/notes/1%20OR%201=1";
    expect((await showcase.send(path, { method: "DELETE", headers: ada })).status).toBe(404);
  });

  it("markup in a note, a draft or a name is shown and never run", async () => {
    const { cookie } = grace;
    const script = `"'><script>alert(1)</script><img src=x onerror=alert(1)></textarea>`;
    const escaped = "&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;";
    await showcase.send("/dashboard/notes", { form: { text: script }, headers: { cookie } });
    const draft = { text: script + "x".repeat(500) };
    for (const page of [
      await showcase.send("/dashboard", { headers: { cookie } }),
      await showcase.send("/dashboard/notes", { form: draft, headers: { cookie } }),
      await showcase.send("/login", { form: { username: script, password: "" } }),
    ]) {
      const markup = await page.text();
      expect(markup).toContain(escaped);
      expect(markup).not.toMatch(/<script|<img/);
    }
  });
});

describe("requests that a page of another site makes", () => {
  const foreign = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", origin: "http://other.127.0.0.1" },
    { origin: "https://evil.example" },
    { origin: "null" },
  ];

  it.each(foreign)("may not add, delete, sign out or sign in: %j", async (headers) => {
    const before = await notesOf(grace);
    const forged = { ...headers, ...BROWSER, cookie: grace.cookie };
    const answers = [
      await showcase.send("/dashboard/notes", { form: { text: "forged" }, headers: forged }),
      await showcase.send(`/dashboard/notes/${before[0]?.id}/delete`, { method: "POST", headers: forged }),
      await showcase.send("/logout", { method: "POST", headers: forged }),
      await showcase.send("/login", {
        form: { username: "ada", password: passwordOf("ada") },
        headers: { ...headers, ...BROWSER },
      }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(403);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(await answer.text()).toContain("<h1>Not for you</h1>");
    }
    expect(await notesOf(grace)).toEqual(before);
  });

  it("guess no passwords with a visitor's browser, which would keep the visitor out", async () => {
    const headers = { "sec-fetch-site": "cross-site", ...BROWSER };
    for (let guess = 0; guess < 7; guess++) {
      const form = { username: "katherine", password: "wrong" };
      expect((await showcase.send("/login", { form, headers })).status).toBe(403);
    }
    const form = { username: "katherine", password: passwordOf("katherine") };
    expect((await showcase.send("/login", { form })).status).toBe(303);
  });

  it("are told from those of its own pages, by Sec-Fetch-Site and by Origin alike", async () => {
    for (const headers of [{ "sec-fetch-site": "same-origin" }, { origin: showcase.url }]) {
      const added = await showcase.send("/dashboard/notes", {
        form: { text: "own" },
        headers: { ...headers, cookie: grace.cookie },
      });
      expect(added.status).toBe(303);
    }
  });
});

describe("credentials that are not", () => {
  it("a wrong, empty, shortened, doubled or misplaced API key is 401", async () => {
    const { apiKey } = showcase;
    const keys = [
      "",
      "wrong",
      apiKey.slice(0, -1),
      `${apiKey}x`,
      apiKey.toUpperCase(),
      `${apiKey}, ${apiKey}`,
    ];
    for (const headers of [
      ...keys.map((key) => ({ "x-api-key": key })),
      { "x-api-key": [apiKey, apiKey] },
      { authorization: `Bearer ${apiKey}` },
      ada,
      {},
    ]) {
      const refused = await showcase.send(`/service/stats?x-api-key=${apiKey}`, { headers });
      expect(refused.status).toBe(401);
      expect(refused.headers.get("www-authenticate")).toMatch(/^ApiKey .*name="X-API-Key"$/);
    }
    expect((await showcase.send("/service/stats", { headers: { "x-api-key": apiKey } })).status).toBe(200);
  });

  it("a token is 401 once its 15 minutes are over, and good until then", async () => {
    const tokens = makeTokens(SECRET, memory());
    const statusAfter = async (seconds: number) => {
      vi.useFakeTimers({ now: Date.now() - seconds * 1000, toFake: ["Date"] });
      const authorization = `Bearer ${await tokens.issue({ subject: "1", claims: ADA })}`;
      vi.useRealTimers();
      return (await showcase.send("/api/me", { headers: { authorization } })).status;
    };
    expect(await statusAfter(840)).toBe(200);
    expect(await statusAfter(901)).toBe(401);
  });

  it("a token that was tampered with, unsigned, or signed by another secret is 401", async () => {
    const [header, payload, signature] = grace.authorization.replace("Bearer ", "").split(".");
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString());
    const promoted = encode({ ...claims, role: "admin" });
    const foreign = await makeTokens(SECRET.toUpperCase(), memory()).issue({ subject: "1", claims: ADA });
    for (const token of [
      `${header}.${promoted}.${signature}`,
      `${encode({ alg: "none" })}.${promoted}.`,
      `${header}.${payload}.`,
      `${header}.${payload}.${signature?.split("").reverse().join("")}`,
      foreign,
      "x",
      "",
    ]) {
      const refused = await showcase.send("/api/me", { headers: { authorization: `Bearer ${token}` } });
      expect(refused.status, token).toBe(401);
      expect(refused.headers.get("www-authenticate")).toMatch(/^Bearer error="invalid_token"/);
      expect(await refused.text()).not.toContain(promoted);
    }
  });

  it("two Authorization headers, or another scheme, are 401", async () => {
    const { authorization } = ada;
    for (const value of [
      [authorization, authorization],
      authorization.replace("Bearer", "Token"),
      "Basic YTpi",
    ]) {
      expect((await showcase.send("/api/me", { headers: { authorization: value } })).status).toBe(401);
    }
  });

  it("a session cookie with any character changed is a stranger's", async () => {
    const { cookie } = grace;
    const value = cookie.replace("session=", "");
    expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/);
    for (const at of [0, 1, 20, 41, 42]) {
      const forged = `session=${value.slice(0, at)}${value[at] === "A" ? "B" : "A"}${value.slice(at + 1)}`;
      const response = await showcase.send("/dashboard", { headers: { ...BROWSER, cookie: forged } });
      expect([response.status, response.headers.get("location")]).toEqual([302, "/login?next=%2Fdashboard"]);
      expect((await showcase.send("/dashboard", { headers: { cookie: forged } })).status).toBe(401);
    }
  });

  it("each door takes its own credential alone", async () => {
    const key = { "x-api-key": showcase.apiKey };
    expect((await showcase.send("/api/me", { headers: { cookie: ada.cookie, ...key } })).status).toBe(401);
    const { authorization } = ada;
    expect((await showcase.send("/dashboard", { headers: { authorization, ...key } })).status).toBe(401);
    expect((await showcase.send("/service/stats", { headers: ada })).status).toBe(401);
  });

  it("a session that was planted before the sign-in does not become the one who signs in", async () => {
    const form = { username: "ada", password: passwordOf("ada") };
    const planted = await showcase.signIn("grace");
    const login = await showcase.send("/login", { form, headers: { cookie: planted } });
    const fresh = cookieHeader(login);
    const greeting = async (cookie: string) =>
      (await showcase.send("/dashboard", { headers: { cookie } })).text();
    expect(await greeting(fresh)).toContain("Ada’s notes");
    expect(await greeting(planted)).toContain("credentials_missing");
    expect(await greeting(grace.cookie)).toContain("Grace’s notes");
  });
});

describe("guessing", () => {
  it("a password gets slow after five guesses, by form and by JSON alike, also for an account that is none", async () => {
    await using other = await startShowcase();
    for (const username of ["katherine", "nobody"]) {
      const statuses: number[] = [];
      for (const word of ["a", "b", "c", "d", "e", "f", "g"]) {
        const way = statuses.length % 2 ? "/login" : "/api/login";
        const content = { username, password: word };
        const response = await other.send(way, way === "/login" ? { form: content } : { json: content });
        statuses.push(response.status);
        if (response.status === 429) expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      }
      expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
      expect(statuses.slice(5)).toContain(429);
    }
    const owner = { username: "ada", password: passwordOf("ada") };
    expect((await other.send("/api/login", { json: owner })).status, "others are not slowed down").toBe(200);
  });
});

describe("what belongs to somebody else", () => {
  it("another's note cannot be deleted, and looks as if it were not there", async () => {
    const [note] = await notesOf(ada);
    const { cookie, authorization } = grace;
    const byForm = await showcase.send(`/dashboard/notes/${note?.id}/delete`, {
      method: "POST",
      headers: { cookie },
    });
    const byToken = await showcase.send(`/api/notes/${note?.id}`, {
      method: "DELETE",
      headers: { authorization },
    });
    const none = await showcase.send("/api/notes/999999", { method: "DELETE", headers: { authorization } });
    expect([byForm.status, byToken.status, none.status]).toEqual([404, 404, 404]);
    expect(await byToken.text()).toBe(await none.text());
    expect(await notesOf(ada)).toContainEqual(note);
  });

  it("an owner or a role in the body counts for nothing", async () => {
    const before = await notesOf(ada);
    const json = { text: "mine", personId: 1, person_id: 1, role: "admin" };
    expect((await showcase.send("/api/notes", { json, headers: grace })).status).toBe(201);
    expect(await notesOf(ada)).toEqual(before);
    const login = { username: "grace", password: passwordOf("grace"), role: "admin" };
    const response = await showcase.send("/api/login", { json: login });
    const { access_token } = (await response.json()) as { access_token: string };
    const headers = { authorization: `Bearer ${access_token}` };
    expect((await showcase.send("/api/admin/people", { headers })).status).toBe(403);
  });

  it.each(["/api/admin/people", "/api/%61dmin/people", "/api/login/../admin/people", "/api/admin/people/"])(
    "no spelling and no method gets a member to the people: %s",
    async (path) => {
      for (const method of ["GET", "HEAD", "OPTIONS", "POST"]) {
        const member = await showcase.send(path, { method, headers: grace });
        expect(member.status, method).toBe(403);
        expect((await showcase.send(path, { method })).status, method).toBe(401);
      }
    },
  );

  it.each(["/service/stats", "/%73ervice/stats", "/health/../service/stats", "/service/stats/"])(
    "no spelling gets a stranger to the numbers: %s",
    async (path) => {
      expect((await showcase.send(path)).status).toBe(401);
    },
  );

  it.each(["/public//etc/passwd", "/public/", "/public/.", "/public/..."])(
    "no spelling gets a file that is not public: %s",
    async (path) => {
      const response = await showcase.send(path);
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    },
  );

  it.each(["/public/../main.ts", "/public/%2e%2e/main.ts", "/public/..%2fmain.ts"])(
    "what leads out of the public folder is a path like any other that strangers may not know: %s",
    async (path) => {
      expect((await showcase.send(path)).status).toBe(401);
      expect((await showcase.send(path, { headers: { authorization: ada.authorization } })).status).toBe(404);
    },
  );
});

it("every answer carries the security headers, whatever made it", async () => {
  const answers = [
    await showcase.send("/"),
    await showcase.send("/public/style.css"),
    await showcase.send("/dashboard"),
    await showcase.send("/api/me"),
    await showcase.send("/api/notes", { method: "PUT", headers: ada }),
    await showcase.send("/nowhere"),
    await showcase.send("/%zz"),
    await showcase.send("/logout", { method: "POST", headers: { "sec-fetch-site": "cross-site" } }),
  ];
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 401, 401, 405, 401, 400, 403]);
  for (const { headers } of answers) {
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'self'; /);
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toMatch(/^no-(store|cache)$/);
  }
});
