import { randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { API } from "responder-ts";
import { bearer } from "responder-ts/auth";
import { z } from "zod";

// In production 32 random bytes or more. Without a secret in the environment, tokens end with this process.
const SECRET = new TextEncoder().encode(process.env.TOKEN_SECRET || randomBytes(32).toString("hex"));
const Login = z.object({ username: z.string(), password: z.string() });

const verify = (token: string) =>
  jwtVerify<{ sub: string }>(token, SECRET, { algorithms: ["HS256"], requiredClaims: ["sub", "exp"] })
    .then(({ payload }) => payload)
    .catch(() => null);

// Everything needs a token, but for what says that it is public: routes that are added later, paths that lead nowhere.
export const api = new API({
  auth: bearer({ verify }),
  openapi: { public: "the interface is no secret" },
});

api.exceptionHandler(401, () => ({ error: "Missing, invalid or expired token" }));

api.get("/health", { public: "load balancers ask for it" }, () => ({ status: "ok" }));

api.post("/login", { public: "signing in", body: Login }, async (req) => {
  const { username, password } = req.body;
  if (username !== "admin" || password !== "secret") return [{ error: "Invalid credentials" }, 401];
  const token = new SignJWT().setProtectedHeader({ alg: "HS256" }).setSubject("1").setExpirationTime("24h");
  return { token: await token.sign(SECRET) };
});

api.get("/me", (req) => ({ user_id: req.principal.sub }));

if (import.meta.main) await api.run();
