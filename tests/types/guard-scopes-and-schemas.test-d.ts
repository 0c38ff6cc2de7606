import { API, type Handler, type HttpRequest } from "responder-ts";
import {
  type AnyGuard,
  allOf,
  anyOf,
  apiKey,
  bearer,
  type Guard,
  type PermissionOf,
  roles,
} from "responder-ts/auth";
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";

type User = { sub: string; role: "viewer" | "editor" | "admin" };

const access = roles({ viewer: ["post:read"], editor: ["viewer", "post:write"], admin: ["*"] });
const user = bearer({
  verify: async (token: string): Promise<User | null> => (token ? { sub: "1", role: "viewer" } : null),
  scopes: (claims) => access.permissions(claims.role),
});
const key = apiKey({ keys: ["a", "b"] });
const api = new API({ auth: user, state: () => ({ n: 1 }) });

describe("scopes", () => {
  it("are literal types: a mistyped permission does not compile", () => {
    expectTypeOf<PermissionOf<{ a: readonly ["x:y", "b"]; b: readonly ["*", "z"] }>>().toEqualTypeOf<
      "x:y" | "z"
    >();
    expectTypeOf(access.permissions("viewer")).toEqualTypeOf<readonly ("post:read" | "post:write")[]>();
    expectTypeOf(user.requires("post:read")).toEqualTypeOf(user);
    user.requires("post:read", "post:write");
    // @ts-expect-error mistyped
    user.requires("post:raed");
    // @ts-expect-error a role is no permission
    user.requires("editor");
    // @ts-expect-error "*" is all of them, and none
    user.requires("*");
    // @ts-expect-error none
    user.requires();
    // @ts-expect-error one of them is mistyped
    user.requires("post:read", "post:wirte");
  });

  it("cannot be required of a scheme that yields none", () => {
    // @ts-expect-error no scopes
    key.requires("x");
    // @ts-expect-error no scopes
    bearer({ verify: (token: string) => ({ token }) }).requires("x");
  });

  it("stay through the combinators", () => {
    anyOf(user, key).requires("post:read");
    allOf(user, key)
      .optional()
      .where(() => true, "rule")
      .requires("post:write");
    // @ts-expect-error mistyped
    anyOf(user, key).requires("post:raed");
  });
});

describe("schemas", () => {
  it("give the handler what they make of the request, beside the principal", () => {
    api.post(
      "/b/{id}",
      { body: z.object({ a: z.number() }), query: z.object({ page: z.coerce.number() }) },
      (req) => {
        expectTypeOf(req.body).toEqualTypeOf<{ a: number }>();
        expectTypeOf(req.body).not.toBeAny();
        expectTypeOf(req.query).toEqualTypeOf<{ page: number }>();
        expectTypeOf(req.principal).toEqualTypeOf<User>();
        expectTypeOf(req.params.id).toEqualTypeOf<string>();
        expectTypeOf(req.headers.get("x")).toEqualTypeOf<string | null>();
      },
    );
    api.get(
      "/p/{id}",
      { params: z.object({ id: z.coerce.bigint() }), headers: z.object({ a: z.string() }) },
      (req) => {
        expectTypeOf(req.params.id).toEqualTypeOf<bigint>();
        expectTypeOf(req.headers.a).toEqualTypeOf<string>();
      },
    );
  });

  it("are what makes a body: without one there is none", () => {
    api.post("/none", (req) => {
      // @ts-expect-error no schema
      req.body;
    });
  });

  it("leave a request that helpers take", () => {
    const helper = (req: HttpRequest) => req.ip;
    api.post("/c", { body: z.object({ a: z.number() }) }, (req) => helper(req));
  });
});

describe("what is mistyped does not compile", () => {
  it("options", () => {
    // @ts-expect-error unknown
    api.get("/x", { pubic: true }, () => {});
    // @ts-expect-error unknown
    api.group("/x", { aut: user });
    // @ts-expect-error no guard
    api.get("/x", { auth: "bearer" }, () => {});
    // @ts-expect-error no guard
    new API({ auth: {} });
    // @ts-expect-error no reason
    api.get("/x", { public: 1 }, () => {});
    // @ts-expect-error no schema
    api.post("/x", { body: { a: "number" } }, () => {});
    // @ts-expect-error a text is no list of keys
    apiKey({ keys: "secret" });
    // @ts-expect-error neither keys nor verify
    apiKey({ header: "x" });
    // @ts-expect-error one is none
    anyOf(user);
    // @ts-expect-error no name
    user.where(() => true);
  });

  it("a handler for another principal", () => {
    type KeyHandler = Handler<"/x", { state: object; session: object; principal: { keyId: string } }>;
    const handler: KeyHandler = (req) => req.principal.keyId;
    new API({ auth: key }).get("/x", handler);
    // @ts-expect-error the application knows users
    new API({ auth: user }).get("/x", handler);
  });
});

describe("a guard's own type", () => {
  it("fits what takes any guard, and keeps principals apart", () => {
    expectTypeOf(user).toExtend<AnyGuard>();
    expectTypeOf(user).not.toExtend<Guard<{ keyId: string }>>();
    expectTypeOf(user).toExtend<Guard<{ sub: string }, "post:read">>();
  });
});
