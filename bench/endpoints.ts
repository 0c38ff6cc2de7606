/** What every contestant answers, and how the answer is checked before anything is measured. */
import { KEY, token } from "./credentials.ts";

export interface Endpoint {
  readonly name: string;
  readonly path: string;
  /** Without parameters: some add a charset to JSON, some do not. */
  readonly type: string;
  readonly body: string;
  /** Credentials. Without them, and with wrong ones, the answer is 401. */
  readonly headers?: Readonly<Record<string, string>>;
}

export const ENDPOINTS: readonly Endpoint[] = [
  { name: "text", path: "/text", type: "text/plain", body: "Hello, World!" },
  { name: "json", path: "/json", type: "application/json", body: '{"message":"Hello, World!"}' },
  { name: "param", path: "/hello/Ada%20Lovelace", type: "text/plain", body: "Hello, Ada Lovelace!" },
  {
    name: "key",
    path: "/key",
    type: "application/json",
    body: '{"ok":true}',
    headers: { "x-api-key": KEY },
  },
  {
    name: "me",
    path: "/me",
    type: "application/json",
    body: '{"user_id":"1"}',
    headers: { authorization: `Bearer ${token({ sub: "1", role: "user" })}` },
  },
  {
    name: "admin",
    path: "/admin",
    type: "application/json",
    body: '{"users":["1"]}',
    headers: { authorization: `Bearer ${token({ sub: "1", role: "admin" })}` },
  },
];

/** @throws Error where the answer is not the endpoint's, or is given to somebody without its credentials */
export async function checkAnswer(origin: string, endpoint: Endpoint): Promise<void> {
  if (endpoint.headers) await checkRefusals(origin, endpoint.path, endpoint.headers);
  const response = await fetch(origin + endpoint.path, { headers: { ...endpoint.headers } });
  const body = await response.text();
  const type = response.headers.get("content-type")?.split(";")[0];
  const length = response.headers.get("content-length");
  if (
    response.status !== 200 ||
    type !== endpoint.type ||
    body !== endpoint.body ||
    length !== String(body.length)
  ) {
    throw new Error(
      `${endpoint.path} was answered with ${response.status}, ${type}, ${length} bytes: ${JSON.stringify(body)}`,
    );
  }
}

async function checkRefusals(
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const wrong = Object.entries(headers).map(([name, value]) => {
    const last = value.at(-2) === "A" ? "B" : "A";
    return [name, value.slice(0, -2) + last + value.slice(-1)] as const;
  });
  for (const presented of [{}, Object.fromEntries(wrong)]) {
    const { status } = await fetch(origin + path, { headers: presented });
    if (status !== 401) throw new Error(`${path} was answered with ${status} to wrong credentials`);
  }
  if (path !== "/admin") return;
  const user = { authorization: `Bearer ${token({ sub: "2", role: "user" })}` };
  const { status } = await fetch(origin + path, { headers: user });
  if (status !== 403) throw new Error(`${path} was answered with ${status} to somebody without the role`);
}
