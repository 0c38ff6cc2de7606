import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ContestantName } from "./contestants.ts";
import type { Endpoint } from "./endpoints.ts";

const CONNECTIONS = 100;
/** Requests under way on each connection. With one, the generator would be the slower of the two. */
const PIPELINED = 10;
const AUTOCANNON = createRequire(import.meta.url).resolve("autocannon");
const SERVE = fileURLToPath(new URL("serve.ts", import.meta.url));

/** How the generator loads a server, for the table's caption. */
export const LOAD = `${CONNECTIONS} connections with ${PIPELINED} requests under way on each`;

/** Whether server and generator each get a core of their own. */
export const pinned =
  availableParallelism() > 1 && spawnSync("taskset", ["-c", "1", process.execPath, "--version"]).status === 0;

function onCore(core: number, args: readonly string[]): [command: string, args: string[]] {
  return pinned
    ? ["taskset", ["-c", String(core), process.execPath, ...args]]
    : [process.execPath, [...args]];
}

/** A contestant in a process of its own. */
export class Server {
  readonly origin: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.origin = `http://127.0.0.1:${port}`;
  }

  static async start(name: ContestantName, nodeOptions: readonly string[] = []): Promise<Server> {
    const [command, args] = onCore(0, [...nodeOptions, SERVE, name]);
    const child = spawn(command, args, {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { ...process.env, NODE_ENV: "production" },
    });
    const { port } = await answerOf<{ port: number }>(child);
    return new Server(child, port);
  }

  /** Processor time that it has used, in microseconds. */
  async cpu(): Promise<number> {
    this.#process.send("cpu");
    return (await answerOf<{ cpu: number }>(this.#process)).cpu;
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, "exit");
    this.#process.disconnect();
    await exit;
  }
}

async function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The server's process ended with ${code}`);
  });
  const [answer] = await Promise.race([once(child, "message"), ended]);
  return answer as Answer;
}

/** What the generator counted. */
export interface Load {
  readonly requests: number;
  readonly perSecond: number;
}

/**
 * Sends as many requests as are answered within `seconds`, from a process of its own.
 *
 * @throws Error where an answer fails or is not of 200 to 299
 */
export async function load(server: Server, endpoint: Endpoint, seconds: number): Promise<Load> {
  const headers = Object.entries(endpoint.headers ?? {}).flatMap(([name, value]) => [
    "-H",
    `${name}=${value}`,
  ]);
  const [command, args] = onCore(1, [
    AUTOCANNON,
    "--json",
    "-c",
    String(CONNECTIONS),
    "-p",
    String(PIPELINED),
    "-d",
    String(seconds),
    ...headers,
    server.origin + endpoint.path,
  ]);
  const { stdout } = await promisify(execFile)(command, args);
  const result = JSON.parse(stdout) as Record<string, number>;
  const failures = Number(result["errors"]) + Number(result["timeouts"]) + Number(result["non2xx"]);
  if (failures > 0) throw new Error(`${endpoint.path}: ${failures} requests failed`);
  const requests = Number(result["2xx"]);
  return { requests, perSecond: requests / Number(result["duration"]) };
}
