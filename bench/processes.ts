import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Ask } from "./ask.ts";
import type { ContestantName, Runtime } from "./contestants.ts";
import type { CPUProfile } from "./profile-frames.ts";

/** How the generator loads a server. */
export interface Pressure {
  readonly connections: number;
  /** Requests under way on each connection. */
  readonly pipelined: number;
}

/** With fewer under way, the generator would be the slower of the two. */
export const PRESSURE: Pressure = { connections: 100, pipelined: 10 };

/** Bun ends a connection on which a request comes in while the answer to the one before waits for something. */
export const PRESSURE_ON_BUN: Pressure = { connections: 100, pipelined: 1 };

/** What the generator's process is told: so many seconds, or so many requests, taking turns among `asks`. */
export interface Order extends Pressure {
  readonly origin: string;
  readonly asks: readonly Ask[];
  readonly seconds?: number;
  readonly requests?: number;
}

/** What it counted. */
export interface Load {
  readonly requests: number;
  readonly perSecond: number;
  /** How long half of the answers took at most, in milliseconds, from the writing of the request. */
  readonly p50: number;
  readonly p99: number;
}

export interface Usage {
  /** Processor time so far, in microseconds. */
  readonly cpu: number;
  /** What the process has in memory, in bytes. */
  readonly memory: number;
}

const SERVER_CORE = 0;
const GENERATOR_CORE = 1;

/** Whether server and generator each get a core of their own. */
export const pinned =
  availableParallelism() > 1 &&
  spawnSync("taskset", ["-c", String(GENERATOR_CORE), process.execPath, "--version"]).status === 0;

/** How a run was made, for a table's caption. */
export function setting(runtime: Runtime): string {
  const version = spawnSync(PROGRAMS[runtime], ["--version"], { encoding: "utf8" }).stdout.trim();
  const servers = runtime === "node" ? "" : `${runtime === "bun" ? "Bun" : runtime} ${version}, beside `;
  const cores = pinned ? "each on a core of their own" : "not pinned to cores";
  return `${servers}Node ${process.version}; server and generator ${cores}`;
}

const PROGRAMS: Readonly<Record<Runtime, string>> = {
  node: process.execPath,
  bun: fileURLToPath(new URL("../node_modules/.bin/bun", import.meta.url)),
};

/** Starts a program on a core, as in production. */
export function startProgram(
  core: "server" | "generator",
  runtime: Runtime,
  args: readonly string[],
  channel: boolean,
): ChildProcess {
  const number = core === "server" ? SERVER_CORE : GENERATOR_CORE;
  const program = PROGRAMS[runtime];
  const [command, ...rest] = pinned ? ["taskset", "-c", String(number), program] : [program];
  return spawn(command as string, [...rest, ...args], {
    stdio: ["ignore", channel ? "inherit" : "pipe", "inherit", ...(channel ? (["ipc"] as const) : [])],
    env: { ...process.env, NODE_ENV: "production" },
  });
}

function fileBeside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** A process that answers each message with one. */
class Partner {
  readonly #process: ChildProcess;

  constructor(process: ChildProcess) {
    this.#process = process;
  }

  async ask(question: string | Order): Promise<unknown> {
    const answer = this.answer();
    this.#process.send(question);
    return answer;
  }

  async answer(): Promise<unknown> {
    const waiting = new AbortController();
    const { signal } = waiting;
    try {
      const ended = once(this.#process, "exit", { signal }).then(([code]) => {
        throw new Error(`A process of the benchmark ended with ${code}`);
      });
      const [answer] = await Promise.race([once(this.#process, "message", { signal }), ended]);
      return answer;
    } finally {
      waiting.abort();
    }
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, "exit");
    this.#process.disconnect();
    await exit;
  }
}

export interface ServerOptions {
  /** With so many routes, instead of the endpoints. */
  readonly routes?: number;
  /** Default: Node. */
  readonly runtime?: Runtime;
  /** The runtime's own options. */
  readonly flags?: readonly string[];
}

/** A contestant in a process of its own. */
export class Server {
  readonly origin: string;
  /** How long it took to load and to register, in milliseconds. */
  readonly startMs: number;
  readonly #partner: Partner;

  private constructor(partner: Partner, port: number, startMs: number) {
    this.#partner = partner;
    this.origin = `http://127.0.0.1:${port}`;
    this.startMs = startMs;
  }

  static async start(name: ContestantName, options: ServerOptions = {}): Promise<Server> {
    const routes = options.routes === undefined ? [] : [String(options.routes)];
    const args = [...(options.flags ?? []), fileBeside("serve.ts"), name, ...routes];
    const partner = new Partner(startProgram("server", options.runtime ?? "node", args, true));
    const { port, startMs } = (await partner.answer()) as { port: number; startMs: number };
    return new Server(partner, port, startMs);
  }

  async usage(): Promise<Usage> {
    return (await this.#partner.ask("usage")) as Usage;
  }

  /** @returns bytes left in the heap after a collection; needs `--expose-gc` */
  async heap(): Promise<number> {
    return ((await this.#partner.ask("heap")) as { heap: number }).heap;
  }

  async startProfile(): Promise<void> {
    await this.#partner.ask("startProfile");
  }

  async stopProfile(): Promise<CPUProfile> {
    return (await this.#partner.ask("stopProfile")) as CPUProfile;
  }

  stop(): Promise<void> {
    return this.#partner.stop();
  }
}

/** The load generator in a process of its own, for as many measurements as there are. */
export class Generator {
  readonly #partner: Partner;

  private constructor(partner: Partner) {
    this.#partner = partner;
  }

  static async start(): Promise<Generator> {
    const partner = new Partner(startProgram("generator", "node", [fileBeside("generate.ts")], true));
    await partner.answer();
    return new Generator(partner);
  }

  /** @throws Error where an answer fails or is not of 200 to 299 */
  async load(order: Order): Promise<Load> {
    const { load, error } = (await this.#partner.ask(order)) as { load?: Load; error?: string };
    if (!load) throw new Error(error);
    return load;
  }

  stop(): Promise<void> {
    return this.#partner.stop();
  }
}
