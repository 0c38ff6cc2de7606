import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { HTTPError } from "../http/errors.ts";
import type { Outgoing, OutgoingBody } from "../http/transport.ts";
import { NodeIncoming } from "./node-incoming.ts";
import { dropRest, hasBody, isShort, LONGEST_DROP, send, sendBefore } from "./node-send.ts";
import { type Address, type Application, cannotListen, type RunningServer, urlOf } from "./server.ts";

/** Milliseconds that an idle connection is left open when the server stops. */
const LINGER = 50;

/**
 * Serves an application on `node:http`.
 *
 * @throws Error that names host and port when they cannot be had
 */
export async function serve(app: Application, address: Address): Promise<RunningServer> {
  // Not at the top: a bundle of one file would load it on every runtime. And no import(): that reads every export, and
  // the WebSocket among those of node:http brings the whole of Fetch along, a third of an empty process's start.
  const { createServer } = process.getBuiltinModule("node:http");
  const { Server: NetServer } = process.getBuiltinModule("node:net");
  let stopping = false;
  const server = createServer();
  const respond = (message: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) => {
    const incoming = new NodeIncoming(message, response, awaitsContinue);
    const outgoing = app.pipeline.handle(incoming);
    if (outgoing instanceof Promise)
      outgoing.then((ready) => finish(message, response, ready, awaitsContinue));
    else finish(message, response, outgoing, awaitsContinue);
  };
  const finish = (
    message: IncomingMessage,
    response: ServerResponse,
    outgoing: Outgoing,
    awaitsContinue: boolean,
  ) => {
    try {
      deliver(app, message, response, outgoing, { stopping, awaitsContinue });
    } catch (error) {
      // Nobody above could take it: it would end the process, and every other request with it.
      app.context.logger.error("An answer could not be sent, and the connection was cut", error);
      response.destroy();
    }
  };
  server.on("request", (message, response) => respond(message, response, false));
  // Where the go-ahead is not given, node:http closes the connection: the client may never send its body, and what it
  // sends next would be taken for one.
  server.on("checkContinue", (message, response) => respond(message, response, true));
  const connections = openConnections(server);
  await listening(server, address);
  const at = { host: address.host, port: (server.address() as AddressInfo).port };
  return {
    ...at,
    url: urlOf(at),
    stop: (grace) => {
      stopping = true;
      // node:http's own close() would cut idle connections at once.
      const close = (closed: () => void) => void NetServer.prototype.close.call(server, closed);
      return stopped(server, { connections, close, grace });
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
  const mayHaveBody = message.method !== "GET" && message.method !== "HEAD" && hasBody(message);
  const isUnread = () => mayHaveBody && !message.complete;
  const isLast = isUnread() && !isShort(message, maxBodySize);
  if (stopping || isLast) response.shouldKeepAlive = false;
  const tasks = outgoing.afterSend;
  if (tasks) {
    if (response.destroyed) app.background.start(tasks);
    else response.once("close", () => app.background.start(tasks));
  }
  if (isLast && !awaitsContinue && !isStream(outgoing.body)) {
    sendBefore(dropRest(message, LONGEST_DROP), response, outgoing);
    return;
  }
  // The request's own body may be what is streamed back, so its rest is dropped after that.
  const sent = send(response, outgoing)?.catch((error) => {
    // The client's own fault, such as a body that it did not finish, is no news.
    if (error instanceof HTTPError && error.statusCode < 500) return;
    app.context.logger.error("A streamed body failed, and the connection was cut", error);
  });
  const drop = () => {
    if (isUnread()) dropRest(message, LONGEST_DROP);
  };
  if (sent) sent.then(drop);
  else drop();
}

function isStream(body: OutgoingBody): boolean {
  return body !== null && typeof body === "object" && !(body instanceof Uint8Array);
}

function listening(server: Server, address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(cannotListen(address, cause)));
    server.listen(address.port, address.host, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

function openConnections(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return open;
}

interface Stop {
  readonly connections: ReadonlySet<Socket>;
  /** Takes no new connections from now on, and tells when all are closed. */
  readonly close: (closed: () => void) => void;
  /** Milliseconds. */
  readonly grace: number;
}

/**
 * An idle connection is left open for a moment: what its client had sent before it could know of the stop is answered,
 * and the answer tells it to come no more on this one.
 */
function stopped(server: Server, { connections, close, grace }: Stop): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), grace);
    const linger = setInterval(() => {
      server.closeIdleConnections();
      // Browsers connect ahead of need: what has not asked for anything yet is idle too, though Node 24 waits for it.
      for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
    }, LINGER);
    close(() => {
      clearInterval(linger);
      clearTimeout(cut);
      // For what else node:http ends with a server.
      server.close();
      resolve();
    });
  });
}
