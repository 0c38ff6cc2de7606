import { randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { API, type Hook, type SessionData } from "responder-ts";
import { z } from "zod";

// In production 32 random bytes or more. Without a secret in the environment, tokens end with this process.
const SECRET = new TextEncoder().encode(process.env.TOKEN_SECRET || randomBytes(32).toString("hex"));
const Login = z.object({ username: z.string(), password: z.string() });
const PEOPLE = new Map([
  ["admin", { id: "1", password: "secret", role: "admin" }], // a toy: real passwords are kept as argon2id hashes
  ["user", { id: "2", password: "secret", role: "user" }],
]);

const api = new API({ state: () => ({ role: "" }) });

api.beforeRequest(async (req, resp) => {
  if (req.path === "/login") return;
  const [, token = ""] = /^Bearer +(\S+)$/i.exec(req.headers.get("Authorization") ?? "") ?? [];
  try {
    const rules = { algorithms: ["HS256"], requiredClaims: ["sub", "exp", "role"] };
    const { payload } = await jwtVerify<{ role: string }>(token, SECRET, rules);
    req.state.role = payload.role;
  } catch {
    resp.statusCode = 401;
    resp.headers.set("WWW-Authenticate", "Bearer");
    resp.media = { error: "Missing, invalid or expired token" };
  }
});

/** A route's own hook: it runs after the guard above, and lets these roles pass. */
function requireRole(...roles: string[]): Hook<{ state: { role: string }; session: SessionData }> {
  return (req) => (roles.includes(req.state.role) ? undefined : [{ error: "Insufficient permissions" }, 403]);
}

api.post("/login", async (req) => {
  const { username, password } = await req.media(Login);
  const person = PEOPLE.get(username);
  if (person?.password !== password) return [{ error: "Invalid credentials" }, 401];
  const token = new SignJWT({ role: person.role }).setProtectedHeader({ alg: "HS256" }).setSubject(person.id);
  return { token: await token.setExpirationTime("24h").sign(SECRET) };
});

api.get("/admin/users", { beforeRequest: requireRole("admin") }, () => ({ users: [...PEOPLE.keys()] }));

await api.run();
