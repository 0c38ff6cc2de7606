import type { Logger } from "./exchange/context.ts";

/** What may happen to an application as a whole. */
export type LifecycleEvent = "startup" | "shutdown";

/** A task at start or stop. The start fails when it throws; the stop goes on. */
export type LifecycleHook = () => unknown;

/** The hooks around an application's life. */
export class Lifecycle {
  readonly #hooks: Record<LifecycleEvent, LifecycleHook[]> = { startup: [], shutdown: [] };
  #started: Promise<void> | undefined;
  #isStarted = false;

  add(event: LifecycleEvent, hook: LifecycleHook): void {
    const hooks = this.#hooks[event];
    if (!Object.hasOwn(this.#hooks, event) || hooks === undefined) {
      throw new TypeError(`api.on() knows "startup" and "shutdown", not ${JSON.stringify(event)}`);
    }
    if (typeof hook !== "function") throw new TypeError(`api.on("${event}") takes a function`);
    hooks.push(hook);
  }

  /** Whether there is nothing to wait for before the first request. */
  get ready(): boolean {
    return this.#isStarted || this.#hooks.startup.length === 0;
  }

  /** Runs the startup hooks in order, once. @throws what the first failing one throws */
  start(): Promise<void> {
    this.#started ??= this.#startAll().catch((error) => {
      // A failed start may be tried again.
      this.#started = undefined;
      throw error;
    });
    return this.#started;
  }

  /** Runs the shutdown hooks, the last registered first. A failure is logged and keeps no other from running. */
  async stop(logger: Logger): Promise<void> {
    for (const hook of this.#hooks.shutdown.toReversed()) {
      try {
        await hook();
      } catch (error) {
        logger.error("A shutdown hook failed", error);
      }
    }
    this.#started = undefined;
    this.#isStarted = false;
  }

  async #startAll(): Promise<void> {
    for (const hook of this.#hooks.startup) await hook();
    this.#isStarted = true;
  }
}
