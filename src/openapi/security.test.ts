import { describe, expect, it } from "vitest";
import { type AnyGuard, makeGuard, nodeOf } from "../auth/guard.ts";
import { allOf, anyOf, apiKey, bearer, sessionAuth } from "../auth/index.ts";
import { schemeComponents, securityOf } from "./security.ts";

const user = bearer({ verify: (token) => ({ token }), scopes: () => ["read", "write"] as const });
const service = apiKey({ keys: ["k"], scopes: () => ["read"] as const });
const silent = apiKey({ keys: ["k"], name: "silent" });
const visitor = sessionAuth();
const of = (guard: AnyGuard) => securityOf(nodeOf(guard));

describe("the security of an operation", () => {
  it("is the scheme of its guard", () => {
    expect(of(user)).toEqual([{ bearer: [] }]);
  });

  it("lists the scopes that are required, each once", () => {
    expect(of(user.requires("read").requires("read", "write"))).toEqual([{ bearer: ["read", "write"] }]);
  });

  it("is a choice for anyOf, and the scopes are required of each", () => {
    expect(of(anyOf(user, service))).toEqual([{ bearer: [] }, { apiKey: [] }]);
    expect(of(anyOf(user, service).requires("read"))).toEqual([{ bearer: ["read"] }, { apiKey: ["read"] }]);
    expect(of(anyOf(user.requires("write"), service))).toEqual([{ bearer: ["write"] }, { apiKey: [] }]);
  });

  it("is one requirement for allOf, and the scopes are required of those that yield some", () => {
    expect(of(allOf(user, service))).toEqual([{ bearer: [], apiKey: [] }]);
    expect(of(allOf(silent, user).requires("write"))).toEqual([{ silent: [], bearer: ["write"] }]);
  });

  it("multiplies out what is nested", () => {
    expect(of(allOf(anyOf(user, visitor), anyOf(service, silent)))).toEqual([
      { bearer: [], apiKey: [] },
      { bearer: [], silent: [] },
      { session: [], apiKey: [] },
      { session: [], silent: [] },
    ]);
    expect(of(anyOf(allOf(user, service), visitor))).toEqual([{ bearer: [], apiKey: [] }, { session: [] }]);
  });

  it("says each choice once", () => {
    expect(of(anyOf(user, anyOf(user, service)))).toEqual([{ bearer: [] }, { apiKey: [] }]);
    expect(of(allOf(user, user.requires("read")))).toEqual([{ bearer: ["read"] }]);
  });

  it("adds nobody for optional, and takes nobody back where something is required", () => {
    expect(of(user.optional())).toEqual([{ bearer: [] }, {}]);
    expect(of(allOf(service, user.optional()))).toEqual([{ apiKey: [], bearer: [] }, { apiKey: [] }]);
    expect(of(user.optional().requires("read"))).toEqual([{ bearer: ["read"] }]);
    expect(of(user.optional().where(() => true, "anybody"))).toEqual([{ bearer: [] }]);
    expect(of(anyOf(user.optional(), service).requires("read"))).toEqual([
      { bearer: ["read"] },
      { apiKey: ["read"] },
    ]);
  });

  it("leaves out a choice by which nobody could have the scopes", () => {
    expect(of(allOf(silent, user.optional()).requires("read"))).toEqual([{ silent: [], bearer: ["read"] }]);
  });

  it("is never the empty list, which would say that everybody may enter", () => {
    const nobody = makeGuard({ kind: "requires", of: nodeOf(silent), scopes: ["read"] });
    expect(() => of(nobody)).toThrow("lets nobody in");
  });
});

describe("the schemes among the components", () => {
  it("have the names that the requirements use, and the session's cookie by its name", () => {
    expect(Object.fromEntries(schemeComponents(nodeOf(anyOf(user, visitor)), "__Host-sid"))).toEqual({
      bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      session: { type: "apiKey", in: "cookie", name: "__Host-sid" },
    });
  });
});
