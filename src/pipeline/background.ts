import type { Logger } from "../exchange/context.ts";

/** Tasks that outlive their request. A graceful stop waits for them. */
export class BackgroundTasks {
  readonly #running = new Set<Promise<void>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Starts tasks. A failure is logged and keeps no other from running. The promise never rejects. */
  async start(tasks: readonly (() => unknown)[]): Promise<void> {
    const started = tasks.map((task) => {
      const running = this.#run(task).finally(() => this.#running.delete(running));
      this.#running.add(running);
      return running;
    });
    await Promise.all(started);
  }

  /** When all are through, those that others started included. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #run(task: () => unknown): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#logger.error("A background task failed", error);
    }
  }
}
