/**
 * How many requests each contestant answers, as a ratio to bare `node:http`, or on Bun to bare `Bun.serve` and to bare
 * `node:http`, in the same round. Rounds are interleaved
 * (A B C D, A B C D, …), so that whatever else the machine does meets all alike; bare runs twice, and the second shows
 * how much of a ratio is noise.
 */
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { coldStart } from "./cold-start.ts";
import { answers, CONTESTANTS, type Contestant, contestantsOn, type Runtime } from "./contestants.ts";
import { checkAnswer, ENDPOINTS, type Endpoint } from "./endpoints.ts";
import { measure } from "./measure.ts";
import { caption, chosenContestants, fail, positive, progress, readOptions } from "./options.ts";
import { Generator, PRESSURE, PRESSURE_ON_BUN } from "./processes.ts";
import { type ColdStarts, coldStartTable, type Row, table } from "./table.ts";

/** What is measured in each round, in this order. */
interface Lane {
  readonly contestant: Contestant;
  readonly label: string;
  readonly runtime: Runtime;
}

/** Seconds at most, on Bun always: its compiler is at work for longer than V8's. */
const WARM_UP: Readonly<Record<Runtime, number>> = { node: 0.7, bun: 1.5 };
const COLD_ROUNDS = 7;

const HELP = `npm run bench -- [--rounds 3] [--seconds 1] [--only me,fastify] [--all] [--bun] [--json FILE]
  --rounds   how often each contestant is measured
  --seconds  how long each measurement takes, after a warm-up of ${WARM_UP.node} s at most, on Bun of ${WARM_UP.bun} s
  --only     endpoints (${ENDPOINTS.map(({ name }) => name).join(", ")}),
             contestants (${CONTESTANTS.map(({ name }) => name).join(", ")}), or "cold" for the cold start
  --all      every contestant
  --bun      those that run on Bun, on Bun: ${contestantsOn("bun")
    .map(({ name }) => name)
    .join(", ")}
  --json     writes every figure of every round to this file`;

const values = readOptions(HELP, { rounds: "3", seconds: "1", only: "", all: false, bun: false, json: "" });
const rounds = positive("rounds", values.rounds, HELP);
const seconds = positive("seconds", values.seconds, HELP, false);
const only = values.only.split(",").filter(Boolean);
const runtime: Runtime = values.bun ? "bun" : "node";
const known = [...ENDPOINTS, ...contestantsOn(runtime)].map(({ name }) => name as string);
const unknown = only.filter((name) => name !== "cold" && !known.includes(name));
if (unknown.length > 0) fail(`Unknown: ${unknown.join(", ")}`, HELP);
const namesEndpoints = only.includes("cold") || ENDPOINTS.some(({ name }) => only.includes(name));
const endpoints = ENDPOINTS.filter(({ name }) => !namesEndpoints || only.includes(name));
const contestants = chosenContestants(only, values.all || values.bun, runtime).filter(
  ({ name }) => name !== "bare",
);
const [bare] = contestantsOn(runtime) as [Contestant];
const ON_NODE = "bare `node:http`";
const bareLabel = runtime === "bun" ? "bare `Bun.serve`" : ON_NODE;
/** On Bun, Node runs in the same rounds: how much is the runtime's, and how much the framework's? */
const lanes: readonly Lane[] = [
  { contestant: bare, label: bareLabel, runtime },
  { contestant: bare, label: "bare, again", runtime },
  ...(runtime === "bun" ? [{ contestant: bare, label: ON_NODE, runtime: "node" as const }] : []),
  ...contestants.map((contestant) => ({ contestant, label: contestant.name, runtime })),
];
const pressure = values.bun ? PRESSURE_ON_BUN : PRESSURE;
const began = Date.now();

const rows: Row[] = [];
const generator = await Generator.start();
/** Rows of contestants that failed under load, and how. */
const failures = new Map<Row, string>();
for (const endpoint of endpoints) rows.push(...(await measured(endpoint)));
await generator.stop();
const coldStarts = !namesEndpoints || only.includes("cold") ? await measuredColdStarts() : [];
progress("");

if (rows.length > 0)
  console.log(
    `${table(rows, runtime === "bun" ? { label: ON_NODE, column: "Ratio to `node:http`" } : undefined)}\n`,
  );
if (coldStarts.length > 0) console.log(`${coldStartTable(coldStarts)}\n`);
const left = contestants.filter(({ leavesOut, remember }) => leavesOut && !remember);
for (const failure of failures.values()) console.log(`Left out, because it failed: ${failure}`);
for (const { name, leavesOut } of left) console.log(`Not all of ${name}: ${leavesOut}.`);
const rate = `${pressure.connections} connections with ${pressure.pipelined} under way on each`;
console.log(
  `${rounds} interleaved rounds of ${seconds} s, ${rate}, and ${COLD_ROUNDS} cold starts; ${caption(runtime)}; ` +
    `${Math.round((Date.now() - began) / 1000)} s in all. ` +
    "Ratio: median of the rounds (lowest–highest). Where the server was not busy, the generator or other work of the " +
    "machine was what held it up, and its processor time tells more.",
);
if (values.json) {
  const [cpu] = cpus();
  const about = {
    date: new Date().toISOString(),
    setting: caption(runtime),
    cpu: cpu?.model,
    rounds,
    seconds,
  };
  await writeFile(values.json, `${JSON.stringify({ ...about, pressure, rows, coldStarts }, null, 2)}\n`);
}

async function measured(endpoint: Endpoint): Promise<Row[]> {
  const measurements = lanes
    .filter(({ contestant }) => answers(contestant, endpoint.name))
    .map((lane) => ({ ...lane, row: { label: lane.label, endpoint: endpoint.name, runs: [] } as Row }));
  const check = async (origin: string) => [await checkAnswer(origin, endpoint)];
  for (let round = 1; round <= rounds; round++) {
    for (const { contestant, label, runtime, row } of measurements) {
      progress(`${endpoint.name}, round ${round} of ${rounds}: ${label}`);
      const warmUp = values.bun ? WARM_UP.bun : Math.min(WARM_UP.node, seconds);
      if (failures.has(row)) continue;
      try {
        row.runs.push(
          await measure(generator, { name: contestant.name, runtime, warmUp, seconds, pressure, check }),
        );
      } catch (error) {
        // One that fails under load takes nobody else's figures with it; ours and bare end the run.
        if (/^(bare|responder-ts)/.test(contestant.name)) throw error;
        failures.set(row, `${label}, ${endpoint.name}: ${(error as Error).message}`);
      }
    }
  }
  return measurements.map(({ row }) => row).filter((row) => !failures.has(row));
}

async function measuredColdStarts(): Promise<ColdStarts[]> {
  const programs = lanes
    .filter(({ contestant }) => !contestant.remember)
    .map((lane) => ({ ...lane, starts: [] as ColdStarts["starts"] }));
  // Once before it counts: then every file is in the machine's cache.
  for (const { contestant, runtime } of programs) await coldStart(contestant.name, runtime);
  for (let round = 1; round <= COLD_ROUNDS; round++) {
    for (const { contestant, label, runtime, starts } of programs) {
      progress(`cold start, round ${round} of ${COLD_ROUNDS}: ${label}`);
      starts.push(await coldStart(contestant.name, runtime));
    }
  }
  return programs.map(({ label, starts }) => ({ label, starts }));
}
