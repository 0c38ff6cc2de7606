/** One verification, or what it is compared with. What it gives is looked at: nothing false may count. */
export type Act = (turn: number, worker: number) => unknown;

export interface Pace {
  /** In microseconds: how long one took, with as many under way as there were. */
  readonly each: number;
  /** Processor time of the process for one, in microseconds. */
  readonly cpu: number;
  /** From the call to what it gave, in microseconds; null where nothing was waited for. */
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface PaceOptions {
  readonly seconds: number;
  /** How many are under way at once. */
  readonly concurrency: number;
}

/** Acts that do not wait are timed by so many. */
const BATCH = 32;

/** @throws Error where an act gives null, undefined or false: then it was fast because it did nothing */
export async function pace(act: Act, { seconds, concurrency }: PaceOptions): Promise<Pace> {
  const waits: number[] = [];
  let turns = 0;
  const [cpuBefore, started] = [process.cpuUsage(), performance.now()];
  const end = started + seconds * 1000;
  const work = async (worker: number) => {
    for (let now = started; now < end; ) {
      const given = act(turns++, worker);
      if (given instanceof Promise) {
        refuseNothing(await given);
        const after = performance.now();
        waits.push(after - now);
        now = after;
      } else {
        refuseNothing(given);
        if (turns % BATCH === 0) now = performance.now();
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => work(worker)));
  const elapsed = performance.now() - started;
  const { user, system } = process.cpuUsage(cpuBefore);
  waits.sort((a, b) => a - b);
  const percentile = (part: number) => {
    const wait = waits[Math.floor(waits.length * part)];
    return wait === undefined ? null : wait * 1000;
  };
  return {
    each: (elapsed * 1000) / turns,
    cpu: (user + system) / turns,
    p50: percentile(0.5),
    p99: percentile(0.99),
  };
}

function refuseNothing(given: unknown): void {
  if (given === null || given === undefined || given === false) {
    throw new Error("A credential that is good was refused while it was measured");
  }
}

/** Each in its turn, over and over. */
export function at<Value>(values: readonly Value[], turn: number): Value {
  return values[turn % values.length] as Value;
}
