import { bunResponse } from "./bun-response.ts";
import { answerFetch, bareFailure, type Delivery, type WholeOutgoing } from "./fetch.ts";
import { FetchIncoming, incompleteBody } from "./fetch-incoming.ts";
import {
  type Address,
  type Application,
  cannotListen,
  finished,
  type RunningServer,
  urlOf,
} from "./server.ts";

/** As much of `Bun.serve` as is used here. */
interface BunServer {
  readonly port: number;
  stop(cut?: boolean): Promise<void>;
  requestIP(request: Request): { readonly address: string } | null;
  timeout(request: Request, seconds: number): void;
}

interface BunServeOptions {
  port: number;
  hostname: string;
  /** Seconds. */
  idleTimeout: number;
  /** In bytes. */
  maxRequestBodySize: number;
  fetch(request: Request, server: BunServer): Response | Promise<Response>;
  error(): Response;
}

/** Seconds that a connection without a request is kept. */
const IDLE = 10;

/** Serves an application on `Bun.serve`. */
export async function serve(app: Application, address: Address): Promise<RunningServer> {
  const { Bun } = globalThis as unknown as { Bun: { serve(options: BunServeOptions): BunServer } };
  const options: BunServeOptions = {
    port: address.port,
    hostname: address.host,
    idleTimeout: IDLE,
    // The limit is the application's, and a route's own where it streams.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch(request, server) {
      return answerFetch(app, new BunDelivery(request, server));
    },
    error: bareFailure,
  };
  let server: BunServer;
  try {
    server = Bun.serve(options);
  } catch (cause) {
    throw cannotListen(address, cause);
  }
  const at = { host: address.host, port: server.port };
  return {
    ...at,
    url: urlOf(at),
    stop: (grace) => finished(server.stop(), grace, () => void server.stop(true)),
  };
}

class BunDelivery implements Delivery {
  readonly request: Request;
  readonly incoming: BunIncoming;
  readonly #server: BunServer;
  #slow = false;

  constructor(request: Request, server: BunServer) {
    this.request = request;
    this.incoming = new BunIncoming(request, server);
    this.#server = server;
  }

  /** How long an answer may take is the application's to say. */
  takesTime(): void {
    this.#slow = true;
    this.#server.timeout(this.request, 0);
  }

  sent(): void {
    if (this.#slow) this.#server.timeout(this.request, IDLE);
  }

  whole(outgoing: WholeOutgoing): Response {
    return bunResponse(outgoing);
  }
}

/** What Bun does better than Fetch in general: the peer's address when somebody wants it, and a body in one piece. */
class BunIncoming extends FetchIncoming {
  readonly #server: BunServer;
  readonly #message: Request;

  constructor(request: Request, server: BunServer) {
    super(request);
    this.#server = server;
    this.#message = request;
  }

  override get peerAddress(): string {
    return this.#server.requestIP(this.#message)?.address ?? "";
  }

  /** `Content-Length` is what Bun frames the body by, so what it has been held against is all that can come. */
  override async bytes(limit: number): Promise<Uint8Array> {
    if (!(Number(this.header("content-length") ?? Number.NaN) <= limit)) return super.bytes(limit);
    try {
      return await this.#message.bytes();
    } catch (cause) {
      throw incompleteBody(cause);
    }
  }
}
