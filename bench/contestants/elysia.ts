import type { Server } from "node:http";
import { jwt } from "@elysiajs/jwt";
import { type AnyElysia, Elysia, t } from "elysia";
import { onBun } from "../bun.ts";
import { type Started, started } from "../contestants.ts";
import { SESSION_SECRET, tokenKey, USERS } from "../credentials.ts";
import { page } from "../page.ts";
import { routeBody, routePattern } from "../route-set.ts";

const BEARER = "bearer ";

export async function start(): Promise<Started> {
  const secret = await tokenKey();
  const app = new Elysia({ ...(await adapter()), cookie: { secrets: SESSION_SECRET, sign: ["session"] } })
    .use(jwt({ secret }))
    .onError(({ code, status }) => (code === "INVALID_COOKIE_SIGNATURE" ? status(401) : undefined))
    .get("/text", () => "Hello, World!")
    .get("/json", () => ({ message: "Hello, World!" }))
    .get("/hello/:name", ({ params }) => `Hello, ${params.name}!`)
    .post("/echo", ({ body }) => body)
    .macro({
      claims: {
        async resolve({ jwt, headers, status }) {
          const { authorization = "" } = headers;
          const isBearer = authorization.slice(0, BEARER.length).toLowerCase() === BEARER;
          const claims = isBearer
            ? await jwt.verify(authorization.slice(BEARER.length), {
                algorithms: ["HS256"],
                requiredClaims: ["sub", "role", "exp"],
              })
            : false;
          return claims ? { claims } : status(401);
        },
      },
    })
    .get("/me", ({ claims }) => ({ user_id: claims.sub }), { claims: true })
    .get("/admin", ({ claims, status }) => (claims["role"] === "admin" ? { users: USERS } : status(403)), {
      claims: true,
    })
    .post("/sign-in", ({ cookie }) => {
      cookie["session"]?.set({ value: "Ada", httpOnly: true, sameSite: "lax", path: "/" });
      return "Signed in";
    })
    .get(
      "/page",
      ({ cookie, status }) => {
        const user = cookie.session.value;
        if (user === undefined) return status(401);
        return new Response(page(user), { headers: { "content-type": "text/html; charset=utf-8" } });
      },
      { cookie: t.Cookie({ session: t.Optional(t.String()) }) },
    );
  return listening(app);
}

export async function startRoutes(count: number): Promise<Started> {
  const app = new Elysia(await adapter());
  for (let index = 0; index < count; index++) {
    const path: string = routePattern(index, (name) => `:${name}`);
    app.get(path, ({ params }) => routeBody(index, params));
  }
  return listening(app);
}

/** Elysia is made for Bun, and has an adapter for Node. */
async function adapter() {
  return onBun ? {} : { adapter: (await import("@elysiajs/node")).node() };
}

function listening(app: AnyElysia): Promise<Started> {
  return new Promise((resolve) => {
    app.listen({ port: 0, hostname: "127.0.0.1" }, (info) => {
      if (onBun) return resolve({ port: info.port as number, close: () => app.stop(true) });
      const { raw } = info as unknown as { raw: { node: { server: Server } } };
      resolve(started(raw.node.server));
    });
  });
}
