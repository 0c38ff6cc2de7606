import { jwtVerify } from "jose";
import { API, html, shape } from "responder-ts";
import { apiKey, bearer, roles, sessionAuth } from "responder-ts/auth";
import type { Started } from "../contestants.ts";
import { API_KEYS, type Claims, SESSION_SECRET, tokenKey, USERS } from "../credentials.ts";
import { routeBody, routePattern } from "../route-set.ts";

export async function start(remember: boolean): Promise<Started> {
  const api = new API({ secretKey: SESSION_SECRET, sessions: { schema: shape<{ user: string }>() } });
  api.get("/text", (_req, resp) => {
    resp.text = "Hello, World!";
  });
  api.get("/json", (_req, resp) => {
    resp.media = { message: "Hello, World!" };
  });
  api.get("/hello/{name}", (req, resp) => {
    resp.text = `Hello, ${req.params.name}!`;
  });
  api.post("/echo", async (req, resp) => {
    resp.media = await req.media();
  });

  const service = apiKey({ keys: API_KEYS });
  api.get("/key", { auth: service }, (_req, resp) => {
    resp.media = { ok: true };
  });

  const key = await tokenKey();
  const rules = { algorithms: ["HS256"], requiredClaims: ["sub", "role", "exp"] };
  const verify = (token: string) =>
    jwtVerify<Claims>(token, key, rules).then(
      ({ payload }) => payload,
      () => null,
    );
  const access = roles({ user: [], admin: ["users:list"] });
  const user = bearer({
    verify,
    scopes: ({ role }) => access.permissions(role),
    ...(remember ? { cache: { maxAge: 60 } } : {}),
  });
  api.get("/me", { auth: user }, (req, resp) => {
    resp.media = { user_id: req.principal.sub };
  });
  api.get("/admin", { auth: user.requires("users:list") }, (_req, resp) => {
    resp.media = { users: USERS };
  });

  api.post("/sign-in", (_req, resp) => {
    resp.session.set("user", "Ada");
    resp.text = "Signed in";
  });
  api.get("/page", { auth: sessionAuth<string>() }, (req, resp) => {
    resp.html = html`<!doctype html><title>Home</title><p>Hello, ${req.principal}!</p>`;
  });
  return listening(api);
}

export function startRoutes(count: number): Promise<Started> {
  const api = new API();
  for (let index = 0; index < count; index++) {
    const path: string = routePattern(index, (name) => `{${name}}`);
    api.get(path, (req, resp) => {
      resp.text = routeBody(index, req.params);
    });
  }
  return listening(api);
}

async function listening(api: {
  listen(options: { port: number }): Promise<{ port: number }>;
  close(): Promise<void>;
}) {
  const { port } = await api.listen({ port: 0 });
  return { port, close: () => api.close() };
}
