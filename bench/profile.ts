/**
 * Where a contestant's time goes on one endpoint: `npm run bench:profile -- json [responder-ts]`. The profile itself
 * can be kept with `--keep FOLDER`, for a viewer.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { answers, CONTESTANTS } from "./contestants.ts";
import { checkAnswer, ENDPOINTS } from "./endpoints.ts";
import { caption } from "./options.ts";
import { Generator, PRESSURE, Server } from "./processes.ts";
import { type CPUProfile, type Frame, hottest, shares } from "./profile-frames.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FRAMES = 15;

const { values, positionals } = parseArgs({
  options: { seconds: { type: "string", default: "5" }, keep: { type: "string" } },
  allowPositionals: true,
});
const endpoint = ENDPOINTS.find(({ name }) => name === (positionals[0] ?? "json"));
const contestant = CONTESTANTS.find(({ name }) => name === (positionals[1] ?? "responder-ts"));
if (!endpoint || !contestant || !answers(contestant, endpoint.name)) {
  console.error(
    `npm run bench:profile -- ENDPOINT [CONTESTANT] [--seconds 5] [--keep FOLDER]\n` +
      `  endpoints: ${ENDPOINTS.map(({ name }) => name).join(", ")}; contestants: ${CONTESTANTS.map(({ name }) => name).join(", ")}`,
  );
  process.exit(1);
}

const folder = values.keep ? resolve(values.keep) : await mkdtemp(join(tmpdir(), "profile-"));
try {
  const flags = ["--cpu-prof", "--cpu-prof-interval=250", `--cpu-prof-dir=${folder}`];
  const [server, generator] = await Promise.all([
    Server.start(contestant.name, { flags }),
    Generator.start(),
  ]);
  const asks = [await checkAnswer(server.origin, endpoint)];
  const seconds = Number(values.seconds);
  const { perSecond } = await generator.load({ ...PRESSURE, origin: server.origin, asks, seconds });
  await Promise.all([server.stop(), generator.stop()]);

  const files = (await readdir(folder)).filter((name) => name.endsWith(".cpuprofile")).sort();
  const profile: CPUProfile = JSON.parse(await readFile(join(folder, files.at(-1) as string), "utf8"));
  console.log(
    `${contestant.name}, ${endpoint.name}: ${Math.round(perSecond).toLocaleString("en")} requests/s while profiled; ${caption()}\n`,
  );
  for (const { share, name } of shares(profile, ROOT)) console.log(`${percent(share)}  ${name}`);
  const frames = hottest(profile, ROOT);
  console.log(`\nThe ${FRAMES} frames with the most time of their own:`);
  frames.slice(0, FRAMES).forEach(print);
  const ours = frames.filter(({ place }) => place.startsWith("dist/"));
  if (ours.length > 0) console.log("\nThose of responder-ts:");
  ours.slice(0, FRAMES).forEach(print);
} finally {
  if (!values.keep) await rm(folder, { recursive: true, force: true });
}

function print({ share, name, place }: Frame): void {
  console.log(`${percent(share)}  ${name.padEnd(34)}  ${place}`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1).padStart(5)} %`;
}
