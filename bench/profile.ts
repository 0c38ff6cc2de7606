/**
 * Where a contestant's time goes on one endpoint, as a flame graph in text and the most expensive functions:
 * `npm run bench:profile -- json [responder-ts]`. Only the load is profiled, no start and no warm-up.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { answers, type Contestant, contestantsOn, type Runtime } from "./contestants.ts";
import { checkAnswer, ENDPOINTS, type Endpoint } from "./endpoints.ts";
import { caption, fail, positive } from "./options.ts";
import { Generator, PRESSURE, PRESSURE_ON_BUN, Server } from "./processes.ts";
import { callTree, hottest, shares } from "./profile-frames.ts";
import { ownerOf, placeOf } from "./profile-places.ts";
import { flameGraph, frameTable, percent } from "./profile-text.ts";

const WARM_UP = 2;
const FRAMES = 10;

const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).join(", ");
const HELP = `npm run bench:profile -- ENDPOINT [CONTESTANT] [--seconds 3] [--least 1] [--bun] [--keep FOLDER]
  ENDPOINT    ${names(ENDPOINTS)}
  CONTESTANT  ${names(contestantsOn("node"))}.
              Default: responder-ts, and where the endpoint takes a token responder-ts-remembering too
  --seconds   how long it is profiled, after a warm-up of ${WARM_UP} s
  --least     percent of the time under which a call is left out of the flame graph
  --bun       on Bun: ${names(contestantsOn("bun"))}
  --keep      writes the profiles to this folder, for a viewer such as the developer tools of a browser`;

const { values, positionals } = readArguments();
const runtime: Runtime = values.bun ? "bun" : "node";
const seconds = positive("seconds", values.seconds, HELP, false);
const least = positive("least", values.least, HELP, false) / 100;
const [endpointName, contestantName] = positionals;
const endpoint = ENDPOINTS.find(({ name }) => name === endpointName);
if (!endpoint) fail(`Name an endpoint: ${names(ENDPOINTS)}`, HELP);
const wanted = contestantName ? [contestantName] : ["responder-ts", "responder-ts-remembering"];
const contestants = contestantsOn(runtime).filter(
  (contestant) => wanted.includes(contestant.name) && answers(contestant, endpoint.name),
);
if (contestants.length === 0) fail(`No contestant ${contestantName} that answers ${endpoint.name}`, HELP);

for (const contestant of contestants) await report(contestant, endpoint);

async function report({ name }: Contestant, endpoint: Endpoint): Promise<void> {
  const pressure = runtime === "bun" ? PRESSURE_ON_BUN : PRESSURE;
  const [server, generator] = await Promise.all([Server.start(name, { runtime }), Generator.start()]);
  const order = { ...pressure, origin: server.origin, asks: [await checkAnswer(server.origin, endpoint)] };
  await generator.load({ ...order, seconds: WARM_UP });
  await server.startProfile();
  const { perSecond } = await generator.load({ ...order, seconds });
  const profile = await server.stopProfile();
  await Promise.all([server.stop(), generator.stop()]);

  const tree = callTree(profile, placeOf);
  const frames = hottest(tree);
  const rate = Math.round(perSecond).toLocaleString("en");
  console.log(`# ${name}, ${endpoint.name}: ${rate} requests/s while profiled; ${caption(runtime)}\n`);
  for (const { name, share } of shares(tree, ownerOf))
    if (share > 0.001) console.log(`${percent(share)}  ${name}`);
  console.log(`\n${flameGraph(tree, least)}`);
  console.log(
    `\nThe ${FRAMES} functions with the most time of their own:\n${frameTable(frames.slice(0, FRAMES))}`,
  );
  const ours = frames.filter(({ place }) => place.startsWith("src/")).slice(0, FRAMES);
  if (ours.length > 0) console.log(`\nThose of responder-ts:\n${frameTable(ours)}`);
  console.log("");
  if (values.keep) {
    await mkdir(values.keep, { recursive: true });
    const file = `${endpoint.name}-${name}-${runtime}.cpuprofile`;
    await writeFile(join(values.keep, file), JSON.stringify(profile));
  }
}

function readArguments() {
  try {
    const read = parseArgs({
      options: {
        seconds: { type: "string", default: "3" },
        least: { type: "string", default: "1" },
        bun: { type: "boolean", default: false },
        keep: { type: "string" },
        help: { type: "boolean", default: false },
      },
      allowPositionals: true,
    });
    if (!read.values.help) return read;
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error), HELP);
  }
  console.log(HELP);
  process.exit(0);
}
