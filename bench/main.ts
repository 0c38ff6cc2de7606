/**
 * How many requests each contestant answers, as a ratio to bare `node:http` in the same round. Rounds are interleaved
 * (A B C D, A B C D, …), so that whatever else the machine does meets all alike; bare runs twice, and the second shows
 * how much of a ratio is noise.
 */
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { coldStart } from "./cold-start.ts";
import { answers, CONTESTANTS, type Contestant } from "./contestants.ts";
import { checkAnswer, ENDPOINTS, type Endpoint } from "./endpoints.ts";
import { measure } from "./measure.ts";
import { caption, chosenContestants, fail, positive, progress, readOptions } from "./options.ts";
import { Generator, PRESSURE } from "./processes.ts";
import { type ColdStarts, coldStartTable, type Row, table } from "./table.ts";

/** Seconds. */
const WARM_UP = 0.7;
const COLD_ROUNDS = 7;

const HELP = `npm run bench -- [--rounds 3] [--seconds 1] [--only me,fastify] [--all] [--json FILE]
  --rounds   how often each contestant is measured
  --seconds  how long each measurement takes, after a warm-up of ${WARM_UP} s at most
  --only     endpoints (${ENDPOINTS.map(({ name }) => name).join(", ")}),
             contestants (${CONTESTANTS.map(({ name }) => name).join(", ")}), or "cold" for the cold start
  --all      every contestant
  --json     writes every figure of every round to this file`;

const values = readOptions(HELP, { rounds: "3", seconds: "1", only: "", all: false, json: "" });
const rounds = positive("rounds", values.rounds, HELP);
const seconds = positive("seconds", values.seconds, HELP, false);
const only = values.only.split(",").filter(Boolean);
const known = [...ENDPOINTS, ...CONTESTANTS].map(({ name }) => name as string);
const unknown = only.filter((name) => name !== "cold" && !known.includes(name));
if (unknown.length > 0) fail(`Unknown: ${unknown.join(", ")}`, HELP);
const namesEndpoints = only.includes("cold") || ENDPOINTS.some(({ name }) => only.includes(name));
const endpoints = ENDPOINTS.filter(({ name }) => !namesEndpoints || only.includes(name));
const contestants = chosenContestants(only, values.all).filter(({ name }) => name !== "bare");
const [bare] = CONTESTANTS as [Contestant];
const began = Date.now();

const rows: Row[] = [];
const generator = await Generator.start();
for (const endpoint of endpoints) rows.push(...(await measured(endpoint)));
await generator.stop();
const coldStarts = !namesEndpoints || only.includes("cold") ? await measuredColdStarts() : [];
progress("");

if (rows.length > 0) console.log(`${table(rows)}\n`);
if (coldStarts.length > 0) console.log(`${coldStartTable(coldStarts)}\n`);
const left = contestants.filter(({ leavesOut, remember }) => leavesOut && !remember);
for (const { name, leavesOut } of left) console.log(`Not all of ${name}: ${leavesOut}.`);
const rate = `${PRESSURE.connections} connections with ${PRESSURE.pipelined} requests under way on each`;
console.log(
  `${rounds} interleaved rounds of ${seconds} s, ${rate}, and ${COLD_ROUNDS} cold starts; ${caption()}; ` +
    `${Math.round((Date.now() - began) / 1000)} s in all. ` +
    "Ratio: median of the rounds (lowest–highest). Where the server was not busy, the generator or other work of the " +
    "machine was what held it up, and its processor time tells more.",
);
if (values.json) {
  const [cpu] = cpus();
  const about = { date: new Date().toISOString(), setting: caption(), cpu: cpu?.model, rounds, seconds };
  await writeFile(
    values.json,
    `${JSON.stringify({ ...about, pressure: PRESSURE, rows, coldStarts }, null, 2)}\n`,
  );
}

async function measured(endpoint: Endpoint): Promise<Row[]> {
  const lanes = [
    { contestant: bare, label: "bare `node:http`" },
    { contestant: bare, label: "bare, again" },
    ...contestants
      .filter((contestant) => answers(contestant, endpoint.name))
      .map((contestant) => ({ contestant, label: contestant.name })),
  ].map((lane) => ({ ...lane, row: { label: lane.label, endpoint: endpoint.name, runs: [] } as Row }));
  for (let round = 1; round <= rounds; round++) {
    for (const { contestant, label, row } of lanes) {
      progress(`${endpoint.name}, round ${round} of ${rounds}: ${label}`);
      const check = async (origin: string) => [await checkAnswer(origin, endpoint)];
      row.runs.push(
        await measure(generator, {
          name: contestant.name,
          warmUp: Math.min(WARM_UP, seconds),
          seconds,
          check,
        }),
      );
    }
  }
  return lanes.map(({ row }) => row);
}

async function measuredColdStarts(): Promise<ColdStarts[]> {
  const named = contestants.filter(({ remember }) => !remember);
  const lanes = [
    { name: bare.name, label: "bare `node:http`", starts: [] as ColdStarts["starts"] },
    { name: bare.name, label: "bare, again", starts: [] as ColdStarts["starts"] },
    ...named.map(({ name }) => ({ name, label: name as string, starts: [] as ColdStarts["starts"] })),
  ];
  // Once before it counts: then every file is in the machine's cache.
  for (const { name } of lanes) await coldStart(name);
  for (let round = 1; round <= COLD_ROUNDS; round++) {
    for (const { name, starts } of lanes) {
      progress(`cold start, round ${round} of ${COLD_ROUNDS}: ${name}`);
      starts.push(await coldStart(name));
    }
  }
  return lanes;
}
