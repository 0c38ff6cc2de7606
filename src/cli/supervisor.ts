import cluster from "node:cluster";
import { realpathSync } from "node:fs";
import { extname, join } from "node:path";
import { pathOf } from "./load.ts";
import type { WorkerTask } from "./messages.ts";
import { type Ending, Seat } from "./seat.ts";
import type { Terminal } from "./terminal.ts";
import { Watcher } from "./watcher.ts";

/** Workers in a row that may fail at the start before all is given up, unless another works. */
const MOST_FAILURES = 4;
/** Milliseconds for what is under way when a file was changed, and until what does not stop is killed. */
const RELOAD_GRACE = 500;
const RELOAD_LIMIT = 2_000;
const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Beside this file, with the same ending: the package's source runs as it stands. */
const WORKER = join(import.meta.dirname, `worker${extname(import.meta.filename)}`);

/**
 * Keeps workers running that share one port, until a signal stops them all.
 *
 * @returns the exit status: 1 when workers could not be kept running, or did not stop as they should
 */
export function supervise(task: WorkerTask, workers: number, terminal: Terminal): Promise<number> {
  pathOf(task.file);
  cluster.setupPrimary({ exec: WORKER, args: [JSON.stringify(task)] });
  return new Supervisor(task, workers, terminal).run();
}

class Supervisor {
  readonly #task: WorkerTask;
  readonly #terminal: Terminal;
  readonly #seats: readonly Seat[];
  readonly #watcher: Watcher | undefined;
  readonly #announced = new Set<string>();
  readonly #over = Promise.withResolvers<number>();
  #phase: "working" | "reloading" | "stopping" = "working";
  #limit: NodeJS.Timeout | undefined;
  #status = 0;

  constructor(task: WorkerTask, workers: number, terminal: Terminal) {
    this.#task = task;
    this.#terminal = terminal;
    if (task.watches) this.#watcher = new Watcher((name) => this.#reload(name));
    const events = {
      listening: (url: string) => this.#announce(url),
      imported: (path: string) => this.#watcher?.add(path),
      ended: (seat: Seat, ending: Ending) => this.#ended(seat, ending),
    };
    this.#seats = Array.from({ length: workers }, () => new Seat(events));
  }

  run(): Promise<number> {
    for (const signal of SIGNALS) process.on(signal, this.#signalled);
    this.#watcher?.add(realpathSync(this.#task.file));
    this.#startAll();
    return this.#over.promise;
  }

  #startAll(): void {
    clearTimeout(this.#limit);
    this.#phase = "working";
    this.#announced.clear();
    for (const seat of this.#seats) seat.start();
  }

  #announce(url: string): void {
    if (this.#announced.has(url) || !this.#seats.every(({ isListening }) => isListening)) return;
    this.#announced.add(url);
    void this.#terminal.print(`Ready at ${url}\n`);
  }

  #ended(seat: Seat, ending: Ending): void {
    if (this.#phase === "stopping" && !ending.isClean) this.#status = 1;
    if (this.#phase === "working") this.#lost(seat, ending);
    else if (this.#isEmpty && this.#phase === "reloading") this.#startAll();
    else if (this.#isEmpty) this.#over.resolve(this.#status);
  }

  #lost(seat: Seat, { pid, how }: Ending): void {
    const ended = `Worker ${pid} ended (${how})`;
    if (this.#watcher) {
      this.#terminal.warn(`${ended}: waiting for a change`);
    } else if (seat.failures < MOST_FAILURES || this.#seats.some(({ isSteady }) => isSteady)) {
      this.#terminal.warn(`${ended}: another one starts in ${seat.startLater()} ms`);
    } else {
      this.#terminal.warn(
        `${ended}, as did ${MOST_FAILURES - 1} before it: given up. Their own words are above`,
      );
      this.#status = 1;
      this.#stopAll();
    }
  }

  #reload(name: string): void {
    // While workers stop for an earlier change, those that follow will read this one as well.
    if (this.#phase !== "working") return;
    this.#terminal.warn(`${name} has changed`);
    if (this.#isEmpty) {
      this.#startAll();
      return;
    }
    this.#phase = "reloading";
    for (const seat of this.#seats) seat.stop(RELOAD_GRACE);
    this.#limit = setTimeout(() => this.#killAll(), RELOAD_LIMIT);
  }

  get #isEmpty(): boolean {
    return !this.#seats.some(({ isTaken }) => isTaken);
  }

  readonly #signalled = (signal: NodeJS.Signals): void => {
    if (this.#phase === "stopping") {
      this.#endAtOnce(signal);
      return;
    }
    this.#terminal.warn(`${signal}: finishing what is under way`);
    this.#stopAll();
  };

  #stopAll(): void {
    clearTimeout(this.#limit);
    this.#phase = "stopping";
    this.#watcher?.close();
    for (const seat of this.#seats) seat.stop();
    if (this.#isEmpty) this.#over.resolve(this.#status);
  }

  #endAtOnce(signal: NodeJS.Signals): void {
    this.#killAll();
    for (const name of SIGNALS) process.off(name, this.#signalled);
    process.kill(process.pid, signal);
  }

  #killAll(): void {
    for (const seat of this.#seats) seat.kill();
  }
}
