import { createHash, createHmac, createSecretKey, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Started } from "../contestants.ts";
import { type Claims, KEY, SECRET } from "../credentials.ts";

const digest = (text: string) => createHash("sha256").update(text).digest();
const keyDigest = digest(KEY);
const secret = createSecretKey(SECRET, "utf8");

/** `node:http` and nothing else, with the header fields that an answer of ours has. */
export async function start(): Promise<Started> {
  const server = createServer((request, response) => {
    const url = request.url as string;
    const query = url.indexOf("?");
    const path = query === -1 ? url : url.slice(0, query);
    if (request.method !== "GET") {
      send(response, 405, "text/plain; charset=utf-8", "Method Not Allowed");
    } else if (path === "/text") {
      send(response, 200, "text/plain; charset=utf-8", "Hello, World!");
    } else if (path === "/json") {
      response.setHeader("vary", "accept");
      send(response, 200, "application/json", JSON.stringify({ message: "Hello, World!" }));
    } else if (path.startsWith("/hello/")) {
      const name = decodeURIComponent(path.slice("/hello/".length));
      send(response, 200, "text/plain; charset=utf-8", `Hello, ${name}!`);
    } else if (path === "/key") {
      if (isKey(request.headers["x-api-key"])) sendJSON(response, 200, { ok: true });
      else sendJSON(response, 401, { error: "unauthorized" });
    } else if (path === "/me" || path === "/admin") {
      const claims = verify(request.headers.authorization);
      if (claims === undefined) sendJSON(response, 401, { error: "unauthorized" });
      else if (path === "/me") sendJSON(response, 200, { user_id: claims.sub });
      else if (claims.role !== "admin") sendJSON(response, 403, { error: "forbidden" });
      else sendJSON(response, 200, { users: ["1"] });
    } else {
      send(response, 404, "text/plain; charset=utf-8", "Not Found");
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

function sendJSON(response: ServerResponse, status: number, value: object): void {
  response.setHeader("cache-control", "no-store");
  response.setHeader("vary", "accept");
  send(response, status, "application/json", JSON.stringify(value));
}

function isKey(presented: string | string[] | undefined): boolean {
  return typeof presented === "string" && timingSafeEqual(digest(presented), keyDigest);
}

/** An HS256 token, verified by hand on every request. */
function verify(authorization: string | undefined): Claims | undefined {
  const [, header, payload, signature] =
    /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(authorization ?? "") ?? [];
  if (header === undefined || payload === undefined || signature === undefined) return undefined;
  const expected = createHmac("sha256", secret).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const { alg } = JSON.parse(Buffer.from(header, "base64url").toString()) as { alg: string };
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
  return alg === "HS256" && claims.exp > Date.now() / 1000 ? claims : undefined;
}
