import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Started, started } from "../contestants.ts";
import { USERS } from "../credentials.ts";
import { page } from "../page.ts";
import { asksOf, expectedBody } from "../route-set.ts";
import { claimsOf, isKey, sessionCookie, userOf } from "./bare-credentials.ts";

const TEXT = "text/plain; charset=utf-8";
const JSON_TYPE = "application/json";
const MAXIMUM_BODY = 1_048_576;

/** `node:http` and nothing else, with the header fields that an answer of ours has. */
export function start(): Promise<Started> {
  return started(createServer(answer).listen(0, "127.0.0.1"));
}

/** As fast as a look-up can be: what the others do with patterns is a table here. */
export function startRoutes(count: number): Promise<Started> {
  const bodies = new Map(asksOf(count).map(({ path }) => [path, expectedBody(path)]));
  const server = createServer((request, response) => {
    const body = bodies.get(request.url as string);
    if (body === undefined) send(response, 404, TEXT, "Not Found");
    else send(response, 200, TEXT, body);
  });
  return started(server.listen(0, "127.0.0.1"));
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = request.url as string;
  const query = url.indexOf("?");
  const path = query === -1 ? url : url.slice(0, query);
  if (request.method === "POST") return void post(path, request, response);
  if (request.method !== "GET") return void send(response, 405, TEXT, "Method Not Allowed");
  switch (path) {
    case "/text":
      return void send(response, 200, TEXT, "Hello, World!");
    case "/json":
      return void sendJSON(response, { message: "Hello, World!" });
    case "/key":
      if (!isKey(request.headers["x-api-key"])) return void refuse(response, "ApiKey");
      return void sendPrivate(response, { ok: true });
    case "/me": {
      const claims = claimsOf(request.headers.authorization);
      if (!claims) return void refuse(response, "Bearer");
      return void sendPrivate(response, { user_id: claims.sub });
    }
    case "/admin": {
      const claims = claimsOf(request.headers.authorization);
      if (!claims) return void refuse(response, "Bearer");
      if (claims.role !== "admin") return void send(response, 403, TEXT, "Forbidden");
      return void sendPrivate(response, { users: USERS });
    }
    case "/page": {
      const user = userOf(request.headers.cookie);
      if (user === undefined) return void refuse(response, "Session");
      return void send(response, 200, "text/html; charset=utf-8", page(user), {
        "cache-control": "no-store",
      });
    }
  }
  if (!path.startsWith("/hello/")) return void send(response, 404, TEXT, "Not Found");
  send(response, 200, TEXT, `Hello, ${decodeURIComponent(path.slice("/hello/".length))}!`);
}

function post(path: string, request: IncomingMessage, response: ServerResponse): void {
  if (path === "/sign-in") {
    return void send(response, 200, TEXT, "Signed in", { "set-cookie": sessionCookie("Ada") });
  }
  if (path !== "/echo") return void send(response, 404, TEXT, "Not Found");
  if (request.headers["content-type"]?.split(";")[0] !== JSON_TYPE) {
    return void send(response, 415, TEXT, "Unsupported Media Type");
  }
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAXIMUM_BODY) chunks.push(chunk);
  });
  request.on("end", () => {
    if (size > MAXIMUM_BODY) return void send(response, 413, TEXT, "Content Too Large");
    try {
      sendJSON(response, JSON.parse(Buffer.concat(chunks).toString()));
    } catch {
      send(response, 400, TEXT, "Bad Request");
    }
  });
}

function sendJSON(response: ServerResponse, value: unknown): void {
  send(response, 200, JSON_TYPE, JSON.stringify(value), { vary: "accept" });
}

/** What a credential shaped belongs into no cache. */
function sendPrivate(response: ServerResponse, value: unknown): void {
  const body = JSON.stringify(value);
  send(response, 200, JSON_TYPE, body, { vary: "accept", "cache-control": "no-store" });
}

function refuse(response: ServerResponse, scheme: string): void {
  send(response, 401, TEXT, "Unauthorized", { "www-authenticate": scheme, "cache-control": "no-store" });
}

/** All fields at once: those that are set one by one before `writeHead` take `node:http` longer. */
function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  more?: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { "content-type": type, ...more, "content-length": Buffer.byteLength(body) });
  response.end(body);
}
