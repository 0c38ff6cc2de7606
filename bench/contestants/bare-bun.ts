import { type BunHandler, serveOnBun } from "../bun.ts";
import type { Started } from "../contestants.ts";
import { USERS } from "../credentials.ts";
import { page } from "../page.ts";
import { asksOf, expectedBody } from "../route-set.ts";
import { claimsOf, isKey, sessionCookie, userOf } from "./bare-credentials.ts";

const TEXT = "text/plain; charset=utf-8";
const JSON_TYPE = "application/json";
const MAXIMUM_BODY = 1_048_576;

/** `Bun.serve` with its own router and nothing else, and the header fields that an answer of ours has. */
export async function start(): Promise<Started> {
  const routes = {
    "/text": { GET: () => text(200, "Hello, World!") },
    "/json": { GET: () => json({ message: "Hello, World!" }) },
    "/hello/:name": { GET: ({ params }) => text(200, `Hello, ${params["name"]}!`) },
    "/echo": { POST: echo },
    "/key": {
      GET: ({ headers }) =>
        isKey(headers.get("x-api-key") ?? undefined) ? privateJSON({ ok: true }) : refusal("ApiKey"),
    },
    "/me": {
      GET: ({ headers }) => {
        const claims = claimsOf(headers.get("authorization") ?? undefined);
        return claims ? privateJSON({ user_id: claims.sub }) : refusal("Bearer");
      },
    },
    "/admin": {
      GET: ({ headers }) => {
        const claims = claimsOf(headers.get("authorization") ?? undefined);
        if (!claims) return refusal("Bearer");
        return claims.role === "admin" ? privateJSON({ users: USERS }) : text(403, "Forbidden");
      },
    },
    "/sign-in": { POST: () => text(200, "Signed in", { "set-cookie": sessionCookie("Ada") }) },
    "/page": {
      GET: ({ headers }) => {
        const user = userOf(headers.get("cookie") ?? undefined);
        if (user === undefined) return refusal("Session");
        const fields = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
        return new Response(page(user), { headers: fields });
      },
    },
  } satisfies Record<string, Partial<Record<"GET" | "POST", BunHandler>>>;
  const fetch = ({ url }: Request) =>
    new URL(url).pathname in routes ? text(405, "Method Not Allowed") : text(404, "Not Found");
  return serveOnBun({ routes, fetch, maxRequestBodySize: MAXIMUM_BODY });
}

/** As fast as a look-up can be: what the others do with patterns is a table here. */
export async function startRoutes(count: number): Promise<Started> {
  const bodies = new Map(asksOf(count).map(({ path }) => [path, expectedBody(path)]));
  return serveOnBun({
    fetch({ url }) {
      const body = bodies.get(url.slice(url.indexOf("/", "http://".length)));
      return body === undefined ? text(404, "Not Found") : text(200, body);
    },
  });
}

const echo: BunHandler = async (request) => {
  if (request.headers.get("content-type")?.split(";")[0] !== JSON_TYPE) {
    return text(415, "Unsupported Media Type");
  }
  try {
    return json(await request.json());
  } catch {
    return text(400, "Bad Request");
  }
};

function text(status: number, body: string, more?: Readonly<Record<string, string>>): Response {
  return new Response(body, { status, headers: { "content-type": TEXT, ...more } });
}

function json(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { "content-type": JSON_TYPE, vary: "accept" } });
}

/** What a credential shaped belongs into no cache. */
function privateJSON(value: unknown): Response {
  const headers = { "content-type": JSON_TYPE, vary: "accept", "cache-control": "no-store" };
  return new Response(JSON.stringify(value), { headers });
}

function refusal(scheme: string): Response {
  return text(401, "Unauthorized", { "www-authenticate": scheme, "cache-control": "no-store" });
}
