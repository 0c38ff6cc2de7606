import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Started } from "../contestants.ts";

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
