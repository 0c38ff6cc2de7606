import type { Server } from "node:http";
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { getSignedCookie, setSignedCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { html } from "hono/html";
import { type JwtVariables, jwt } from "hono/jwt";
import { onBun, serveOnBun } from "../bun.ts";
import { type Started, started } from "../contestants.ts";
import { API_KEYS, type Claims, SESSION_SECRET, tokenKey, USERS } from "../credentials.ts";
import { routeBody, routePattern } from "../route-set.ts";

/** The middleware is Hono's own. */
export async function start(): Promise<Started> {
  const app = new Hono<{ Variables: JwtVariables<Claims> }>();
  app.get("/text", (context) => context.text("Hello, World!"));
  app.get("/json", (context) => context.json({ message: "Hello, World!" }));
  app.get("/hello/:name", (context) => context.text(`Hello, ${context.req.param("name")}!`));
  app.post("/echo", async (context) => context.json(await context.req.json()));

  const requireKey = bearerAuth({ token: [...API_KEYS], headerName: "X-API-Key", prefix: "" });
  app.get("/key", requireKey, (context) => context.json({ ok: true }));

  const authenticate = jwt({ secret: await tokenKey(), alg: "HS256" });
  const requireAdmin = createMiddleware<{ Variables: JwtVariables<Claims> }>(async (context, next) => {
    if (context.get("jwtPayload").role !== "admin") return context.json({ error: "Forbidden" }, 403);
    return next();
  });
  app.get("/me", authenticate, (context) => context.json({ user_id: context.get("jwtPayload").sub }));
  app.get("/admin", authenticate, requireAdmin, (context) => context.json({ users: USERS }));

  app.post("/sign-in", async (context) => {
    await setSignedCookie(context, "session", "Ada", SESSION_SECRET, { httpOnly: true, sameSite: "Lax" });
    return context.text("Signed in");
  });
  app.get("/page", async (context) => {
    const user = await getSignedCookie(context, SESSION_SECRET, "session");
    if (!user) return context.json({ error: "Unauthorized" }, 401);
    return context.html(html`<!doctype html><title>Home</title><p>Hello, ${user}!</p>`);
  });
  return listening(app.fetch);
}

export function startRoutes(count: number): Promise<Started> {
  const app = new Hono();
  for (let index = 0; index < count; index++) {
    const path: string = routePattern(index, (name) => `:${name}`);
    app.get(path, (context) => context.text(routeBody(index, context.req.param())));
  }
  return listening(app.fetch);
}

async function listening(fetch: Hono["fetch"]): Promise<Started> {
  if (onBun) return serveOnBun({ fetch });
  const { serve } = await import("@hono/node-server");
  return started(serve({ fetch, port: 0, hostname: "127.0.0.1" }) as Server);
}
