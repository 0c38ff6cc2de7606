import { count, markdown, median, spread } from "../table.ts";
import type { Case } from "./case.ts";
import { costOf, measureRound, microseconds } from "./measured.ts";
import { at } from "./pace.ts";
import type { Bare, Place } from "./places.ts";
import { keyId, keyText, sessionId, sessionSecret } from "./records.ts";
import { keyActs, sessionActs } from "./store-cases.ts";

/** What a verification with all rows may cost, in those of one with few. */
export const MOST_GROWTH = 1.2;
/** How many of the rows are asked about in a round, drawn anew in each. */
const SAMPLE = 10_000;

/** A kind of credential, with few and with many of them. */
export interface Growth {
  readonly kind: "api-key" | "session";
  readonly place: string;
  readonly few: number;
  readonly many: number;
  /** By round: what one costs with many, in those with few; and the same of bare. */
  readonly ratios: readonly number[];
  readonly bareRatios: readonly number[];
  /** Microseconds. */
  readonly fewCost: number;
  readonly manyCost: number;
}

export interface GrowthOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly few: number;
  readonly many: number;
  report(text: string): void;
}

/** One of the two sizes. */
interface Side {
  readonly count: number;
  readonly acts: Pick<Case, "ours" | "bare" | "besides">;
  /** Draws other credentials from all there are. */
  draw(): void;
  readonly costs: number[];
  readonly bareCosts: number[];
}

/** @param places two stores of one kind: one for few rows, one for many */
export async function measureGrowth(
  [small, large]: readonly [Place, Place],
  options: GrowthOptions,
): Promise<Growth[]> {
  const { few, many, report } = options;
  report(`${small.name}: ${few} and ${many} rows are written`);
  await small.fill(few);
  await large.fill(many);
  const found: Growth[] = [];
  for (const kind of ["api-key", "session"] as const) {
    const side = kind === "api-key" ? keySide : sessionSide;
    const { name } = small;
    found.push(await grown({ kind, place: name }, [side(small, few), side(large, many)], options));
  }
  return found;
}

async function grown(
  about: Pick<Growth, "kind" | "place">,
  sides: readonly [Side, Side],
  { rounds, seconds, report }: GrowthOptions,
): Promise<Growth> {
  // The first round is the warm-up.
  for (let round = 0; round <= rounds; round++) {
    for (const { acts, count, draw, costs, bareCosts } of sides) {
      report(`${about.kind} on ${about.place} with ${count}: round ${round}`);
      draw();
      const measured = await measureRound(acts, { seconds, concurrency: 1 });
      if (round === 0) continue;
      costs.push(costOf(measured));
      bareCosts.push(measured.bare.each);
    }
  }
  const [small, large] = sides;
  const over = (values: readonly number[], by: readonly number[]) =>
    values.map((value, round) => value / (by[round] as number));
  return {
    ...about,
    few: small.count,
    many: large.count,
    ratios: over(large.costs, small.costs),
    bareRatios: over(large.bareCosts, small.bareCosts),
    fewCost: median(small.costs),
    manyCost: median(large.costs),
  };
}

function keySide(place: Place, count: number): Side {
  const [keys, ids]: [string[], string[]] = [[], []];
  const { ours } = keyActs(place, keys);
  return {
    count,
    acts: { ours, bare: (turn) => bareOf(place).find("api_keys", at(ids, turn)) },
    draw: () => drawn(count, [keys, keyText], [ids, keyId]),
    costs: [],
    bareCosts: [],
  };
}

function sessionSide(place: Place, count: number): Side {
  const [secrets, ids]: [string[], string[]] = [[], []];
  const { ours, besides } = sessionActs(place, secrets);
  return {
    count,
    acts: { ours, besides, bare: (turn) => bareOf(place).find("sessions", at(ids, turn)) },
    draw: () => drawn(count, [secrets, sessionSecret], [ids, sessionId]),
    costs: [],
    bareCosts: [],
  };
}

/** Fills lists anew, each with something of the same credentials, drawn from so many. */
function drawn(count: number, ...lists: readonly [string[], (number: number) => string][]): void {
  const numbers = Array.from({ length: SAMPLE }, () => Math.floor(Math.random() * count));
  for (const [list, of] of lists)
    numbers.forEach((number, index) => {
      list[index] = of(number);
    });
}

function bareOf({ bare, name }: Place): Bare {
  if (bare !== undefined) return bare;
  throw new Error(`${name} has nothing to compare with`);
}

/** @returns what grew by more than {@link MOST_GROWTH} */
export function outgrown(all: readonly Growth[]): string[] {
  return all
    .filter(({ ratios }) => median(ratios) > MOST_GROWTH)
    .map(
      ({ kind, place, many, few, ratios }) =>
        `${kind} on ${place}: with ${many} a verification costs ${median(ratios).toFixed(2)} times what it costs with ${few}, over ${MOST_GROWTH}`,
    );
}

export function growthTable(all: readonly Growth[]): string {
  return markdown(
    [
      "Credential",
      "Place",
      "Few",
      "Many",
      "Cost with many, in those with few",
      "Bare's",
      "With few",
      "With many",
    ],
    all.map(({ kind, place, few, many, ratios, bareRatios, fewCost, manyCost }) => [
      kind,
      place,
      count(few),
      count(many),
      spread(ratios),
      spread(bareRatios),
      microseconds(fewCost),
      microseconds(manyCost),
    ]),
    2,
  );
}
