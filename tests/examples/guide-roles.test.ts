import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { answer, badTokens, bearer, FORMS, forge, running, tokenOf } from "./example.ts";

const NO_GOOD_TOKEN = { error: "Missing, invalid or expired token" };

describe.each(FORMS)("roles, by %s", (form) => {
  const program = running("roles", form);
  const forbidden = [403, { error: "Insufficient permissions" }];
  const users = [200, { users: ["admin", "user"] }];

  it("shows the users to an admin", async () => {
    const token = await tokenOf(program());
    expect(await answer(program().send("/admin/users", bearer(token)))).toEqual(users);
  });

  it("shows them to no other role", async () => {
    const token = await tokenOf(program(), { username: "user", password: "secret" });
    expect(await answer(program().send("/admin/users", bearer(token)))).toEqual(forbidden);
  });

  it("asks a stranger to sign in", async () => {
    expect(await answer(program().send("/admin/users"))).toEqual([401, NO_GOOD_TOKEN]);
  });

  it("takes the role from the account, and from nothing that the client sends", async () => {
    const claimed = { username: "user", password: "secret", role: "admin" };
    const token = await tokenOf(program(), claimed);
    expect(decodeJwt(token)).toMatchObject({ sub: "2", role: "user" });
    for (const init of [{ json: { role: "admin" } }, { headers: { "X-Role": "admin" } }]) {
      const headers = { ...bearer(token).headers, ...("headers" in init ? init.headers : {}) };
      const sent = program().send("/admin/users?role=admin", { method: "GET", ...init, headers });
      expect(await answer(sent)).toEqual(forbidden);
    }
  });

  it.each([[""], ["Admin"], ["admin,user"], ["root"], [["administrator"]], [{ admin: true }], [null]])(
    "takes the role %j for no admin",
    async (role) => {
      const token = await forge({ claims: { role } });
      expect(await answer(program().send("/admin/users", bearer(token)))).toEqual(forbidden);
    },
  );

  it("understands a list of roles on guards alone, where it means all of them", async () => {
    const token = await forge({ claims: { role: ["user", "admin"] } });
    const sent = program().send("/admin/users", bearer(token));
    expect(await answer(sent)).toEqual(form === "guide" ? forbidden : users);
  });

  it("refuses every token that it did not make, or that is over", async () => {
    const tokens = { ...(await badTokens({ role: "admin" })), "no role": await forge() };
    for (const [fault, token] of Object.entries(tokens)) {
      expect(await answer(program().send("/admin/users", bearer(token))), fault).toEqual([
        401,
        NO_GOOD_TOKEN,
      ]);
    }
  });

  it.each(["HEAD", "OPTIONS", "DELETE"])("holds a user off by %s too", async (method) => {
    const token = await tokenOf(program(), { username: "user", password: "secret" });
    expect((await program().send("/admin/users", { method, ...bearer(token) })).status).toBe(403);
    expect((await program().send("/admin/users", { method })).status).toBe(401);
  });

  it.each(["/admin/users/", "/%61dmin/users", "/admin/./users", "//admin/users"])(
    "gives a user nothing at %s",
    async (path) => {
      const token = await tokenOf(program(), { username: "user", password: "secret" });
      expect((await program().send(path, bearer(token))).status).toBeGreaterThanOrEqual(403);
    },
  );

  it.each(["constructor", "__proto__", "toString", "root"])("knows nobody named %s", async (username) => {
    const sent = program().send("/login", { json: { username, password: "secret" } });
    expect(await answer(sent)).toEqual([401, { error: "Invalid credentials" }]);
  });
});
