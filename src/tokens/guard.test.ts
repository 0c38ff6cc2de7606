import { describe, expect, it } from "vitest";
import { apiKey } from "../auth/api-key.ts";
import { ask } from "../auth/guard.fixture.ts";
import { anyOf } from "../auth/guard.ts";
import { roles } from "../auth/roles.ts";
import { memory } from "../stores/index.ts";
import { tokensBy } from "./token.fixture.ts";

const presenting = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe("a guard by tokens", () => {
  const tokens = tokensBy();

  it("lets in whom a token stands for", async () => {
    const token = await tokens.issue({ subject: "ada" });
    expect(await ask(tokens.guard(), presenting(token))).toMatchObject({
      status: 200,
      principal: { sub: "ada" },
      scheme: "bearer",
    });
  });

  it("answers 401 to a token that is refused, and says which error it is", async () => {
    const refused = { status: 401, code: "credentials_refused", reached: false };
    const other = await tokensBy({ issuer: "https://evil.example" }).issue({ subject: "ada" });
    for (const token of [other, "a.b.c", "AAAA", (await tokens.start({ subject: "ada" })).refresh_token]) {
      const asked = await ask(tokens.guard(), presenting(token));
      expect(asked).toMatchObject(refused);
      expect(asked.challenge).toContain('error="invalid_token"');
    }
    expect(await ask(tokens.guard())).toMatchObject({ status: 401, code: "credentials_missing" });
  });

  it("answers 503 where the store cannot say whether a token was revoked", async () => {
    const { revocations } = memory();
    const isRevoked = async () => {
      throw new Error("away");
    };
    const store = { revocations: { ...revocations, isRevoked } };
    const away = tokensBy({ store: store as never });
    const token = await away.issue({ subject: "ada" });
    expect(await ask(away.guard(), presenting(token))).toMatchObject({
      status: 503,
      code: "store_unavailable",
      reached: false,
    });
  });

  it("is the same one each time, so that it can be asked for anywhere", () => {
    expect(tokens.guard()).toBe(tokens.guard());
    expect(tokens.guard({ name: "other" })).not.toBe(tokens.guard());
  });

  it("lets in by scope", async () => {
    const reader = tokens.guard().requires("notes:read");
    const asked = async (scope: string) =>
      ask(reader, presenting(await tokens.issue({ subject: "ada", scope })));
    expect((await asked("notes:read notes:write")).status).toBe(200);
    expect(await asked("notes:write")).toMatchObject({ status: 403, code: "insufficient_scope" });
    expect((await asked("notes:read2")).status).toBe(403);
    expect((await asked("")).status).toBe(403);
  });

  it("lets in by the permissions of a role, which is one or several", async () => {
    const access = roles({ viewer: ["post:read"], editor: ["viewer", "post:write"] });
    const guard = tokens.guard({ name: "staff", roles: access, claim: "role" }).requires("post:write");
    const asked = async (role: string) =>
      ask(guard, presenting(await tokens.issue({ subject: "a", claims: { role } })));
    expect((await asked("editor")).status).toBe(200);
    expect((await asked("viewer")).status).toBe(403);
    expect((await asked("nobody")).status).toBe(403);
    const none = await tokens.issue({ subject: "a", scope: "post:write" });
    expect((await ask(guard, presenting(none))).status).toBe(403);
  });

  it("takes roles from the claim of RFC 9068 where no other is named", async () => {
    const access = roles({ editor: ["post:write"] });
    const listed = tokensBy({ claims: undefined as never });
    const guard = listed.guard({ roles: access }).requires("post:write");
    const claims = { roles: ["viewer", "editor"] } as never;
    expect((await ask(guard, presenting(await listed.issue({ subject: "a", claims })))).status).toBe(200);
  });

  it("stands beside others", async () => {
    const either = anyOf(apiKey({ keys: ["a key of the tests"] }), tokens.guard());
    expect((await ask(either, presenting(await tokens.issue({ subject: "ada" })))).status).toBe(200);
    expect((await ask(either, { headers: { "x-api-key": "a key of the tests" } })).status).toBe(200);
    expect((await ask(either)).status).toBe(401);
  });

  it("stands beside that of another issuer, which has a name of its own", async () => {
    const partner = tokensBy({
      issuer: "https://partner.example",
      keys: [{ alg: "HS256", key: "p".repeat(32), kid: "p" }],
    });
    const either = anyOf(tokens.guard(), partner.guard({ name: "partners" }));
    const [ours, theirs] = [await tokens.issue({ subject: "ada" }), await partner.issue({ subject: "bob" })];
    expect(await ask(either, presenting(ours))).toMatchObject({ status: 200, principal: { sub: "ada" } });
    expect(await ask(either, presenting(theirs))).toMatchObject({ status: 200, principal: { sub: "bob" } });
    const stranger = await tokensBy({ issuer: "https://evil.example" }).issue({ subject: "eve" });
    expect((await ask(either, presenting(stranger))).status).toBe(401);
  });

  it("takes no claim without roles, and no unknown option", () => {
    expect(() => tokens.guard({ claim: "role" })).toThrow(/no roles/);
    expect(() => tokens.guard({ role: "x" } as object)).toThrow(/"roles"/);
  });
});
