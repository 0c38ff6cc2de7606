/** What more connections cost: every contestant on `/json` with 1, 64 and 1,000 of them, as a ratio to bare's. */
import { answers, CONTESTANTS, type Contestant } from "./contestants.ts";
import { checkAnswer, ENDPOINTS, type Endpoint } from "./endpoints.ts";
import { measure, type Run } from "./measure.ts";
import { caption, chosenContestants, positive, progress, readOptions } from "./options.ts";
import { Generator } from "./processes.ts";
import { count, markdown, median, milliseconds, ratios } from "./table.ts";

const COUNTS = [1, 64, 1000] as const;
const HELP = `npm run bench:connections -- [--rounds 3] [--seconds 2] [--only responder-ts,hono] [--all]
  contestants: ${CONTESTANTS.map(({ name }) => name).join(", ")}`;

const values = readOptions(HELP, { rounds: "3", seconds: "2", only: "", all: false });
const rounds = positive("rounds", values.rounds, HELP);
const seconds = positive("seconds", values.seconds, HELP, false);
const [bare] = CONTESTANTS as [Contestant];
const endpoint = ENDPOINTS.find(({ name }) => name === "json") as Endpoint;
const contestants = chosenContestants(values.only.split(","), values.all).filter(
  (contestant) => contestant !== bare && answers(contestant, endpoint.name),
);

const generator = await Generator.start();
const lines: string[][] = [];
for (const connections of COUNTS) lines.push(...(await measured(connections)));
await generator.stop();
progress("");
const head = [
  "Connections",
  "Contestant",
  "Ratio to bare",
  "By CPU time",
  "Requests/s",
  "p50",
  "p99",
  "p99, in bare's",
];
console.log(`${markdown(head, lines, 2)}\n`);
console.log(
  `${rounds} interleaved rounds of ${seconds} s on ${endpoint.ask.path}, one request under way on each connection; ${caption()}.`,
);

async function measured(connections: number): Promise<string[][]> {
  const lanes = [bare, bare, ...contestants].map(({ name }, at) => ({
    name,
    label: at === 1 ? "bare, again" : name,
    runs: [] as Run[],
  }));
  const [base] = lanes as [(typeof lanes)[number]];
  const check = async (origin: string) => [await checkAnswer(origin, endpoint)];
  const pressure = { connections, pipelined: 1 };
  for (let round = 1; round <= rounds; round++) {
    for (const { name, label, runs } of lanes) {
      progress(`${connections} connections, round ${round} of ${rounds}: ${label}`);
      runs.push(await measure(generator, { name, warmUp: Math.min(1, seconds), seconds, pressure, check }));
    }
  }
  return lanes.map((lane) => [
    count(connections),
    lane.label,
    ratios(lane, base, ({ perSecond }) => perSecond),
    ratios(lane, base, ({ cpuPerRequest }) => 1 / cpuPerRequest),
    count(median(lane.runs.map(({ perSecond }) => perSecond))),
    milliseconds(median(lane.runs.map(({ p50 }) => p50))),
    milliseconds(median(lane.runs.map(({ p99 }) => p99))),
    ratios(lane, base, ({ p99 }) => p99),
  ]);
}
