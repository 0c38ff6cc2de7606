/**
 * What stays in memory: of a server that answered a million requests, beside bare's; and of its heap after each of ten
 * rounds in which some clients go away and some take their time. Exit 1 where it is more than it may be.
 */
import { answers, CONTESTANTS, type ContestantName, contestantOf } from "./contestants.ts";
import { checkAnswer, ENDPOINTS } from "./endpoints.ts";
import { caption, positive, progress, readOptions } from "./options.ts";
import { Generator, PRESSURE, Server } from "./processes.ts";
import { goAway, takeTime } from "./rough-clients.ts";
import { count, markdown, median, megabytes } from "./table.ts";

const HELP = `npm run bench:memory -- [--requests 1000000] [--rounds 10] [--only responder-ts]
  contestants: ${CONTESTANTS.map(({ name }) => name).join(", ")}`;
const MOST_OVER_BARE = 15e6;
/** Of the heap, from its least to the last rounds: what the engine lets go of in between must hide no growth. */
const MOST_GROWTH = 0.05;
const ROUND = { requests: 20_000, away: 200, slow: 20, slowFor: 1000 };

const values = readOptions(HELP, { requests: "1000000", rounds: "10", only: "responder-ts" });
const requests = positive("requests", values.requests, HELP);
const rounds = positive("rounds", values.rounds, HELP);
const others = values.only.split(",").map((name) => contestantOf(name).name);
const generator = await Generator.start();
const faults: string[] = [];

const memories = new Map<ContestantName, number>();
for (const name of ["bare", ...others] as const) memories.set(name, await afterRequests(name));
const bare = memories.get("bare") as number;
const rows = [...memories].map(([name, memory]) => [name, megabytes(memory), megabytes(memory - bare)]);
progress("");
console.log(
  `${markdown(["Contestant", `Memory after ${count(requests)} requests`, "Over bare"], rows, 1)}\n`,
);
for (const [name, memory] of memories) {
  if (memory - bare > MOST_OVER_BARE)
    faults.push(`${name} may have ${megabytes(MOST_OVER_BARE)} more than bare`);
}

const heaps = new Map<ContestantName, number[]>();
for (const name of ["bare", ...others] as const) heaps.set(name, await heapAfterRounds(name));
progress("");
const head = ["Contestant", ...Array.from({ length: rounds }, (_, round) => String(round + 1)), "Growth"];
const lines = [...heaps].map(([name, heap]) => [
  name,
  ...heap.map((bytes) => (bytes / 1e6).toFixed(2)),
  `${(100 * growth(heap)).toFixed(1)} %`,
]);
console.log(`${markdown(head, lines, 1)}\n`);
console.log(
  `Heap after a collection, in MB, after each round of ${count(ROUND.requests)} requests to all endpoints, ` +
    `${ROUND.away} clients that go away and ${ROUND.slow} that take a second; growth from the round with the ` +
    `least to the median of the last three. ${caption()}.`,
);
await generator.stop();
for (const [name, heap] of heaps) {
  if (growth(heap) > MOST_GROWTH) faults.push(`${name}'s heap may grow by ${100 * MOST_GROWTH} %`);
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);

async function afterRequests(name: ContestantName): Promise<number> {
  progress(`${name}: ${count(requests)} requests`);
  const server = await Server.start(name);
  try {
    const asks = await asksOf(name, server, ["json"]);
    await generator.load({ ...PRESSURE, origin: server.origin, asks, requests });
    return (await server.usage()).memory;
  } finally {
    await server.stop();
  }
}

async function heapAfterRounds(name: ContestantName): Promise<number[]> {
  const server = await Server.start(name, { flags: ["--expose-gc"] });
  try {
    const { origin } = server;
    const port = Number(new URL(origin).port);
    const asks = await asksOf(name, server);
    const found: number[] = [];
    // One before it counts: what is filled once is no growth.
    for (let round = 0; round <= rounds; round++) {
      progress(`${name}: heap, round ${round} of ${rounds}`);
      await Promise.all([
        generator.load({ ...PRESSURE, origin, asks, requests: ROUND.requests }),
        goAway(port, ROUND.away),
        takeTime(port, ROUND.slow, ROUND.slowFor),
      ]);
      const heap = await server.heap();
      if (round > 0) found.push(heap);
    }
    return found;
  } finally {
    await server.stop();
  }
}

function asksOf(name: ContestantName, { origin }: Server, only?: readonly string[]) {
  const contestant = contestantOf(name);
  const asked = ENDPOINTS.filter(
    (one) => answers(contestant, one.name) && (!only || only.includes(one.name)),
  );
  return Promise.all(asked.map((endpoint) => checkAnswer(origin, endpoint)));
}

function growth(heap: readonly number[]): number {
  return median(heap.slice(-3)) / Math.min(...heap) - 1;
}
