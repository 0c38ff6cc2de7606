import { API, type RouteOptions, Router } from "responder-ts";
import {
  allOf,
  anyOf,
  apiKey,
  basic,
  bearer,
  defineGuard,
  MALFORMED,
  roles,
  sessionAuth,
} from "responder-ts/auth";
import { describe, expectTypeOf, it } from "vitest";

type User = { sub: string; role: "viewer" | "editor" | "admin" };

const access = roles({ viewer: ["post:read"], editor: ["viewer", "post:write"], admin: ["*"] });
const user = bearer({
  verify: async (token: string): Promise<User | null> => (token ? { sub: "1", role: "viewer" } : null),
  scopes: (claims) => access.permissions(claims.role),
});
const key = apiKey({ keys: ["a", "b"] });
const api = new API({ auth: user, state: () => ({ n: 1 }) });

describe("a guard's principal", () => {
  it("reaches the handler as what verify gives when it gives somebody", () => {
    api.get("/me/{id:int}", (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<User>();
      expectTypeOf(req.principal).not.toBeAny();
      expectTypeOf(req.auth).not.toBeAny();
      expectTypeOf(req.auth.scheme).toEqualTypeOf<string>();
      expectTypeOf(req.auth.scopes).toEqualTypeOf<readonly string[]>();
      expectTypeOf(req.params.id).toEqualTypeOf<number>();
      expectTypeOf(req.state.n).toEqualTypeOf<number>();
    });
  });

  it("cannot be overwritten", () => {
    api.get("/me", (req) => {
      // @ts-expect-error read only
      req.principal = { sub: "2", role: "admin" };
    });
  });

  it("is each scheme's own", () => {
    api.get("/k", { auth: key }, (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<{ readonly keyId: string }>();
    });
    api.get("/set", { auth: apiKey({ keys: new Set(["a"]) }) }, (req) => {
      expectTypeOf(req.principal.keyId).toEqualTypeOf<string>();
    });
    const services = apiKey({ keys: { a: { name: "billing" }, b: { name: "search" } } });
    api.get("/k2", { auth: services }, (req) => {
      expectTypeOf(req.principal.name).toEqualTypeOf<"billing" | "search">();
    });
    const found = apiKey({ verify: async (text: string) => text === "a" && { tenant: 1 } });
    api.get("/k3", { auth: found }, (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<{ tenant: number }>();
    });
    api.get("/b", { auth: basic({ credentials: { ops: "pw" } }) }, (req) => {
      expectTypeOf(req.principal.username).toEqualTypeOf<string>();
      expectTypeOf(req.principal).not.toBeAny();
    });
    api.get("/s", { auth: sessionAuth({ load: (id: string) => ({ id }) }) }, (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<{ id: string }>();
    });
    api.get("/s2", { auth: sessionAuth() }, (req) => {
      expectTypeOf(req.principal).toBeUnknown();
    });
    const own = defineGuard({
      name: "x",
      extract: (req) => req.headers.get("x") ?? MALFORMED,
      verify: (text) => {
        expectTypeOf(text).toEqualTypeOf<string>();
        return { text };
      },
      challenge: { scheme: "X" },
      openapi: { type: "http", scheme: "x" },
    });
    api.get("/own", { auth: own }, (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<{ text: string }>();
    });
  });

  it("is a union for anyOf, a tuple for allOf, and null too under optional()", () => {
    api.get("/any", { auth: anyOf(user, key) }, (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<User | { readonly keyId: string }>();
      expectTypeOf(req.principal).not.toBeAny();
    });
    api.get("/all", { auth: allOf(key, user) }, (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<[{ readonly keyId: string }, User]>();
    });
    api.get("/nested", { auth: allOf(key, anyOf(user, key.optional())) }, (req) => {
      expectTypeOf(req.principal[1]).toEqualTypeOf<User | { readonly keyId: string } | null>();
    });
    api.get("/opt", { auth: user.optional() }, (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<User | null>();
      expectTypeOf(req.auth).toBeNullable();
      // @ts-expect-error nobody may be here
      req.principal.sub;
    });
  });

  it("is not null any more where somebody is required", () => {
    api.get("/r", { auth: user.optional().requires("post:read") }, (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<User>();
    });
    api.get("/w", { auth: user.optional().where((who) => who.role === "admin", "admin") }, (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<User>();
    });
  });

  it("reaches a rule and a resource", () => {
    user.where((who, req) => {
      expectTypeOf(who).toEqualTypeOf<User>();
      expectTypeOf(req.path).toEqualTypeOf<string>();
      return true;
    }, "rule");
    api.route(
      "/res",
      { auth: key },
      {
        onGet(req) {
          expectTypeOf(req.principal.keyId).toEqualTypeOf<string>();
        },
      },
    );
  });
});

describe("where nobody is known", () => {
  it("a public route has no principal", () => {
    api.get("/pub", { public: true }, (req) => {
      // @ts-expect-error there is none
      req.principal;
      // @ts-expect-error there is none
      req.auth;
    });
    api.get("/why", { public: "a reason" }, (req) => {
      // @ts-expect-error there is none
      req.principal;
    });
  });

  it("nor has one of an application without a guard, or of a public group", () => {
    new API().get("/", (req) => {
      // @ts-expect-error there is none
      req.principal;
    });
    api.group("/open", { public: true }).get("/x", (req) => {
      // @ts-expect-error there is none
      req.principal;
    });
    new Router().get("/x", (req) => {
      // @ts-expect-error there is none
      req.principal;
    });
  });

  it("nor has one whose options the types cannot tell: they may open it, or ask for somebody else", () => {
    const open: boolean = Math.random() > 0.5;
    api.get("/maybe", { public: open }, (req) => {
      // @ts-expect-error it may be public
      req.principal;
    });
    const options: RouteOptions = {};
    api.get("/wide", options, (req) => {
      // @ts-expect-error they may hold anything
      req.principal;
    });
  });

  it("public: false is no word", () => {
    api.get("/closed", { public: false }, (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<User>();
    });
  });

  it("hooks run ahead of the guard, and know nobody", () => {
    api.beforeRequest((req) => {
      // @ts-expect-error nobody is known yet
      req.principal;
    });
    api.get(
      "/h",
      {
        beforeRequest: (req) => {
          expectTypeOf(req).not.toHaveProperty("principal");
        },
      },
      (req) => {
        expectTypeOf(req.principal).toEqualTypeOf<User>();
      },
    );
  });
});

describe("groups and routers", () => {
  it("the innermost word counts", () => {
    const keyed = api.group("/g/{gid:int}", { auth: key });
    keyed.get("/x", (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<{ readonly keyId: string }>();
      expectTypeOf(req.params.gid).toEqualTypeOf<number>();
    });
    keyed.group("/deep").get("/x", (req) => {
      expectTypeOf(req.principal.keyId).toEqualTypeOf<string>();
    });
    keyed.get("/u", { auth: user }, (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<User>();
    });
    api.group("/plain").get("/x", (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<User>();
    });
    api.group("/open", { public: true }).get("/x", { auth: key }, (req) => {
      expectTypeOf(req.principal.keyId).toEqualTypeOf<string>();
    });
  });

  it("a router with a guard goes into any application", () => {
    const router = new Router({ auth: key });
    router.get("/x", (req) => {
      expectTypeOf(req.principal.keyId).toEqualTypeOf<string>();
    });
    api.include(router, { prefix: "/r" });
    new API().include(router);
  });

  it("a router without a guard goes into a guarded application", () => {
    api.include(new Router().get("/x", () => "x"));
  });

  it("a router that counts on a principal goes only where there is such a one", () => {
    const router = new Router<{ state: object; session: object; principal: User }>();
    router.get("/x", (req) => {
      expectTypeOf(req.principal).toEqualTypeOf<User>();
    });
    api.include(router);
    // @ts-expect-error nobody is known there
    new API().include(router);
    // @ts-expect-error somebody else is known there
    new API({ auth: key }).include(router);
  });
});
