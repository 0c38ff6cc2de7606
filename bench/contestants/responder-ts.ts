import { jwtVerify } from "jose";
import { API } from "responder-ts";
import { apiKey, bearer, roles } from "responder-ts/auth";
import type { Started } from "../contestants.ts";
import { type Claims, KEY, SECRET } from "../credentials.ts";

const access = roles({ user: ["users:self"], admin: ["user", "users:read"] });

/** @param cache seconds that a verified token is believed; undefined: every request verifies */
export async function startWith(cache: { maxAge: number } | undefined): Promise<Started> {
  const secret = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(SECRET),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  );
  const verify = (token: string): Promise<Claims | null> =>
    jwtVerify<Claims>(token, secret, { algorithms: ["HS256"] }).then(
      ({ payload }) => payload,
      () => null,
    );
  const user = bearer({
    verify,
    scopes: ({ role }) => access.permissions(role),
    ...(cache && { cache }),
  });
  const api = new API({ openapi: false });
  api.get("/text", (_req, resp) => {
    resp.text = "Hello, World!";
  });
  api.get("/json", (_req, resp) => {
    resp.media = { message: "Hello, World!" };
  });
  api.get("/hello/{name}", (req, resp) => {
    resp.text = `Hello, ${req.params.name}!`;
  });
  api.get("/key", { auth: apiKey({ keys: [KEY] }) }, () => ({ ok: true }));
  api.get("/me", { auth: user }, (req) => ({ user_id: req.principal.sub }));
  api.get("/admin", { auth: user.requires("users:read") }, () => ({ users: ["1"] }));
  const { port } = await api.listen({ port: 0 });
  return { port, close: () => api.close() };
}

/** Verified tokens are remembered for a minute. */
export const start = () => startWith({ maxAge: 60 });
