import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { received } from "./transports.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Milliseconds that a program has until it says where it listens. */
const START_LIMIT = 15_000;

/** One request to a program. Redirects are never followed. */
export interface ProgramRequest {
  method?: string;
  /** A list is sent as lines of their own. */
  headers?: Readonly<Record<string, string | readonly string[]>>;
  json?: unknown;
  form?: Readonly<Record<string, string>>;
}

/** A server program in a process of its own. */
export interface Program {
  /** Where it listens, as its ready line says. */
  readonly url: string;
  readonly port: number;
  /** All that it has printed. */
  output(): string;
  /** Sends a request; the path goes out as written, byte for byte. */
  send(path: string, init?: ProgramRequest): Promise<Response>;
  /** Stops it by a signal, SIGTERM by default. Resolves to its exit status, null where the signal killed it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Runs a file of the repository that serves something, on a free port of 127.0.0.1, and waits for its ready line.
 *
 * @param command the file, from the repository's root, and its arguments
 * @throws Error with all that it printed, when it ends before or takes too long
 */
export async function startProgram(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const child = spawn(process.execPath, ["--conditions=responder-ts-source", ...command], {
    cwd: ROOT,
    env: { ...process.env, PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${command[0]} ${why}. It printed: ${output}`));
    const late = setTimeout(() => fail("did not say that it is ready"), START_LIMIT);
    const take = (piece: string) => {
      output += piece;
      const ready = /http:\/\/127\.0\.0\.1:\d+/.exec(output);
      if (ready === null) return;
      clearTimeout(late);
      resolve(ready[0]);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.once("close", (code) => {
      clearTimeout(late);
      fail(`ended with status ${code}`);
    });
  }).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw error;
  });
  const port = Number(new URL(url).port);
  return {
    url,
    port,
    output: () => output,
    send: (path, init = {}) => send(port, path, init),
    stop: (signal = "SIGTERM") => stopped(child, ended, signal),
  };
}

function stopped(child: ChildProcess, ended: Promise<number | null>, signal: NodeJS.Signals) {
  child.kill(signal);
  return ended;
}

async function send(port: number, path: string, init: ProgramRequest): Promise<Response> {
  const form = init.form && new URLSearchParams(init.form).toString();
  const body = form ?? (init.json === undefined ? undefined : JSON.stringify(init.json));
  const type = form === undefined ? "application/json" : "application/x-www-form-urlencoded";
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    request({
      host: "127.0.0.1",
      port,
      path,
      agent: false,
      method: init.method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        ...(body !== undefined && { "content-type": type, "content-length": Buffer.byteLength(body) }),
        ...copied(init.headers),
      },
    })
      .on("response", resolve)
      .on("error", reject)
      .end(body);
  });
  return received(message);
}

function copied(headers: ProgramRequest["headers"] = {}): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
  );
}
