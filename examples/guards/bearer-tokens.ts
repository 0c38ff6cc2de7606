import { randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { API } from "responder-ts";
import { bearer } from "responder-ts/auth";
import { z } from "zod";

// In production 32 random bytes or more. Without a secret in the environment, tokens end with this process.
const SECRET = new TextEncoder().encode(process.env.TOKEN_SECRET || randomBytes(32).toString("hex"));
const Login = z.object({ username: z.string(), password: z.string() });

const createToken = (userId: string) =>
  new SignJWT().setProtectedHeader({ alg: "HS256" }).setSubject(userId).setExpirationTime("24h").sign(SECRET);

/** What a good token says, or null. The algorithm is ours to choose, never the token's. */
const verify = (token: string) =>
  jwtVerify<{ sub: string }>(token, SECRET, { algorithms: ["HS256"], requiredClaims: ["sub", "exp"] })
    .then(({ payload }) => payload)
    .catch(() => null);

export const api = new API({ auth: bearer({ verify }) });

api.exceptionHandler(401, (_req, _resp, { code }) => ({
  error: code === "credentials_refused" ? "Invalid or expired token" : "Missing bearer token",
}));

api.post("/login", { public: "signing in", body: Login }, async (req) => {
  const { username, password } = req.body; // typed and validated: a body of another shape is 422
  if (username !== "admin" || password !== "secret") return [{ error: "Invalid credentials" }, 401];
  return { token: await createToken("1") };
});

api.get("/me", (req) => ({ user_id: req.principal.sub }));

if (import.meta.main) await api.run();
