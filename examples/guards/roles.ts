import { randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { API } from "responder-ts";
import { bearer, roles } from "responder-ts/auth";
import { z } from "zod";

// In production 32 random bytes or more. Without a secret in the environment, tokens end with this process.
const SECRET = new TextEncoder().encode(process.env.TOKEN_SECRET || randomBytes(32).toString("hex"));
const Login = z.object({ username: z.string(), password: z.string() });
const PEOPLE = new Map([
  ["admin", { id: "1", password: "secret", role: "admin" }], // a toy: real passwords are kept as argon2id hashes
  ["user", { id: "2", password: "secret", role: "user" }],
]);

const access = roles({ user: [], admin: ["users:list"] });

const rules = { algorithms: ["HS256"], requiredClaims: ["sub", "exp", "role"] };
const verify = (token: string) =>
  jwtVerify<{ sub: string; role: string }>(token, SECRET, rules).then(
    ({ payload }) => payload,
    () => null,
  );

const signedIn = bearer({ verify, scopes: ({ role }) => access.permissions(role) });

export const api = new API({ auth: signedIn });

api.exceptionHandler(401, () => ({ error: "Missing, invalid or expired token" }));
api.exceptionHandler(403, () => ({ error: "Insufficient permissions" }));

api.post("/login", { public: "signing in", body: Login }, async (req) => {
  const person = PEOPLE.get(req.body.username);
  if (person?.password !== req.body.password) return [{ error: "Invalid credentials" }, 401];
  const token = new SignJWT({ role: person.role }).setProtectedHeader({ alg: "HS256" }).setSubject(person.id);
  return { token: await token.setExpirationTime("24h").sign(SECRET) };
});

api.get("/me", (req) => ({ user_id: req.principal.sub, role: req.principal.role }));

// A permission that no role has does not compile.
api.get("/admin/users", { auth: signedIn.requires("users:list") }, () => ({ users: [...PEOPLE.keys()] }));

if (import.meta.main) await api.run();
