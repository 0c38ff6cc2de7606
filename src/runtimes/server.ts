import type { AppContext } from "../exchange/context.ts";
import { inWorker } from "../http/worker.ts";
import type { BackgroundTasks } from "../pipeline/background.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";

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

/** Where to listen. Port 0 takes a free one. */
export interface Address {
  readonly port: number;
  readonly host: string;
}

/** Serves an application. @throws Error that names host and port when they cannot be had */
export type Serve = (app: Application, address: Address) => Promise<RunningServer>;

/** The server of the runtime that this process is. Only that one's file is loaded. */
export async function serverHere(): Promise<{ readonly serve: Serve }> {
  if ("Bun" in globalThis) return import("./bun.ts");
  if ("Deno" in globalThis) return import("./deno.ts");
  if (inWorker()) {
    throw new Error("A Worker cannot listen: `export default api` instead, and it is called by api.fetch");
  }
  return import("./node.ts");
}

export function urlOf({ host, port }: Address): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Why an address cannot be listened on, and what to do. */
export function cannotListen({ host, port }: Address, cause: unknown): Error {
  const { code, message } = cause as { code?: string; message?: string };
  const why =
    code === "EADDRINUSE"
      ? `port ${port} of ${host} is in use: stop what listens there, or choose another port (PORT=${port + 1})`
      : `${host}:${port} cannot be listened on (${code ?? message})`;
  return new Error(why, { cause });
}

/** Waits for what is under way, and cuts it after `grace` milliseconds. */
export async function finished(underWay: Promise<unknown>, grace: number, cut: () => void): Promise<void> {
  const timer = setTimeout(cut, grace);
  try {
    await underWay;
  } finally {
    clearTimeout(timer);
  }
}

/** Where nobody says otherwise: the environment's PORT, else 5042. @throws RangeError for a PORT that is none */
export function defaultPort(): number {
  const text = globalThis.process?.env?.["PORT"];
  if (text === undefined || text === "") return 5042;
  if (!/^\d{1,5}$/.test(text) || !isPort(Number(text))) throw new RangeError(`PORT=${text} is no port`);
  return Number(text);
}

/** Whether something can be listened at. 0 takes a free port. */
export function isPort(port: unknown): port is number {
  return Number.isInteger(port) && (port as number) >= 0 && (port as number) <= 65_535;
}
