import { Agent, type IncomingMessage, request } from "node:http";
import { afterEach, describe } from "vitest";

/** What an application must have to be served here: any `API`, whatever its types. */
export interface Servable {
  fetch(request: Request, platform: { ip: string }): Response | Promise<Response>;
  listen(options: { port: number; host: string }): Promise<{ readonly url: string; readonly port: number }>;
  close(): Promise<void>;
}

/** One request. Redirects are never followed. */
export interface SendInit {
  method?: string;
  /** A list is sent as lines of their own. */
  headers?: Readonly<Record<string, string | readonly string[]>>;
  json?: unknown;
  form?: Readonly<Record<string, string>> | FormData;
  body?: string | Uint8Array;
}

/** Sends requests to one application. Over a socket the path goes out as written, byte for byte. */
export interface Send {
  (path: string, init?: SendInit): Promise<Response>;
  /** The application's own origin. */
  readonly origin: string;
}

/** Serves an application by one transport, until the test ends. */
export type Serve = (app: Servable) => Promise<Send>;

/** Runs one suite twice: with `api.fetch` in this process, and over a real socket. */
export function overTransports(name: string, suite: (serve: Serve) => void): void {
  describe.each([
    ["in process", serveInProcess],
    ["over a socket", serveOverSocket],
  ] as const)(`${name}, %s`, (_transport, start) => {
    const stops: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const stop of stops.splice(0)) await stop();
    });
    suite(async (app) => {
      const { send, stop } = await start(app);
      stops.push(stop);
      return send;
    });
  });
}

interface Served {
  send: Send;
  stop: () => Promise<void>;
}

async function serveInProcess(app: Servable): Promise<Served> {
  const origin = "http://127.0.0.1";
  const send = async (path: string, init: SendInit = {}): Promise<Response> => {
    const { headers, body } = await encoded(init);
    const request = new Request(origin + path, { method: init.method ?? "GET", headers, body });
    return app.fetch(request, { ip: "127.0.0.1" });
  };
  return { send: Object.assign(send, { origin }), stop: () => app.close() };
}

async function serveOverSocket(app: Servable): Promise<Served> {
  const { url, port } = await app.listen({ port: 0, host: "127.0.0.1" });
  const agent = new Agent({ keepAlive: true });
  const send = async (path: string, init: SendInit = {}): Promise<Response> => {
    const { headers, body } = await encoded(init);
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const lines: Record<string, string | string[]> = { ...Object.fromEntries(headers) };
      for (const [name, value] of Object.entries(init.headers ?? {})) {
        if (typeof value !== "string") lines[name.toLowerCase()] = [...value];
      }
      const sent = request({
        host: "127.0.0.1",
        port,
        agent,
        path,
        method: init.method ?? "GET",
        headers: lines,
      });
      sent
        .on("response", resolve)
        .on("error", reject)
        .end(body ?? undefined);
    });
    return received(message);
  };
  return {
    send: Object.assign(send, { origin: url }),
    stop: async () => {
      agent.destroy();
      await app.close();
    },
  };
}

async function encoded(init: SendInit): Promise<{ headers: Headers; body: Uint8Array<ArrayBuffer> | null }> {
  const form = init.form && !(init.form instanceof FormData) ? new URLSearchParams(init.form) : init.form;
  const content = form ?? (init.json === undefined ? init.body : JSON.stringify(init.json));
  const written = new Response(content as ConstructorParameters<typeof Response>[0]);
  const headers = new Headers();
  if (form) headers.set("content-type", written.headers.get("content-type") as string);
  if (init.json !== undefined) headers.set("content-type", "application/json");
  for (const [name, value] of Object.entries(init.headers ?? {})) {
    headers.delete(name);
    for (const line of typeof value === "string" ? [value] : value) headers.append(name, line);
  }
  return { headers, body: content === undefined ? null : new Uint8Array(await written.arrayBuffer()) };
}

/** What came over a socket, as the `Response` that the same application gives in process. */
export async function received(message: IncomingMessage): Promise<Response> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece);
  const headers = new Headers();
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index] as string, message.rawHeaders[index + 1] as string);
  }
  const status = message.statusCode as number;
  const bodiless = status === 204 || status === 304 || pieces.length === 0;
  return new Response(bodiless ? null : Buffer.concat(pieces), { status, headers });
}
