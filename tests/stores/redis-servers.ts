import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether this machine can start Redis servers of its own. With `CI=true` it must. */
export function hasRedisServer(): boolean {
  const found = spawnSync("redis-server", ["--version"]).status === 0;
  if (found) return true;
  const why = "redis-server is not in PATH: install it to have these tests";
  if (process.env["CI"] === "true") throw new Error(why);
  console.warn(`Skipped: ${why}`);
  return false;
}

/** A port that nobody listens on, and nobody on the one that a cluster adds to it. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port > 50_000 ? freePort() : address.port;
}

/** A Redis server of a test's own, which writes everything to its file before it answers. */
export class RedisServer {
  readonly port: number;
  readonly #directory: string;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, directory: string, options: readonly string[]) {
    this.port = port;
    this.#directory = directory;
    this.#options = options;
  }

  static async start(...options: readonly string[]): Promise<RedisServer> {
    const directory = await mkdtemp(join(tmpdir(), "responder-redis-"));
    const server = new RedisServer(await freePort(), directory, options);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const own = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#directory];
    const file = ["--save", "", "--appendonly", "yes", "--appendfsync", "always"];
    const started = spawn("redis-server", [...own, ...file, ...this.#options], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.#process = started;
    process.once("exit", () => started.kill());
    for await (const chunk of started.stdout) {
      if (String(chunk).includes("Ready to accept connections")) break;
    }
    if (started.exitCode !== null) throw new Error("redis-server did not start");
  }

  /** Stops it from answering, and from noticing; or lets it go on. */
  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#process?.kill(name);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    const ended = this.#process;
    if (!ended || ended.exitCode !== null || ended.signalCode !== null) return;
    const gone = once(ended, "exit");
    ended.kill("SIGKILL");
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
