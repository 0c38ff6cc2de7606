import type { Ask } from "./ask.ts";
import type { ContestantName } from "./contestants.ts";
import { type Generator, PRESSURE, type Pressure, Server, type ServerOptions } from "./processes.ts";

/** One measurement. */
export interface Run {
  readonly perSecond: number;
  /** Processor time of the server, in microseconds. */
  readonly cpuPerRequest: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** What the server's process has in memory when the load ends, in bytes. */
  readonly memory: number;
  /** The part of the time in which the server computed: well under 1, the generator was what held it up. */
  readonly busy: number;
  /** How long the contestant took to load and to register, in milliseconds. */
  readonly startMs: number;
}

export interface Measurement extends ServerOptions {
  readonly name: ContestantName;
  readonly warmUp: number;
  readonly seconds: number;
  readonly pressure?: Pressure;
  /** Checks the answers, and says what to ask. */
  check(origin: string): Promise<readonly Ask[]>;
}

/** Starts a fresh process, checks it, warms it up, loads it. */
export async function measure(generator: Generator, measurement: Measurement): Promise<Run> {
  const { name, warmUp, seconds, pressure = PRESSURE } = measurement;
  const server = await Server.start(name, measurement);
  try {
    const { origin } = server;
    const order = { ...pressure, origin, asks: await measurement.check(origin) };
    await generator.load({ ...order, seconds: warmUp });
    const [before, started] = [await server.usage(), performance.now()];
    const { requests, perSecond, p50, p99 } = await generator.load({ ...order, seconds });
    const elapsed = (performance.now() - started) * 1000;
    const { cpu, memory } = await server.usage();
    const used = cpu - before.cpu;
    return {
      perSecond,
      cpuPerRequest: used / requests,
      p50,
      p99,
      memory,
      busy: Math.min(1, used / elapsed),
      startMs: server.startMs,
    };
  } finally {
    await server.stop();
  }
}
