import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { answer, bearer, FORMS, type Form, running } from "./example.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");
const names = readdirSync(join(EXAMPLES, "guide")).sort();

function linesOf(form: Form, name: string): number {
  return readFileSync(join(EXAMPLES, form, name), "utf8")
    .trimEnd()
    .split("\n").length;
}

describe("the guide's examples", () => {
  it("are one a subject, in both forms", () => {
    const subjects = ["api-keys", "auth-error", "bearer-tokens", "public-routes", "roles", "sessions"];
    expect(names).toEqual(subjects.map((subject) => `${subject}.ts`));
    expect(readdirSync(join(EXAMPLES, "guards")).sort()).toEqual(names);
  });

  it.each(names)("%s fits on a screen, and is shorter on guards", (name) => {
    expect(linesOf("guide", name)).toBeLessThanOrEqual(45);
    expect(linesOf("guards", name)).toBeLessThan(linesOf("guide", name));
  });
});

describe.each(FORMS)("api-keys, by %s", (form) => {
  const program = running("api-keys", form);
  const refused = [401, { error: "Invalid or missing API key" }];
  const withKey = (key: string) => ({ headers: { "X-API-Key": key } });

  it("says where it listens", () => {
    expect(program().output()).toContain(`Ready at http://127.0.0.1:${program().port}`);
  });

  it.each(["sk-abc123", "sk-def456"])("lets %s in", async (key) => {
    expect(await answer(program().send("/protected", withKey(key)))).toEqual([200, { ok: true }]);
  });

  it.each(["", "sk-abc12", "sk-abc1234", "SK-ABC123", "sk-abc123,sk-def456", "__proto__"])(
    "refuses the key %j",
    async (key) => {
      expect(await answer(program().send("/protected", withKey(key)))).toEqual(refused);
    },
  );

  it("refuses a request without a key, with a challenge", async () => {
    const response = await program().send("/protected");
    expect(response.headers.get("www-authenticate")).toMatch(/^ApiKey\b/);
    expect([response.status, await response.json()]).toEqual(refused);
  });

  it("refuses two keys in two lines", async () => {
    const headers = { "X-API-Key": ["sk-abc123", "sk-def456"] };
    expect(await answer(program().send("/protected", { headers }))).toEqual(refused);
  });

  it("takes no key from the query", async () => {
    expect(await answer(program().send("/protected?X-API-Key=sk-abc123"))).toEqual(refused);
  });

  it.each(["/", "/unknown", "/protected/", "/%70rotected", "//protected"])(
    "tells a stranger nothing of %s",
    async (path) => {
      expect(await answer(program().send(path))).toEqual(refused);
    },
  );

  it.each(["HEAD", "OPTIONS", "POST", "DELETE"])("refuses %s without a key", async (method) => {
    expect((await program().send("/protected", { method })).status).toBe(401);
  });
});

describe.each(FORMS)("auth-error, by %s", (form) => {
  const program = running("auth-error", form);

  it("answers what the guard throws", async () => {
    const response = await program().send("/me");
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect([response.status, await response.json()]).toEqual([
      401,
      { error: "Missing authorization header" },
    ]);
  });

  it.each(["", "Bearer", "Bearer tk-abc124", "Basic tk-abc123", "tk-abc123", "Bearer tk-abc123, Bearer x"])(
    "takes %j for no way in",
    async (Authorization) => {
      const sent = program().send("/me", { headers: { Authorization } });
      expect(await answer(sent)).toEqual([401, { error: "Unauthorized" }]);
    },
  );

  it("lets a known token in", async () => {
    expect(await answer(program().send("/me", bearer("tk-abc123")))).toEqual([200, { user_id: "1" }]);
  });

  it.each(["/unknown", "/", "/me/"])("throws for %s too", async (path) => {
    expect((await program().send(path)).status).toBe(401);
  });

  it.each(["HEAD", "OPTIONS"])("throws for %s too", async (method) => {
    expect((await program().send("/me", { method })).status).toBe(401);
  });
});
