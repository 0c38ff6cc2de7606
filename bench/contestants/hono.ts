import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import { jwt } from "hono/jwt";
import type { Started } from "../contestants.ts";
import { type Claims, KEY, SECRET } from "../credentials.ts";

/** Keys and tokens by its own middleware. */
export async function start(): Promise<Started> {
  const app = new Hono<{ Variables: { jwtPayload: Claims } }>();
  app.get("/text", (context) => context.text("Hello, World!"));
  app.get("/json", (context) => context.json({ message: "Hello, World!" }));
  app.get("/hello/:name", (context) => context.text(`Hello, ${context.req.param("name")}!`));

  const admins = createMiddleware<{ Variables: { jwtPayload: Claims } }>(async (context, next) => {
    if (context.get("jwtPayload").role !== "admin") throw new HTTPException(403);
    await next();
  });
  const tokens = jwt({ secret: SECRET, alg: "HS256" });
  app.get("/key", bearerAuth({ token: KEY, headerName: "X-API-Key", prefix: "" }), (context) =>
    context.json({ ok: true }),
  );
  app.get("/me", tokens, (context) => context.json({ user_id: context.get("jwtPayload").sub }));
  app.get("/admin", tokens, admins, (context) => context.json({ users: ["1"] }));
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  if (!server.listening) await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
