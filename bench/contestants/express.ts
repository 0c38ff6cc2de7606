import cookieSession from "cookie-session";
import express from "express";
import { type Started, started } from "../contestants.ts";
import { SESSION_SECRET } from "../credentials.ts";
import { page } from "../page.ts";
import { routeBody, routePattern } from "../route-set.ts";

export function start(): Promise<Started> {
  const app = express();
  app.get("/text", (_request, response) => {
    response.type("text/plain").send("Hello, World!");
  });
  app.get("/json", (_request, response) => {
    response.json({ message: "Hello, World!" });
  });
  app.get("/hello/:name", (request, response) => {
    response.type("text/plain").send(`Hello, ${request.params.name}!`);
  });
  app.post("/echo", express.json(), (request, response) => {
    response.json(request.body);
  });

  const withSession = cookieSession({
    name: "session",
    keys: [SESSION_SECRET],
    httpOnly: true,
    sameSite: "lax",
  });
  app.post("/sign-in", withSession, (request, response) => {
    if (request.session) request.session["user"] = "Ada";
    response.type("text/plain").send("Signed in");
  });
  app.get("/page", withSession, (request, response) => {
    const user: unknown = request.session?.["user"];
    if (typeof user !== "string") response.status(401).json({ error: "Unauthorized" });
    else response.send(page(user));
  });
  return listening(app);
}

export function startRoutes(count: number): Promise<Started> {
  const app = express();
  for (let index = 0; index < count; index++) {
    const path: string = routePattern(index, (name) => `:${name}`);
    app.get(path, (request, response) => {
      response.type("text/plain").send(routeBody(index, request.params as Record<string, string>));
    });
  }
  return listening(app);
}

function listening(app: express.Express): Promise<Started> {
  app.disable("x-powered-by");
  return started(app.listen(0, "127.0.0.1"));
}
