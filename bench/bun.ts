/** As much of `Bun.serve` as the contestants use. */
export interface BunServeOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly routes?: Readonly<Record<string, Readonly<Partial<Record<"GET" | "POST", BunHandler>>>>>;
  /** In bytes. */
  readonly maxRequestBodySize?: number;
}

export interface BunRequest extends Request {
  /** Decoded. */
  readonly params: Readonly<Record<string, string>>;
}

export type BunHandler = (request: BunRequest) => Response | Promise<Response>;

interface BunServer {
  readonly port: number;
  stop(cut?: boolean): Promise<void>;
}

interface Bun {
  readonly version: string;
  serve(options: BunServeOptions & { readonly port: number; readonly hostname: string }): BunServer;
}

const { Bun: bun } = globalThis as unknown as { readonly Bun?: Bun };

/** Whether this process is Bun's. */
export const onBun: boolean = bun !== undefined;

/** @throws Error on another runtime */
export function serveOnBun(options: BunServeOptions) {
  if (bun === undefined) throw new Error("This process is not Bun's");
  const server = bun.serve({ ...options, port: 0, hostname: "127.0.0.1" });
  return { port: server.port, close: () => server.stop(true) };
}
