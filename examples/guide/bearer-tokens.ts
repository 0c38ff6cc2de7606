import { randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { API } from "responder-ts";
import { z } from "zod";

// In production 32 random bytes or more. Without a secret in the environment, tokens end with this process.
const SECRET = new TextEncoder().encode(process.env.TOKEN_SECRET || randomBytes(32).toString("hex"));
const Login = z.object({ username: z.string(), password: z.string() });

const createToken = (userId: string) =>
  new SignJWT().setProtectedHeader({ alg: "HS256" }).setSubject(userId).setExpirationTime("24h").sign(SECRET);

/** What a good token says, or null. The algorithm is ours to choose, never the token's. */
const verifyToken = (token: string) =>
  jwtVerify<{ sub: string }>(token, SECRET, { algorithms: ["HS256"], requiredClaims: ["sub", "exp"] })
    .then(({ payload }) => payload)
    .catch(() => null);

const api = new API({ state: () => ({ userId: "" }) });

api.beforeRequest(async (req, resp) => {
  if (req.path === "/login") return;
  const [, token] = /^Bearer +(\S+)$/i.exec(req.headers.get("Authorization") ?? "") ?? [];
  const payload = token && (await verifyToken(token));
  if (payload) {
    req.state.userId = payload.sub;
    return;
  }
  resp.statusCode = 401;
  resp.headers.set("WWW-Authenticate", "Bearer");
  resp.media = { error: token ? "Invalid or expired token" : "Missing bearer token" };
});

api.post("/login", async (req) => {
  const { username, password } = await req.media(Login); // 422 for a body of another shape
  if (username !== "admin" || password !== "secret") return [{ error: "Invalid credentials" }, 401];
  return { token: await createToken("1") };
});

api.get("/me", (req) => ({ user_id: req.state.userId }));

await api.run();
