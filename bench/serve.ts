/** Runs one contestant in a process of its own: `node bench/serve.ts NAME [ROUTES]`, with a channel to its parent. */
import type { Session } from "node:inspector/promises";
import { startContestant } from "./contestants.ts";

/** Microseconds between two samples of the profiler. */
const SAMPLING = 250;

const [name = "", routes] = process.argv.slice(2);
const before = performance.now();
const { port } = await startContestant(name, routes === undefined ? undefined : Number(routes));
const startMs = performance.now() - before;

let profiler: Session | undefined;

/** What the parent may ask. */
const answers = {
  /** Processor time so far in microseconds, and memory in bytes. */
  usage: () => {
    const { user, system } = process.cpuUsage();
    return { cpu: user + system, memory: process.memoryUsage.rss() };
  },
  /** What is left in the heap after a collection, in bytes. Needs `--expose-gc`. */
  heap: async () => {
    // Twice, and with a turn between: finalizers of the first round let go of more.
    for (let round = 0; round < 2; round++) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    globalThis.gc?.();
    return { heap: process.memoryUsage().heapUsed };
  },
  startProfile: async () => {
    const { Session } = await import("node:inspector/promises");
    profiler = new Session();
    profiler.connect();
    await profiler.post("Profiler.enable");
    await profiler.post("Profiler.setSamplingInterval", { interval: SAMPLING });
    await profiler.post("Profiler.start");
    return "started";
  },
  stopProfile: async () => (await profiler?.post("Profiler.stop"))?.profile,
};

// The parent ends the channel to end the process.
process.on("message", async (question: keyof typeof answers) => process.send?.(await answers[question]()));
process.on("disconnect", () => process.exit(0));
process.send?.({ port, startMs });
