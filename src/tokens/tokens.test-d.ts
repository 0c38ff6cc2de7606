import { API } from "responder-ts";
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { Guard } from "../auth/guard.ts";
import { roles } from "../auth/roles.ts";
import { shape } from "../sessions/schema.ts";
import type { RemoteClaims, VerifiedClaims } from "./claims.ts";
import { remoteKeys } from "./remote-keys.ts";
import { Tokens } from "./tokens.ts";

const base = { issuer: "i", audience: "a", keys: [] } as const;

describe("the types of tokens", () => {
  it("claims reach verify, the guard and the handler", () => {
    const tokens = new Tokens({ ...base, claims: shape<{ role: "admin" | "guest" }>() });
    expectTypeOf<Awaited<ReturnType<typeof tokens.verify>>>().toEqualTypeOf<VerifiedClaims<{
      role: "admin" | "guest";
    }> | null>();
    const api = new API({ auth: tokens.guard() });
    api.get("/me", (req) => {
      expectTypeOf(req.principal.role).toEqualTypeOf<"admin" | "guest">();
      expectTypeOf(req.principal.sub).toEqualTypeOf<string>();
      return {};
    });
    api.get("/.well-known/jwks.json", { public: "keys" }, tokens.jwks);
  });

  it("a schema's input is what issue takes, its output what verify gives", () => {
    const tokens = new Tokens({ ...base, claims: z.object({ since: z.coerce.date<string>() }) });
    tokens.issue({ subject: "ada", claims: { since: "2020-01-01" } });
    // @ts-expect-error the claims are needed
    tokens.issue({ subject: "ada" });
    // @ts-expect-error a date is what comes out
    tokens.issue({ subject: "ada", claims: { since: new Date() } });
    expectTypeOf(tokens.verifyOrThrow("")).resolves.toHaveProperty("since").toEqualTypeOf<Date>();
  });

  it("claims may be left out where none is needed", () => {
    const plain = new Tokens(base);
    plain.issue({ subject: "ada", scope: ["a"] });
    plain.start({ subject: "ada" });
    new Tokens({ ...base, claims: shape<{ team?: string }>() }).issue({ subject: "ada" });
  });

  it("roles type what can be required, and the claim is one of the claims", () => {
    const access = roles({ viewer: ["post:read"], editor: ["viewer", "post:write"] });
    const tokens = new Tokens({ ...base, claims: shape<{ role: string }>() });
    const guard = tokens.guard({ roles: access, claim: "role" });
    expectTypeOf(guard).toEqualTypeOf<Guard<VerifiedClaims<{ role: string }>, "post:read" | "post:write">>();
    // @ts-expect-error no role permits it
    guard.requires("post:delete");
    // @ts-expect-error there is no such claim
    tokens.guard({ roles: access, claim: "rolle" });
    tokens.guard().requires("any:scope");
  });

  it("another issuer's claims are typed in the same way", () => {
    const members = remoteKeys("https://id.example/jwks", { ...options, claims: shape<{ email: string }>() });
    expectTypeOf(members.guard()).toEqualTypeOf<Guard<RemoteClaims<{ email: string }>, string>>();
    const plain = remoteKeys("https://id.example/jwks", options);
    expectTypeOf(plain.verifyOrThrow("")).resolves.toHaveProperty("sub").toEqualTypeOf<string>();
    // Not every issuer sends them.
    expectTypeOf(plain.verifyOrThrow("")).resolves.toHaveProperty("jti").toEqualTypeOf<string | undefined>();
    expectTypeOf(plain.verifyOrThrow("")).resolves.toHaveProperty("iat").toEqualTypeOf<number | undefined>();
  });
});

const options = { issuer: "i", audience: "a" } as const;
