import { decodeJwt, SignJWT, UnsecuredJWT } from "jose";
import { API } from "responder-ts";
import { afterAll, beforeAll, expect } from "vitest";
import { cookieHeader } from "../support/cookies.ts";
import { type Program, startProgram } from "../support/program.ts";

/** What the examples sign with while they are tested. */
export const SECRET = "tests/examples: a secret of their own";
/** Whom every example knows. */
export const CREDENTIALS = { username: "admin", password: "secret" };

/** The two forms in which each subject of the guide is shown: by hooks, and by guards as data. They answer alike. */
export const FORMS = ["guide", "guards"] as const;
export type Form = (typeof FORMS)[number];

/** Runs one of the examples for the tests of a suite, on a real socket; it must end well. */
export function running(name: string, form: Form = "guide"): () => Program {
  let program: Program | undefined;
  beforeAll(async () => {
    const secrets = { TOKEN_SECRET: SECRET, SECRET_KEY: SECRET };
    program = await startProgram([`examples/${form}/${name}.ts`], secrets);
  });
  afterAll(async () => expect(await program?.stop()).toBe(0));
  return () => program as Program;
}

/** Status and JSON of an answer. */
export async function answer(sent: Promise<Response>): Promise<[status: number, body: unknown]> {
  const response = await sent;
  const text = await response.text();
  return [response.status, text === "" ? "" : JSON.parse(text)];
}

/** A request with a bearer token. */
export function bearer(token: string): { headers: { Authorization: string } } {
  return { headers: { Authorization: `Bearer ${token}` } };
}

/** The token that an example's `POST /login` gives. */
export async function tokenOf(program: Program, credentials = CREDENTIALS): Promise<string> {
  const response = await program.send("/login", { json: credentials });
  return ((await response.json()) as { token: string }).token;
}

/** A token of the examples' own form, good unless told otherwise. */
export function forge({ secret = SECRET, alg = "HS256", expires = "1h", claims = {} } = {}): Promise<string> {
  const token = new SignJWT(claims).setProtectedHeader({ alg }).setSubject("1");
  if (expires !== "") token.setExpirationTime(expires);
  return token.sign(new TextEncoder().encode(secret));
}

/** Tokens that look right, by what is wrong with them. */
export async function badTokens(claims: Record<string, unknown> = {}): Promise<Record<string, string>> {
  const good = await forge({ claims });
  const [header, payload, signature] = good.split(".") as [string, string, string];
  const another = Buffer.from(JSON.stringify({ ...decodeJwt(good), sub: "2" })).toString("base64url");
  return {
    "another payload": `${header}.${another}.${signature}`,
    "a changed signature": `${header}.${payload}.${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`,
    "no signature": `${header}.${payload}.`,
    "half of it": good.slice(0, good.length / 2),
    "another secret": await forge({ claims, secret: "a secret that somebody else has made up" }),
    "another algorithm": await forge({ claims, alg: "HS512" }),
    "alg none": new UnsecuredJWT(claims).setSubject("1").setExpirationTime("1h").encode(),
    "a time that is over": await forge({ claims, expires: "1 minute ago" }),
    "no end": await forge({ claims, expires: "" }),
    nonsense: "nonsense",
  };
}

/** The cookie of a session of anybody, `name=value`, as the sessions example would have signed it. */
export async function sessionCookie(user: string, secretKey = SECRET): Promise<string> {
  const api = new API({ secretKey, logger: { ...console, warn: () => {} } });
  api.get("/", (req) => {
    req.session.set("user", user);
  });
  return cookieHeader(await api.requests.get("http://127.0.0.1/"));
}
