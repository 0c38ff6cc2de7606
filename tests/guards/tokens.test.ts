import { generateKeyPairSync } from "node:crypto";
import { API } from "responder-ts";
import { memory } from "responder-ts/stores";
import { denials } from "responder-ts/testing";
import { describe, expect, it } from "vitest";
import { remoteKeys, Tokens } from "../../src/tokens/index.ts";

const names = { issuer: "https://auth.example", audience: "https://api.example" };

function build() {
  const tokens = new Tokens({ ...names, keys: [{ alg: "HS256", key: "s".repeat(32) }], store: memory() });
  const api = new API({ title: "Notes", version: "1", auth: tokens.guard(), openapi: { public: true } });
  api.get("/notes", { auth: tokens.guard().requires("notes:read") }, (req) => ({ of: req.principal.sub }));
  api.delete("/notes", { auth: tokens.guard().requires("notes:write") }, () => ({ deleted: true }));
  api.get("/me", (req) => ({ sub: req.principal.sub }));
  api.get("/.well-known/jwks.json", { public: "keys" }, tokens.jwks);
  return { api, tokens };
}

describe("a guard by tokens, in an application", () => {
  const cases = denials(build().api);

  it("has denials to try", () => {
    expect(cases.length).toBeGreaterThan(10);
  });

  it.each(cases.map((denial) => [denial.name, denial] as const))("refuses %s", async (_name, denial) => {
    await denial.check();
  });

  it("is one bearer scheme in the document, whatever is required of it", async () => {
    const response = await build().api.requests.get("/schema.json");
    const { components, paths } = (await response.json()) as {
      components: { securitySchemes: object };
      paths: Record<string, Record<string, { security: object }>>;
    };
    expect(components.securitySchemes).toEqual({
      bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
    });
    expect(paths["/notes"]?.["get"]?.security).toEqual([{ bearer: ["notes:read"] }]);
    expect(paths["/notes"]?.["delete"]?.security).toEqual([{ bearer: ["notes:write"] }]);
    expect(paths["/.well-known/jwks.json"]?.["get"]?.security ?? []).toEqual([]);
  });

  it("lets a test enter as somebody, without a token", async () => {
    const { api } = build();
    const client = api.requests.as({ sub: "ada" }, { scopes: ["notes:read"] });
    expect(await (await client.get("/notes")).json()).toEqual({ of: "ada" });
    expect((await client.delete("/notes")).status).toBe(403);
  });

  it("publishes keys that another application verifies by, over a socket", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const tokens = new Tokens({ ...names, keys: [{ alg: "EdDSA", key: privateKey }] });
    const issuer = new API();
    issuer.get("/.well-known/jwks.json", { public: "keys" }, tokens.jwks);
    const server = await issuer.listen({ port: 0 });
    const members = remoteKeys(`${server.url}/.well-known/jwks.json`, names);
    const api = new API({ auth: members.guard() });
    api.get("/me", (req) => ({ sub: req.principal.sub }));
    const headers = { authorization: `Bearer ${await tokens.issue({ subject: "ada" })}` };
    expect(await (await api.requests.get("/me", { headers })).json()).toEqual({ sub: "ada" });
    await issuer.close();
  });
});
