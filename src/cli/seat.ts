import cluster, { type Worker } from "node:cluster";
import { isWorkerMessage, type StopMessage } from "./messages.ts";

/** Milliseconds that a worker has to listen until its failures before are forgotten. */
const STEADY = 5_000;
/** Milliseconds until the first restart; each further one in a row waits twice as long. */
const FIRST_DELAY = 100;
const MOST_DELAY = 30_000;

/** What a seat tells. */
export interface SeatEvents {
  listening(url: string): void;
  imported(path: string): void;
  ended(seat: Seat, ending: Ending): void;
}

/** How a worker ended. */
export interface Ending {
  readonly pid: number | undefined;
  /** `status 1`, or `SIGKILL`. */
  readonly how: string;
  /** Whether it stopped as it was asked to, or had not begun to listen. */
  readonly isClean: boolean;
}

/** A place for a worker: one after the other works there. */
export class Seat {
  readonly #events: SeatEvents;
  #worker: Worker | undefined;
  #isListening = false;
  #steady: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #isSteady = false;
  #failures = 0;

  constructor(events: SeatEvents) {
    this.#events = events;
  }

  get isTaken(): boolean {
    return this.#worker !== undefined;
  }

  get isListening(): boolean {
    return this.#isListening;
  }

  /** Whether its worker has listened for a while. */
  get isSteady(): boolean {
    return this.#isSteady;
  }

  /** How many workers in a row have ended here before they were steady. */
  get failures(): number {
    return this.#failures;
  }

  start(): void {
    const worker = cluster.fork();
    this.#worker = worker;
    worker.on("message", (message: unknown) => {
      if (!isWorkerMessage(message)) return;
      if (message.responder === "imported") this.#events.imported(message.path);
      else this.#listens(message.url);
    });
    worker.once("exit", (status, signal) => this.#ends(worker, signal ?? `status ${status}`, status === 0));
    // It could not be started at all; there is no exit then.
    worker.once("error", (error) => this.#ends(worker, error.message, false));
  }

  /** Starts again, the later the more often it has failed. @returns in how many milliseconds */
  startLater(): number {
    const delay = Math.min(FIRST_DELAY * 2 ** (this.#failures - 1), MOST_DELAY);
    this.#restart = setTimeout(() => this.start(), delay);
    return delay;
  }

  /** Asks its worker to stop. @param grace milliseconds for what is under way; without it the usual */
  stop(grace?: number): void {
    clearTimeout(this.#restart);
    const message: StopMessage = { responder: "stop", ...(grace !== undefined && { grace }) };
    // One that is just ending cannot be told any more, and need not be.
    this.#worker?.send(message, () => undefined);
  }

  kill(): void {
    this.#worker?.process.kill("SIGKILL");
  }

  #listens(url: string): void {
    this.#isListening = true;
    this.#steady ??= setTimeout(() => {
      this.#isSteady = true;
      this.#failures = 0;
    }, STEADY);
    this.#events.listening(url);
  }

  #ends(worker: Worker, how: string, hasStopped: boolean): void {
    if (worker !== this.#worker) return;
    clearTimeout(this.#steady);
    const ending = { pid: worker.process.pid, how, isClean: hasStopped || !this.#isListening };
    this.#worker = undefined;
    this.#steady = undefined;
    this.#isListening = false;
    this.#isSteady = false;
    this.#failures++;
    this.#events.ended(this, ending);
  }
}
