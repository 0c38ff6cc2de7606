import { count, markdown, median, spread } from "../table.ts";
import type { Case } from "./case.ts";
import { costOf, measureRound, microseconds } from "./measured.ts";
import { at } from "./pace.ts";
import type { Place } from "./places.ts";
import { keyId, keyText, sessionId, sessionSecret } from "./records.ts";
import { keyActs, sessionActs } from "./store-cases.ts";

/** What a verification with all rows may cost, in those of one with few. */
export const MOST_GROWTH = 1.2;
/** How many of the rows are asked about in a round, drawn anew in each. */
const SAMPLE = 20_000;

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
  readonly place: Place;
  readonly count: number;
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
  const sides = () => {
    const side = (place: Place, count: number): Side => ({ place, count, costs: [], bareCosts: [] });
    return [side(small, few), side(large, many)] as const;
  };
  return [await grown("api-key", sides(), options), await grown("session", sides(), options)];
}

async function grown(
  kind: Growth["kind"],
  sides: readonly [Side, Side],
  { rounds, seconds, report }: GrowthOptions,
): Promise<Growth> {
  // The first round is the warm-up.
  for (let round = 0; round <= rounds; round++) {
    for (const side of sides) {
      report(`${kind} on ${side.place.name} with ${side.count}: round ${round}`);
      const measured = await measureRound(sampled(kind, side), { seconds, concurrency: 1 });
      if (round === 0) continue;
      side.costs.push(costOf(measured));
      side.bareCosts.push(measured.bare.each);
    }
  }
  const [small, large] = sides;
  const over = (values: readonly number[], by: readonly number[]) =>
    values.map((value, round) => value / (by[round] as number));
  return {
    kind,
    place: small.place.name,
    few: small.count,
    many: large.count,
    ratios: over(large.costs, small.costs),
    bareRatios: over(large.bareCosts, small.bareCosts),
    fewCost: median(small.costs),
    manyCost: median(large.costs),
  };
}

/** Verifications of credentials that are drawn from all there are. */
function sampled(kind: Growth["kind"], { place, count }: Side): Pick<Case, "ours" | "bare" | "besides"> {
  const numbers = Array.from({ length: SAMPLE }, () => Math.floor(Math.random() * count));
  const find = place.bare?.find;
  if (find === undefined) throw new Error(`${place.name} has nothing to compare with`);
  if (kind === "api-key") {
    const ids = numbers.map(keyId);
    const { ours } = keyActs(place, numbers.map(keyText));
    return { ours, bare: (turn) => find("api_keys", at(ids, turn)) };
  }
  const ids = numbers.map(sessionId);
  const { ours, besides } = sessionActs(place, numbers.map(sessionSecret));
  return { ours, besides, bare: (turn) => find("sessions", at(ids, turn)) };
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
