import { answerFetch, bareFailure } from "./fetch.ts";
import { FetchIncoming } from "./fetch-incoming.ts";
import {
  type Address,
  type Application,
  cannotListen,
  finished,
  type RunningServer,
  urlOf,
} from "./server.ts";

/** As much of `Deno.serve` as is used here. */
interface DenoServer {
  readonly addr: { readonly port: number };
  shutdown(): Promise<void>;
}

interface DenoServeOptions {
  port: number;
  hostname: string;
  signal: AbortSignal;
  onListen(): void;
  onError(): Response;
}

type DenoHandler = (
  request: Request,
  info: { readonly remoteAddr: { readonly hostname: string } },
) => Response | Promise<Response>;

/** Serves an application on `Deno.serve`. */
export async function serve(app: Application, address: Address): Promise<RunningServer> {
  const { Deno } = globalThis as unknown as {
    Deno: { serve(options: DenoServeOptions, handler: DenoHandler): DenoServer };
  };
  const cut = new AbortController();
  const options: DenoServeOptions = {
    port: address.port,
    hostname: address.host,
    signal: cut.signal,
    // Who says where it listens is api.run().
    onListen() {},
    onError: bareFailure,
  };
  let server: DenoServer;
  try {
    server = Deno.serve(options, (request, { remoteAddr }) => {
      const incoming = new FetchIncoming(request, remoteAddr.hostname);
      // An unread body costs the connection, unless it is let go.
      const sent = () => incoming.drop(app.context.limits.maxBodySize);
      return answerFetch(app, { request, incoming, sent });
    });
  } catch (cause) {
    throw cannotListen(address, cause);
  }
  const at = { host: address.host, port: server.addr.port };
  return {
    ...at,
    url: urlOf(at),
    stop: (grace) => finished(server.shutdown(), grace, () => cut.abort()),
  };
}
