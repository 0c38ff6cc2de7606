/**
 * What it costs to verify each kind of credential, on each store, beside bare `node:crypto` or one bare round trip of the
 * store's driver; and what it costs with a million of them beside a thousand.
 */
import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { fail, positive, progress, readOptions } from "./options.ts";
import { type Case, KINDS, type Kind } from "./verifications/case.ts";
import { CRYPTO_CASES } from "./verifications/crypto-cases.ts";
import { type Growth, growthTable, measureGrowth, outgrown } from "./verifications/growth.ts";
import { type Measured, measureAll, verificationTable } from "./verifications/measured.ts";
import { openPlace } from "./verifications/open.ts";
import { PLACE_NAMES, type Place, type PlaceName } from "./verifications/places.ts";
import { FEW, STORE_CASES } from "./verifications/store-cases.ts";

const GROWING: readonly PlaceName[] = ["sqlite", "postgresql"];
const HELP = `npm run bench:credentials -- [--rounds 5] [--seconds 0.3] [--only api-key,sqlite] [--rows 1000000] [--json FILE]
  --rounds   how often each is measured, after one round that does not count
  --seconds  how long each measurement takes
  --only     kinds (${KINDS.join(", ")}),
             stores (${PLACE_NAMES.join(", ")}), or "growth" for the growth alone
  --rows     how many keys and sessions the growth is measured with, beside ${FEW}; 0 leaves it out
  --json     writes every figure of every round to this file`;

const values = readOptions(HELP, { rounds: "5", seconds: "0.3", only: "", rows: "1000000", json: "" });
const rounds = positive("rounds", values.rounds, HELP);
const seconds = positive("seconds", values.seconds, HELP, false);
const rows = values.rows === "0" ? 0 : positive("rows", values.rows, HELP);
const only = values.only.split(",").filter(Boolean);
const unknown = only.filter((name) => ![...KINDS, ...PLACE_NAMES, "growth"].includes(name));
if (unknown.length > 0) fail(`Unknown: ${unknown.join(", ")}`, HELP);
const namedKinds = KINDS.filter((kind) => only.includes(kind));
const namedPlaces = PLACE_NAMES.filter((name) => only.includes(name));
const kinds: readonly Kind[] = namedKinds.length > 0 || only.includes("growth") ? namedKinds : KINDS;
const places = namedPlaces.length > 0 ? namedPlaces : PLACE_NAMES;
const growing = namedKinds.length === 0 || only.includes("growth") ? GROWING : [];
const began = Date.now();

const notes: string[] = [];
const opened = new Set<Place>();
process.once("SIGINT", async () => {
  await closeAll();
  process.exit(130);
});

const measured: Measured[] = [];
const grown: Growth[] = [];
try {
  if (places.includes("memory")) for (const [kind, make] of CRYPTO_CASES) await measureKind(kind, make);
  const kindsInPlaces = STORE_CASES.filter(([kind]) => kinds.includes(kind));
  for (const name of kindsInPlaces.length > 0 ? places : []) {
    await inPlaces([name], async ([place]) => {
      await place.fill(FEW);
      for (const [kind, make] of kindsInPlaces) await measureKind(kind, () => make(place));
    });
  }
  for (const name of growing.filter((name) => rows > 0 && places.includes(name))) {
    await inPlaces([name, name], async ([small, large]) => {
      // A small difference shows in many short rounds rather than in a few long ones.
      const often = { rounds: 4 * rounds, seconds: seconds / 2 };
      const options = { ...often, few: Math.min(FEW, rows), many: rows, report: progress };
      grown.push(...(await measureGrowth([small, large], options)));
    });
  }
} finally {
  await closeAll();
}
progress("");

if (measured.length > 0) console.log(`${verificationTable(measured)}\n`);
if (grown.length > 0) console.log(`${growthTable(grown)}\n`);
for (const note of notes) console.log(note);
const [cpu] = cpus();
const load = loadavg().map((value) => value.toFixed(2));
const about = `Node ${process.version}, everything in one process; load average ${load.join(", ")}`;
console.log(
  `${rounds} interleaved rounds of ${seconds} s; ${about}; ${Math.round((Date.now() - began) / 1000)} s in all. ` +
    "Ratio: median of the rounds (lowest–highest); what it costs to answer a request at all is taken off of sessions " +
    "and cookies, but not off of their p50 and p99.",
);
if (values.json) {
  const date = new Date().toISOString();
  const figures = { date, about, cpu: cpu?.model, rounds, seconds, notes, measured, grown };
  await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
}
for (const fault of outgrown(grown)) {
  console.error(fault);
  process.exitCode = 1;
}

async function measureKind(kind: Kind, make: () => Case | Promise<Case>): Promise<void> {
  if (kinds.includes(kind)) {
    measured.push(...(await measureAll(await make(), { rounds, seconds }, progress)));
  }
}

/** Opens places, and removes everything in them again. One that cannot be reached is noted. */
async function inPlaces<Names extends readonly PlaceName[]>(
  names: readonly [...Names],
  work: (places: { readonly [Index in keyof Names]: Place }) => Promise<void>,
): Promise<void> {
  for (const name of names) {
    const place = await openPlace(name);
    if (typeof place !== "string") opened.add(place);
    else if (!notes.includes(place)) notes.push(place);
  }
  if (opened.size === names.length) {
    await work([...opened] as unknown as { readonly [Index in keyof Names]: Place });
  }
  await closeAll();
}

async function closeAll(): Promise<void> {
  const all = [...opened];
  opened.clear();
  for (const closed of await Promise.allSettled(all.map((place) => place.close()))) {
    if (closed.status === "rejected") notes.push(`Something is left behind: ${String(closed.reason)}`);
  }
}
