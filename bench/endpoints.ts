/** What every contestant answers, and how that is checked before anything is measured. */
import type { Ask } from "./ask.ts";
import { API_KEYS, token, USERS } from "./credentials.ts";
import { page } from "./page.ts";

export type EndpointName = "text" | "json" | "param" | "echo" | "key" | "me" | "admin" | "session";

export interface Endpoint {
  readonly name: EndpointName;
  readonly ask: Ask;
  /** Without parameters: some add a charset to JSON, some do not. */
  readonly type: string;
  readonly body: string;
  /** What must be refused, and how: the header fields instead of those of `ask`. */
  readonly refused?: readonly Refusal[];
  /** `POST` here signs in; the cookies that it gives are what `ask` needs. */
  readonly signIn?: string;
}

interface Refusal {
  readonly why: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: 401 | 403;
}

const NOTE = JSON.stringify({ title: "Notes", tags: ["one", "two"], count: 3, done: false });
const bearer = (value: string) => ({ authorization: `Bearer ${value}` });
const good = token();
const BAD_TOKENS: readonly Refusal[] = [
  { why: "no token", headers: {}, status: 401 },
  { why: "a token of another secret", headers: bearer(token({ secret: "x".repeat(32) })), status: 401 },
  { why: "an expired token", headers: bearer(token({ expiresIn: -60 })), status: 401 },
  { why: "an unsigned token", headers: bearer(token({ algorithm: "none" })), status: 401 },
  {
    why: "a token whose claims were changed",
    headers: bearer(withClaimsOf(token({ role: "user" }))),
    status: 401,
  },
];

/** The claims of another token under the good one's signature. */
function withClaimsOf(other: string): string {
  return good.replace(/\..*\./, `.${other.split(".")[1]}.`);
}

export const ENDPOINTS: readonly Endpoint[] = [
  { name: "text", ask: get("/text"), type: "text/plain", body: "Hello, World!" },
  { name: "json", ask: get("/json"), type: "application/json", body: '{"message":"Hello, World!"}' },
  { name: "param", ask: get("/hello/Ada%20Lovelace"), type: "text/plain", body: "Hello, Ada Lovelace!" },
  {
    name: "echo",
    ask: { method: "POST", path: "/echo", headers: { "content-type": "application/json" }, body: NOTE },
    type: "application/json",
    body: NOTE,
  },
  {
    name: "key",
    ask: get("/key", { "x-api-key": API_KEYS[0] as string }),
    type: "application/json",
    body: '{"ok":true}',
    refused: [
      { why: "no key", headers: {}, status: 401 },
      { why: "a wrong key", headers: { "x-api-key": "key-of-nobody" }, status: 401 },
      { why: "a part of a key", headers: { "x-api-key": (API_KEYS[0] as string).slice(0, -1) }, status: 401 },
    ],
  },
  {
    name: "me",
    ask: get("/me", bearer(good)),
    type: "application/json",
    body: '{"user_id":"1"}',
    refused: BAD_TOKENS,
  },
  {
    name: "admin",
    ask: get("/admin", bearer(good)),
    type: "application/json",
    body: JSON.stringify({ users: USERS }),
    refused: [
      ...BAD_TOKENS,
      { why: "a token of another role", headers: bearer(token({ role: "user" })), status: 403 },
    ],
  },
  { name: "session", ask: get("/page"), type: "text/html", body: page("Ada"), signIn: "/sign-in" },
];

function get(path: string, headers?: Record<string, string>): Ask {
  return headers ? { method: "GET", path, headers } : { method: "GET", path };
}

/**
 * Asks once as it will be asked a million times, and with each wrong credential.
 *
 * @returns what to ask; with a session, one that was signed in
 * @throws Error where the answer is not the endpoint's, or a wrong credential is not refused
 */
export async function checkAnswer(origin: string, endpoint: Endpoint): Promise<Ask> {
  const { path, ...init } = endpoint.ask;
  const cookies = endpoint.signIn === undefined ? undefined : await signedIn(origin, endpoint.signIn);
  const ask: Ask = cookies ? { ...endpoint.ask, headers: { cookie: cookies.join("; ") } } : endpoint.ask;

  // Twice: what is remembered from the first time must answer the same.
  for (const _time of [1, 2]) {
    const response = await fetch(origin + path, { ...init, headers: { ...ask.headers } });
    const body = await response.text();
    const type = response.headers.get("content-type")?.split(";")[0];
    const length = response.headers.get("content-length");
    if (
      response.status !== 200 ||
      type !== endpoint.type ||
      body !== endpoint.body ||
      (length !== null && length !== String(endpoint.body.length))
    ) {
      throw new Error(
        `${path} was answered with ${response.status}, ${type}, ${length ?? "some"} bytes: ${JSON.stringify(body)}`,
      );
    }
  }
  for (const { why, headers, status } of refusalsOf(endpoint, cookies)) {
    const response = await fetch(origin + path, { ...init, headers: { ...headers } });
    const body = await response.text();
    if (response.status !== status || body.includes(endpoint.body)) {
      throw new Error(`${path} with ${why} was answered with ${response.status}, not refused with ${status}`);
    }
  }
  return ask;
}

async function signedIn(origin: string, path: string): Promise<string[]> {
  const response = await fetch(origin + path, { method: "POST" });
  await response.arrayBuffer();
  const cookies = response.headers.getSetCookie().map((line) => line.split(";")[0] as string);
  if (cookies.length === 0) throw new Error(`${path} answered ${response.status} and set no cookie`);
  return cookies;
}

/** Of the cookies, each is changed in turn: some contestants keep the signature in one of its own. */
function refusalsOf(endpoint: Endpoint, cookies: readonly string[] | undefined): readonly Refusal[] {
  if (!cookies) return endpoint.refused ?? [];
  const changed = cookies.map((_, index) => ({
    why: `a changed cookie ${cookies[index]?.split("=")[0]}`,
    headers: {
      cookie: cookies.map((cookie, at) => (at === index ? withOtherLetter(cookie) : cookie)).join("; "),
    },
    status: 401 as const,
  }));
  return [{ why: "no cookie", headers: {}, status: 401 }, ...changed];
}

/** One letter or digit in the second half becomes another, none that is part of a `%2B`. */
function withOtherLetter(cookie: string): string {
  const half = cookie.indexOf("=") + Math.floor((cookie.length - cookie.indexOf("=")) / 2);
  const rest = cookie.slice(half);
  const at = rest.search(/(?<!%|%.)[A-Za-z0-9]/);
  return cookie.slice(0, half + at) + (rest[at] === "A" ? "B" : "A") + rest.slice(at + 1);
}
