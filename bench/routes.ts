/** What more routes cost: each contestant's speed with 100, 1,000 and 10,000 of them, as a ratio to its own with 10. */
import type { Ask } from "./ask.ts";
import { CONTESTANTS, type Contestant } from "./contestants.ts";
import { measure, type Run } from "./measure.ts";
import { caption, chosenContestants, positive, progress, readOptions } from "./options.ts";
import { Generator } from "./processes.ts";
import { asksOf, expectedBody } from "./route-set.ts";
import { count, markdown, median, milliseconds, ratios } from "./table.ts";

const COUNTS = [10, 100, 1000, 10_000] as const;
/** Fewer requests at once than elsewhere: some look for a route for milliseconds. */
const PRESSURE = { connections: 20, pipelined: 5 };
const HELP = `npm run bench:routes -- [--rounds 3] [--seconds 1] [--only responder-ts,hono] [--all]
  contestants: ${CONTESTANTS.map(({ name }) => name).join(", ")}`;

const values = readOptions(HELP, { rounds: "3", seconds: "1", only: "", all: false });
const rounds = positive("rounds", values.rounds, HELP);
const seconds = positive("seconds", values.seconds, HELP, false);
const contestants = chosenContestants(values.only.split(","), values.all).filter(({ remember }) => !remember);

const generator = await Generator.start();
const lines: string[][] = [];
for (const contestant of contestants) lines.push(...(await measured(contestant)));
await generator.stop();
progress("");
const head = ["Contestant", "Routes", "Ratio to 10", "By CPU time", "Requests/s", "Load and register", "p99"];
console.log(`${markdown(head, lines, 1)}\n`);
console.log(
  `${rounds} interleaved rounds of ${seconds} s; 100 different requests in turn, spread evenly over the routes, half of them with ` +
    `two parameters; bare looks the path up in a table. ${caption()}.`,
);

async function measured({ name }: Contestant): Promise<string[][]> {
  const lanes = COUNTS.map((routes) => ({ routes, runs: [] as Run[] }));
  const [base] = lanes as [(typeof lanes)[number]];
  for (let round = 1; round <= rounds; round++) {
    for (const { routes, runs } of lanes) {
      progress(`${name}, round ${round} of ${rounds}: ${routes} routes`);
      const check = (origin: string) => checkRoutes(origin, routes);
      const order = { name, routes, warmUp: Math.min(1, seconds), seconds, pressure: PRESSURE, check };
      runs.push(await measure(generator, order));
    }
  }
  return lanes.map((lane) => [
    name,
    count(lane.routes),
    ratios(lane, base, ({ perSecond }) => perSecond),
    ratios(lane, base, ({ cpuPerRequest }) => 1 / cpuPerRequest),
    count(median(lane.runs.map(({ perSecond }) => perSecond))),
    milliseconds(median(lane.runs.map(({ startMs }) => startMs))),
    milliseconds(median(lane.runs.map(({ p99 }) => p99))),
  ]);
}

async function checkRoutes(origin: string, routes: number): Promise<Ask[]> {
  const asks = asksOf(routes);
  for (const { path } of asks) {
    const response = await fetch(origin + path);
    const body = await response.text();
    if (response.status === 200 && body === expectedBody(path)) continue;
    throw new Error(`${path} was answered with ${response.status}: ${JSON.stringify(body)}`);
  }
  const { status } = await fetch(`${origin}/area-${routes}/items`);
  if (status !== 404) throw new Error(`A path that has no route was answered with ${status}`);
  return asks;
}
