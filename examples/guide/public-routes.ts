import { randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { API } from "responder-ts";
import { z } from "zod";

// `req.path` is decoded and normalised once, and the router reads the same: no spelling of a path gets past this set.
const PUBLIC_PATHS = new Set(["/login", "/health", "/docs", "/schema.yml", "/schema.json"]);
// In production 32 random bytes or more. Without a secret in the environment, tokens end with this process.
const SECRET = new TextEncoder().encode(process.env.TOKEN_SECRET || randomBytes(32).toString("hex"));
const Login = z.object({ username: z.string(), password: z.string() });

const api = new API({ state: () => ({ userId: "" }) });

// Everything else needs a token: routes that are added later, and paths that lead nowhere.
api.beforeRequest(async (req, resp) => {
  if (PUBLIC_PATHS.has(req.path) || req.path.startsWith("/docs/")) return; // "/docs/": the page's style and script
  const [, token = ""] = /^Bearer +(\S+)$/i.exec(req.headers.get("Authorization") ?? "") ?? [];
  try {
    const rules = { algorithms: ["HS256"], requiredClaims: ["sub", "exp"] };
    const { payload } = await jwtVerify<{ sub: string }>(token, SECRET, rules);
    req.state.userId = payload.sub;
  } catch {
    resp.statusCode = 401;
    resp.headers.set("WWW-Authenticate", "Bearer");
    resp.media = { error: "Missing, invalid or expired token" };
  }
});

api.get("/health", () => ({ status: "ok" }));

api.post("/login", async (req) => {
  const { username, password } = await req.media(Login);
  if (username !== "admin" || password !== "secret") return [{ error: "Invalid credentials" }, 401];
  const token = new SignJWT().setProtectedHeader({ alg: "HS256" }).setSubject("1").setExpirationTime("24h");
  return { token: await token.sign(SECRET) };
});

api.get("/me", (req) => ({ user_id: req.state.userId }));

await api.run();
