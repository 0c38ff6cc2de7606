import { markdown, median, spread } from "../table.ts";
import { type Case, checkCase } from "./case.ts";
import { type Pace, type PaceOptions, pace } from "./pace.ts";

/** One round of one case: ours, bare, and what is taken off of ours. */
export interface Round {
  readonly ours: Pace;
  readonly bare: Pace;
  readonly besides: Pace | null;
}

/** One line of the table. */
export interface Measured {
  readonly kind: string;
  readonly place: string;
  readonly concurrency: number;
  readonly bareIs: string;
  readonly rounds: readonly Round[];
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly seconds: number;
  report(round: number): void;
}

export async function measureRound(
  { ours, bare, besides }: Pick<Case, "ours" | "bare" | "besides">,
  options: PaceOptions,
): Promise<Round> {
  return {
    bare: await pace(bare, options),
    ours: await pace(ours, options),
    besides: besides ? await pace(besides, options) : null,
  };
}

/** Ours and bare in turn, as many rounds as asked for, with so many under way. */
export async function measureCase(
  of: Case,
  concurrency: number,
  { rounds, seconds, report }: MeasureOptions,
): Promise<Measured> {
  const { kind, place, bareIs } = of;
  const done: Round[] = [];
  // The first round is the warm-up.
  for (let round = 0; round <= rounds; round++) {
    report(round);
    const measured = await measureRound(of, { seconds, concurrency });
    if (round > 0) done.push(measured);
  }
  return { kind, place, concurrency, bareIs, rounds: done };
}

/** Checks a case, and measures it with each number under way. */
export async function measureAll(
  of: Case,
  options: Omit<MeasureOptions, "report">,
  report: (text: string) => void,
): Promise<Measured[]> {
  await checkCase(of);
  const all: Measured[] = [];
  for (const concurrency of of.concurrencies) {
    const about = `${of.kind} on ${of.place}, ${concurrency} at once`;
    const each = { ...options, report: (round: number) => report(`${about}: round ${round}`) };
    all.push(await measureCase(of, concurrency, each));
  }
  return all;
}

/** Microseconds of one verification, without what is done besides. */
export function costOf({ ours, besides }: Round): number {
  return ours.each - (besides?.each ?? 0);
}

function cpuOf({ ours, besides }: Round): number {
  return ours.cpu - (besides?.cpu ?? 0);
}

export function verificationTable(all: readonly Measured[]): string {
  const head = [
    "Credential",
    "Place",
    "Bare",
    "At once",
    "Ratio to bare",
    "By CPU time",
    "Verifications/s",
    "Bare/s",
    "CPU each",
    "p50",
    "p99",
    "Bare p50",
  ];
  return markdown(
    head,
    all.map(({ kind, place, bareIs, concurrency, rounds }) => {
      const middle = (value: (round: Round) => number | null) => {
        const values = rounds.map(value).filter((found) => found !== null);
        return values.length > 0 ? median(values) : null;
      };
      const rate = (each: number | null) => (each === null ? "–" : figure(1e6 / each));
      return [
        kind,
        place,
        bareIs,
        String(concurrency),
        spread(rounds.map((round) => round.bare.each / costOf(round))),
        spread(rounds.map((round) => round.bare.cpu / cpuOf(round))),
        rate(middle(costOf)),
        rate(middle(({ bare }) => bare.each)),
        microseconds(middle(cpuOf)),
        microseconds(middle(({ ours }) => ours.p50)),
        microseconds(middle(({ ours }) => ours.p99)),
        microseconds(middle(({ bare }) => bare.p50)),
      ];
    }),
    3,
  );
}

export function microseconds(value: number | null): string {
  if (value === null) return "–";
  return value < 1000 ? `${value.toFixed(1)} µs` : `${(value / 1000).toFixed(2)} ms`;
}

function figure(value: number): string {
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString("en");
}
