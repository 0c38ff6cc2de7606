import { createServer } from "node:http";
import {
  getSession,
  H3,
  HTTPError,
  html,
  readBody,
  type SessionConfig,
  toNodeHandler,
  updateSession,
} from "h3/node";
import { type Started, started } from "../contestants.ts";
import { SESSION_SECRET } from "../credentials.ts";
import { routeBody, routePattern } from "../route-set.ts";

const SESSION: SessionConfig = { password: SESSION_SECRET, name: "session", maxAge: 86_400 };

export function start(): Promise<Started> {
  const app = new H3();
  app.get("/text", () => "Hello, World!");
  app.get("/json", () => ({ message: "Hello, World!" }));
  app.get(
    "/hello/:name",
    (event) => `Hello, ${decodeURIComponent(event.context.params?.["name"] as string)}!`,
  );
  app.post("/echo", (event) => readBody(event));

  app.post("/sign-in", async (event) => {
    await updateSession(event, SESSION, { user: "Ada" });
    return "Signed in";
  });
  app.get("/page", async (event) => {
    const { data } = await getSession<{ user?: string }>(event, SESSION);
    if (data.user === undefined) throw new HTTPError({ status: 401 });
    return html`<!doctype html><title>Home</title><p>Hello, ${data.user}!</p>`;
  });
  return listening(app);
}

export function startRoutes(count: number): Promise<Started> {
  const app = new H3();
  for (let index = 0; index < count; index++) {
    app.get(
      routePattern(index, (name) => `:${name}`),
      (event) => routeBody(index, event.context.params ?? {}),
    );
  }
  return listening(app);
}

function listening(app: H3): Promise<Started> {
  return started(createServer(toNodeHandler(app)).listen(0, "127.0.0.1"));
}
