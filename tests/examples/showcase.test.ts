import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { cookieHeader } from "../support/cookies.ts";
import { startProgram } from "../support/program.ts";
import { passwordOf, type Showcase, startShowcase } from "../support/showcase.ts";

const BROWSER = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

let showcase: Showcase;
beforeAll(async () => {
  showcase = await startShowcase();
});
afterAll(() => showcase.end());

describe("the start", () => {
  it("prints where it listens, the demo people, and the commands to try", () => {
    const output = showcase.output();
    expect(output).toContain(`Marginalia is open at ${showcase.url}\n`);
    for (const username of ["ada", "grace", "katherine"] as const) {
      expect(output).toMatch(new RegExp(`${username} +${passwordOf(username)} +(admin|member)`));
    }
    expect(output).toContain(`curl -s ${showcase.url}/health\n`);
    expect(showcase.apiKey).toMatch(/^marginalia_[0-9A-Za-z]{15}_[0-9A-Za-z]{49}$/);
  });

  it("prints commands that a shell takes as they stand", async () => {
    const commands = showcase
      .output()
      .split("\n")
      .filter((line) => /^ +(curl|token=)/.test(line));
    expect(commands).toHaveLength(4);
    const { stdout } = await runInShell(commands.join("; echo\n"));
    const [health, stats, , me] = stdout.split("\n");
    expect(JSON.parse(health ?? "")).toEqual({ status: "ok" });
    expect(JSON.parse(stats ?? "")).toMatchObject({ people: 3 });
    expect(JSON.parse(me ?? "")).toEqual({ id: 1, username: "ada", name: "Ada Lovelace", role: "admin" });
  });

  it("keeps people and notes from one start to the next, with passwords as argon2id PHC strings alone", async () => {
    await using first = await startShowcase();
    const headers = { authorization: await first.token("grace") };
    await first.send("/api/notes", { json: { text: "kept" }, headers });
    expect(await first.stop()).toBe(0);

    const database = new DatabaseSync(first.databasePath);
    const rows = database.prepare("SELECT password FROM people").all();
    database.close();
    expect(rows).toHaveLength(3);
    for (const { password } of rows) {
      expect(password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    }

    await using second = await startShowcase({ SHOWCASE_DB: first.databasePath });
    const notes = await second.send("/api/notes", {
      headers: { authorization: await second.token("grace") },
    });
    expect(await notes.json()).toMatchObject([{ text: "kept" }, {}, {}]);
    const stale = await second.send("/api/me", { headers });
    expect(stale.status, "a token of the process before, whose secret is gone").toBe(401);
  });

  it("takes the secret from the environment, so that a token of one process is good in another", async () => {
    const env = { SECRET_KEY: "s".repeat(40), SHOWCASE_DB: ":memory:" };
    await using configured = await startShowcase(env);
    await using other = await startShowcase(env);
    const authorization = await configured.token("ada");
    expect((await other.send("/api/me", { headers: { authorization } })).status).toBe(200);
  });

  it("fails with one sentence where the port is taken", async () => {
    const start = startProgram(["examples/showcase/main.ts"], {
      PORT: String(showcase.port),
      SHOWCASE_DB: ":memory:",
    });
    await expect(start).rejects.toThrow(
      /ended with status 1. It printed: port \d+ of 127\.0\.0\.1 is in use/,
    );
  });
});

describe("the browser side", () => {
  it("greets strangers on the first page and sends them from the dashboard to the sign-in page", async () => {
    const home = await showcase.send("/", { headers: BROWSER });
    expect(home.status).toBe(200);
    expect(await home.text()).toContain('<a class="button" href="/login">Sign in</a>');
    expect(home.headers.getSetCookie()).toEqual([]);
    for (const method of ["GET", "HEAD"]) {
      const dashboard = await showcase.send("/dashboard/people?by=name", { method, headers: BROWSER });
      const location = "/login?next=%2Fdashboard%2Fpeople%3Fby%3Dname";
      expect([dashboard.status, dashboard.headers.get("location")]).toEqual([302, location]);
    }
    const post = await showcase.send("/dashboard/notes", { form: { text: "nobody's" }, headers: BROWSER });
    expect([post.status, post.headers.get("location")]).toEqual([303, "/login"]);
    expect((await showcase.send("/dashboard")).status, "who is no browser").toBe(401);
  });

  it("leads whoever signs in back to the page they wanted, and to none of another site", async () => {
    const form = { username: "ada", password: passwordOf("ada") };
    for (const [next, target] of [
      ["/dashboard/people?by=name", "/dashboard/people?by=name"],
      ["https://evil.example/", "/dashboard"],
      ["//evil.example/", "/dashboard"],
    ] as const) {
      const login = await showcase.send(`/login?next=${encodeURIComponent(next)}`, { form });
      expect([login.status, login.headers.get("location")]).toEqual([303, target]);
    }
  });

  it("signs in, welcomes once, lists, adds and deletes notes, signs out", async () => {
    const form = { username: " Katherine ", password: passwordOf("katherine") };
    const login = await showcase.send("/login", { form });
    expect([login.status, login.headers.get("location")]).toEqual([303, "/dashboard"]);
    let cookie = cookieHeader(login);

    const first = await showcase.send("/dashboard", { headers: { cookie } });
    const page = await first.text();
    expect(page).toContain("Welcome, Katherine Johnson.");
    expect(page).toContain("Katherine’s notes");
    cookie = cookieHeader(first);
    const second = await showcase.send("/dashboard", { headers: { cookie } });
    expect(await second.text()).not.toContain("Welcome");

    const added = await showcase.send("/dashboard/notes", {
      form: { text: "  Two lines\r\nof text  " },
      headers: { cookie },
    });
    expect([added.status, added.headers.get("location")]).toEqual([303, "/dashboard"]);
    const list = await (
      await showcase.send("/dashboard", { headers: { cookie: cookieHeader(added) } })
    ).text();
    expect(list).toContain("Note added.");
    expect(list).toContain("<p>Two lines\nof text</p>");

    const remove = /action="(\/dashboard\/notes\/\d+\/delete)"/.exec(list)?.[1] ?? "";
    expect((await showcase.send(remove, { method: "POST", headers: { cookie } })).status).toBe(303);
    const rest = await (await showcase.send("/dashboard", { headers: { cookie } })).text();
    expect(rest).not.toContain("Two lines");

    const out = await showcase.send("/logout", { method: "POST", headers: { cookie } });
    const home = await showcase.send("/", { headers: { cookie: cookieHeader(out) } });
    expect(await home.text()).toContain("You are signed out.");
    expect(
      (await showcase.send("/dashboard", { headers: { cookie } })).status,
      "the old cookie is dead",
    ).toBe(401);
  });

  it("says no to a wrong password and to an unknown name in the same words, and keeps the name in the form", async () => {
    for (const username of ["ada", "nobody"]) {
      const response = await showcase.send("/login", { form: { username, password: "wrong" } });
      const page = await response.text();
      expect(response.status).toBe(401);
      expect(page).toContain("That name and password do not go together.");
      expect(page).toContain(`value="${username}"`);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  });

  it.each([
    { kind: "an empty", text: "", fault: "A note needs some text." },
    { kind: "a blank", text: " \n ", fault: "A note needs some text." },
    { kind: "too long a", text: "x".repeat(501), fault: "A note has 500 characters at most." },
  ])("refuses $kind note and keeps the draft", async ({ text, fault }) => {
    const cookie = await showcase.signIn("grace");
    const response = await showcase.send("/dashboard/notes", { form: { text }, headers: { cookie } });
    expect(response.status).toBe(422);
    const page = await response.text();
    expect(page).toContain(fault);
    expect(page).toContain(`${text}</textarea>`);
  });

  it("counts a line break as one character, as the browser does", async () => {
    const headers = { cookie: await showcase.signIn("grace") };
    const added = await showcase.send("/dashboard/notes", {
      form: { text: `${"x\r\n".repeat(249)}xx` },
      headers,
    });
    expect(added.status).toBe(303);
  });

  it("shows the people to admins alone", async () => {
    const ada = { ...BROWSER, cookie: await showcase.signIn("ada") };
    const grace = { ...BROWSER, cookie: await showcase.signIn("grace") };
    const shown = await (await showcase.send("/dashboard/people", { headers: ada })).text();
    expect(shown).toContain("Grace Hopper");
    expect(shown).toContain('href="/dashboard/people" aria-current="page"');
    const refused = await showcase.send("/dashboard/people", { headers: grace });
    expect(refused.status).toBe(403);
    const page = await refused.text();
    expect(page).toContain("<h1>Not for you</h1>");
    expect(page).not.toContain('href="/dashboard/people"');
  });

  it("serves its style sheet, which a browser asks for by ETag the next time", async () => {
    const first = await showcase.send("/public/style.css");
    expect(first.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(first.headers.get("cache-control")).toBe("no-cache");
    const etag = first.headers.get("etag") ?? "";
    const again = await showcase.send("/public/style.css", { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
  });
});

describe("the JSON API", () => {
  it("gives a token for name and password, and says who holds it", async () => {
    const json = { username: "grace", password: passwordOf("grace") };
    const login = await showcase.send("/api/login", { json });
    expect(login.headers.get("cache-control")).toBe("no-store");
    const issued = (await login.json()) as { access_token: string; expires_in: number };
    expect(issued).toMatchObject({ token_type: "Bearer", expires_in: 900 });
    const token = issued.access_token;
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    expect(claims).toMatchObject({ sub: "2", role: "member" });
    expect(claims.exp - claims.iat).toBeGreaterThanOrEqual(900);
    expect(claims.exp - claims.iat).toBeLessThan(901);
    const me = await showcase.send("/api/me", { headers: { authorization: `bearer ${token}` } });
    expect(await me.json()).toEqual({ id: 2, username: "grace", name: "Grace Hopper", role: "member" });
  });

  it("gives the next token for a refresh token, once, and takes the name and the role as they are by then", async () => {
    const json = { username: "grace", password: passwordOf("grace") };
    const first = (await (await showcase.send("/api/login", { json })).json()) as { refresh_token: string };
    const refresh = async (refresh_token: string) =>
      showcase.send("/api/refresh", { json: { refresh_token } });
    const second = (await (await refresh(first.refresh_token)).json()) as {
      access_token: string;
      refresh_token: string;
    };
    const headers = { authorization: `Bearer ${second.access_token}` };
    expect((await showcase.send("/api/me", { headers })).status).toBe(200);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const none = await refresh("rt_none");
    expect([none.status, await none.json()]).toEqual([
      401,
      expect.objectContaining({ code: "invalid_grant" }),
    ]);
  });

  it("lists, adds and deletes the holder's notes", async () => {
    const headers = { authorization: await showcase.token("grace") };
    const before = await (await showcase.send("/api/notes", { headers })).json();
    const added = await showcase.send("/api/notes", { json: { text: " a note " }, headers });
    expect(added.status).toBe(201);
    const note = (await added.json()) as { id: number; text: string; createdAt: string };
    expect(note).toMatchObject({ id: expect.any(Number), text: "a note" });
    expect(new Date(note.createdAt).toISOString()).toBe(note.createdAt);
    expect(await (await showcase.send("/api/notes", { headers })).json()).toEqual([note, ...(before as [])]);
    const path = `/api/notes/${note.id}`;
    expect((await showcase.send(path, { method: "DELETE", headers })).status).toBe(204);
    expect((await showcase.send(path, { method: "DELETE", headers })).status).toBe(404);
  });

  it("shows the people to the role admin alone", async () => {
    const send = async (authorization: string) =>
      showcase.send("/api/admin/people", { headers: { authorization } });
    const admin = await send(await showcase.token("ada"));
    const people = (await admin.json()) as object[];
    expect(people).toHaveLength(3);
    expect(Object.keys(people[0] ?? {}).sort()).toEqual(["id", "name", "notes", "role", "username"]);
    const member = await send(await showcase.token("grace"));
    expect([member.status, ((await member.json()) as { code: string }).code]).toEqual([
      403,
      "insufficient_scope",
    ]);
    expect((await showcase.send("/api/admin/people")).status).toBe(401);
  });

  it("answers faults as problem documents with a code and, for validation, a pointer", async () => {
    const headers = { authorization: await showcase.token("grace") };
    const wrong = await showcase.send("/api/login", { json: { username: "ada", password: "wrong" } });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get("content-type")).toBe("application/problem+json");
    expect(await wrong.json()).toMatchObject({ code: "invalid_credentials" });

    const missing = await showcase.send("/api/me");
    expect(missing.headers.get("www-authenticate")).toBe("Bearer");
    expect(await missing.json()).toMatchObject({ status: 401, code: "credentials_missing" });

    const invalid = await showcase.send("/api/notes", { json: { text: 7 }, headers });
    expect(await invalid.json()).toMatchObject({ code: "validation_failed", errors: [{ pointer: "/text" }] });

    const method = await showcase.send("/api/notes", { method: "PUT", headers });
    expect([method.status, method.headers.get("allow")]).toEqual([405, "GET, POST, HEAD, OPTIONS"]);
  });
});

describe("the service endpoint and the rest", () => {
  it("counts for whoever has the API key", async () => {
    const stats = await showcase.send("/service/stats", { headers: { "X-API-Key": showcase.apiKey } });
    expect(await stats.json()).toEqual({
      people: 3,
      notes: expect.any(Number),
      uptime: expect.any(Number),
    });
  });

  it("says to everybody that it is well", async () => {
    expect(await (await showcase.send("/health")).json()).toEqual({ status: "ok" });
  });

  it.each(["/nowhere", "/api/nowhere", "/dashboard/nowhere"])(
    "tells strangers nothing of the unknown path %s, and others that there is nothing",
    async (path) => {
      expect((await showcase.send(path)).status).toBe(401);
      expect((await showcase.send(path, { headers: BROWSER })).status).toBe(302);
      const headers = { ...BROWSER, cookie: await showcase.signIn("grace") };
      const page = await showcase.send(path, { headers });
      expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
      expect(page.headers.get("vary")).toBe("Accept");
      const problem = await showcase.send(path, { headers: { "x-api-key": showcase.apiKey } });
      expect(problem.status).toBe(404);
      expect(await problem.json()).toMatchObject({ code: "route_not_found" });
    },
  );

  it("says who comes in by whichever door, and what they may do", async () => {
    const whoami = async (headers: Record<string, string>) =>
      (await showcase.send("/whoami", { headers })).json();
    const grace = { name: "Grace Hopper", may: ["notes:read", "notes:write"] };
    expect(await whoami({ cookie: await showcase.signIn("grace") })).toEqual({ ...grace, door: "session" });
    expect(await whoami({ authorization: await showcase.token("grace") })).toEqual({
      ...grace,
      door: "bearer",
    });
    expect(await whoami({ "x-api-key": showcase.apiKey })).toEqual({
      name: "service",
      door: "apiKey",
      may: ["stats:read"],
    });
    expect(
      await whoami({ "x-api-key": "wrong", authorization: await showcase.token("grace") }),
    ).toMatchObject({
      code: "credentials_refused",
    });
  });

  it("describes its API to everybody, with the security that it enforces", async () => {
    const page = await showcase.send("/docs", { headers: BROWSER });
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    const document = (await (await showcase.send("/schema.json")).json()) as {
      paths: Record<string, Record<string, { security: unknown }>>;
    };
    expect(Object.keys(document.paths).sort()).toEqual([
      "/api/admin/people",
      "/api/login",
      "/api/me",
      "/api/notes",
      "/api/notes/{id}",
      "/api/refresh",
      "/health",
      "/service/stats",
      "/whoami",
    ]);
    expect(document.paths["/api/login"]?.["post"]?.security).toEqual([]);
    expect(document.paths["/api/admin/people"]?.["get"]?.security).toEqual([{ bearer: ["people:read"] }]);
    expect(document.paths["/whoami"]?.["get"]?.security).toEqual([
      { session: [] },
      { bearer: [] },
      { apiKey: [] },
    ]);
  });

  it("tells the cause of a failure to the log and to nobody else", async () => {
    await using broken = await startShowcase();
    const cookie = await broken.signIn("ada");
    const database = new DatabaseSync(broken.databasePath);
    database.exec("DROP TABLE notes");
    database.close();
    const page = await broken.send("/dashboard", { headers: { ...BROWSER, cookie } });
    expect(page.status).toBe(500);
    const text = await page.text();
    expect(text).toContain("<h1>A blot of ink</h1>");
    expect(text).not.toContain("no such table");
    const problem = await broken.send("/service/stats", { headers: { "x-api-key": broken.apiKey } });
    expect(await problem.json()).toEqual({
      title: "Internal Server Error",
      status: 500,
      code: "internal_error",
    });
    await vi.waitFor(() => expect(broken.output()).toContain("no such table: notes"));
  });
});

/** Runs a script by `sh`, with a `curl` that knows what the commands need, since not every machine has one. */
async function runInShell(script: string): Promise<{ stdout: string }> {
  const directory = await mkdtemp(join(tmpdir(), "showcase-shell-"));
  const curl = join(directory, "curl");
  await writeFile(
    curl,
    `#!${process.execPath}
    const [silent, url, ...rest] = process.argv.slice(2);
    const valuesOf = (flag) => rest.filter((_, index) => rest[index - 1] === flag);
    const headers = valuesOf("-H").map((line) => line.split(": "));
    const [body] = valuesOf("-d");
    if (silent !== "-s") throw new Error("the first argument is -s");
    fetch(url, { method: body ? "POST" : "GET", headers, body })
      .then((response) => response.text())
      .then((text) => process.stdout.write(text));
    `,
  );
  await chmod(curl, 0o755);
  try {
    const env = { ...process.env, PATH: `${directory}${delimiter}${process.env["PATH"]}` };
    return await promisify(execFile)("sh", ["-c", script], { env });
  } finally {
    await rm(directory, { recursive: true });
  }
}
