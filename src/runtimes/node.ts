import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AppContext } from "../exchange/context.ts";
import type { Outgoing, OutgoingBody } from "../http/transport.ts";
import type { BackgroundTasks } from "../pipeline/background.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { NodeIncoming } from "./node-incoming.ts";
import { dropRest, isShort, send, sendBefore } from "./node-send.ts";

/** What a runtime needs of an application. */
export interface Application {
  readonly pipeline: Pipeline;
  readonly background: BackgroundTasks;
  readonly context: AppContext;
}

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  readonly host: string;
  /** Where it answers, `http://127.0.0.1:5042`. */
  readonly url: string;
  /** Takes no new connections and waits for running requests, `grace` milliseconds at most. */
  stop(grace: number): Promise<void>;
}

/**
 * Serves an application on `node:http`.
 *
 * @throws Error that names host and port when they cannot be had
 */
export async function serve(
  app: Application,
  options: { port: number; host: string },
): Promise<RunningServer> {
  let stopping = false;
  const server = createServer();
  const respond = (message: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) => {
    const incoming = new NodeIncoming(message, response, awaitsContinue);
    const outgoing = app.pipeline.handle(incoming);
    const state = () => ({ stopping, awaitsContinue });
    if (outgoing instanceof Promise)
      outgoing.then((ready) => deliver(app, message, response, ready, state()));
    else deliver(app, message, response, outgoing, state());
  };
  server.on("request", (message, response) => respond(message, response, false));
  server.on("checkContinue", (message, response) => {
    // Without the go-ahead the client may never send its body, and what it sends next would be taken for one.
    if (!response.headersSent) response.shouldKeepAlive = false;
    respond(message, response, true);
  });
  await listening(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    host: options.host,
    url: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
    stop: (grace) => {
      stopping = true;
      return stopped(server, grace);
    },
  };
}

function deliver(
  app: Application,
  message: IncomingMessage,
  response: ServerResponse,
  outgoing: Outgoing,
  { stopping, awaitsContinue }: { stopping: boolean; awaitsContinue: boolean },
): void {
  const { maxBodySize } = app.context.limits;
  // What a GET or HEAD brings all the same, node:http drops.
  const isUnread = () => !message.complete && message.method !== "GET" && message.method !== "HEAD";
  const isLast = isUnread() && !isShort(message, maxBodySize);
  if (stopping || isLast) response.shouldKeepAlive = false;
  const tasks = outgoing.afterSend;
  if (tasks) {
    if (response.destroyed) app.background.start(tasks);
    else response.once("close", () => app.background.start(tasks));
  }
  if (isLast && !awaitsContinue && !isStream(outgoing.body)) {
    sendBefore(dropRest(message, maxBodySize), response, outgoing);
    return;
  }
  // The request's own body may be what is streamed back, so its rest is dropped after that.
  const sent = send(response, outgoing)?.catch((error) =>
    app.context.logger.error("A streamed body failed, and the connection was cut", error),
  );
  const drop = () => {
    if (isUnread()) dropRest(message, maxBodySize);
  };
  if (sent) sent.then(drop);
  else drop();
}

function isStream(body: OutgoingBody): boolean {
  return body !== null && typeof body === "object" && !(body instanceof Uint8Array);
}

function listening(server: Server, { port, host }: { port: number; host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === "EADDRINUSE"
          ? `port ${port} of ${host} is in use: stop what listens there, or choose another port (PORT=${port + 1})`
          : `${host}:${port} cannot be listened on (${cause.code ?? cause.message})`;
      reject(new Error(why, { cause }));
    });
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

function stopped(server: Server, grace: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), grace);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
