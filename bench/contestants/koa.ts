import { createServer } from "node:http";
import { bodyParser } from "@koa/bodyparser";
import Router from "@koa/router";
import Koa from "koa";
import jwt from "koa-jwt";
import session from "koa-session";
import { type Started, started } from "../contestants.ts";
import { SESSION_SECRET, TOKEN_SECRET, USERS } from "../credentials.ts";
import { page } from "../page.ts";
import { routeBody, routePattern } from "../route-set.ts";

export function start(): Promise<Started> {
  const app = new Koa();
  const router = new Router();
  router.get("/text", (context) => {
    context.body = "Hello, World!";
  });
  router.get("/json", (context) => {
    context.body = { message: "Hello, World!" };
  });
  router.get("/hello/:name", (context) => {
    context.body = `Hello, ${context["params"].name}!`;
  });
  router.post("/echo", bodyParser({ enableTypes: ["json"] }), (context) => {
    context.body = context.request.body;
  });

  const authenticate = jwt({ secret: TOKEN_SECRET, algorithms: ["HS256"] });
  const requireAdmin: Koa.Middleware = async (context, next) => {
    if (context.state["user"].role !== "admin") context.throw(403);
    await next();
  };
  router.get("/me", authenticate, (context) => {
    context.body = { user_id: context.state["user"].sub };
  });
  router.get("/admin", authenticate, requireAdmin, (context) => {
    context.body = { users: USERS };
  });

  app.keys = [SESSION_SECRET];
  const withSession = session({ key: "session", httpOnly: true, sameSite: "lax" }, app);
  router.post("/sign-in", withSession, (context) => {
    context["session"].user = "Ada";
    context.body = "Signed in";
  });
  router.get("/page", withSession, (context) => {
    const user = context["session"].user;
    if (user === undefined) context.throw(401);
    context.type = "text/html; charset=utf-8";
    context.body = page(user);
  });
  return listening(app, router);
}

export function startRoutes(count: number): Promise<Started> {
  const router = new Router();
  for (let index = 0; index < count; index++) {
    router.get(
      routePattern(index, (name) => `:${name}`),
      (context) => {
        context.body = routeBody(index, context["params"]);
      },
    );
  }
  return listening(new Koa(), router);
}

function listening(app: Koa, router: Router): Promise<Started> {
  app.silent = true; // a connection that the generator ends is no news
  app.use(router.routes()).use(router.allowedMethods());
  return started(createServer(app.callback()).listen(0, "127.0.0.1"));
}
