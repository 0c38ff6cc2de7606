/**
 * How many requests each contestant answers, as a ratio to bare `node:http` in the same round. Rounds are interleaved
 * (A B C D, A B C D, …), so that whatever else the machine does meets all alike; bare runs twice, and the second shows
 * how much of a ratio is noise.
 */
import { parseArgs } from "node:util";
import { CONTESTANTS, type ContestantName } from "./contestants.ts";
import { checkAnswer, ENDPOINTS, type Endpoint } from "./endpoints.ts";
import { LOAD, load, pinned, Server } from "./processes.ts";
import { type Row, table } from "./table.ts";

const HELP = `npm run bench -- [--rounds 5] [--seconds 2] [--only text,json,fastify]
  --rounds   how often each contestant is measured
  --seconds  how long each measurement takes, after half as long a warm-up
  --only     endpoints (${ENDPOINTS.map(({ name }) => name).join(", ")}) and contestants (${CONTESTANTS.join(", ")})`;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    only: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const rounds = positive("rounds", values.rounds);
const seconds = positive("seconds", values.seconds);
const only = values.only.split(",").filter(Boolean);
const endpoints = chosen(ENDPOINTS, ({ name }) => name);
const contestants = chosen(CONTESTANTS, (name) => name).filter((name) => name !== "bare");
const unknown = only.filter(
  (name) => !ENDPOINTS.some((one) => one.name === name) && !CONTESTANTS.some((one) => one === name),
);
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(", ")}\n\n${HELP}`);
  process.exit(1);
}

const rows: Row[] = [];
for (const endpoint of endpoints) {
  const lanes: Row[] = [
    lane("bare", "bare `node:http`"),
    lane("bare", "bare, again"),
    ...contestants.map((name) => lane(name, name)),
  ].map(({ name, label }) => ({ name, label, endpoint: endpoint.name, runs: [] }));
  for (let round = 1; round <= rounds; round++) {
    for (const row of lanes) {
      row.runs.push(await measure(row.name, endpoint));
      process.stderr.write(`\r${endpoint.name}, round ${round} of ${rounds}: ${row.label}`.padEnd(60));
    }
  }
  rows.push(...lanes);
}
process.stderr.write(`\r${" ".repeat(60)}\r`);
console.log(table(rows));
console.log(
  `\nNode ${process.version}, ${rounds} interleaved rounds of ${seconds} s, ${LOAD}; ` +
    `${pinned ? "server and generator each on a core of their own" : "server and generator not pinned to cores"}. ` +
    "Ratio: median of the rounds (lowest–highest). Where the server was not busy, the generator or other work of the " +
    "machine was what held it up, and its processor time tells more.",
);

function lane(name: ContestantName, label: string) {
  return { name, label };
}

async function measure(name: ContestantName, endpoint: Endpoint): Promise<Row["runs"][number]> {
  const server = await Server.start(name);
  try {
    await checkAnswer(server.origin, endpoint);
    await load(server, endpoint, Math.max(1, Math.round(seconds / 2)));
    const [cpuBefore, clockBefore] = [await server.cpu(), process.hrtime.bigint()];
    const { requests, perSecond } = await load(server, endpoint, seconds);
    const cpu = (await server.cpu()) - cpuBefore;
    const elapsed = Number(process.hrtime.bigint() - clockBefore) / 1000;
    return {
      perSecond,
      cpuPerRequest: cpu / requests,
      busy: Math.min(1, cpu / Math.min(elapsed, seconds * 1e6)),
    };
  } finally {
    await server.stop();
  }
}

/** Those that `--only` names; all of them where it names none of this kind. */
function chosen<Item>(items: readonly Item[], nameOf: (item: Item) => string): Item[] {
  const named = items.filter((item) => only.includes(nameOf(item)));
  return named.length > 0 ? named : [...items];
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`--${option} takes a whole number from 1\n\n${HELP}`);
  process.exit(1);
}
