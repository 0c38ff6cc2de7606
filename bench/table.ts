import type { ColdStart } from "./cold-start.ts";
import type { Run } from "./measure.ts";

/** One contestant on one endpoint, round by round. */
export interface Row {
  readonly label: string;
  readonly endpoint: string;
  readonly runs: Run[];
}

/** The row with this label, and the title of the column of ratios to it. */
interface SecondBase {
  readonly label: string;
  readonly column: string;
}

/**
 * The rows as a Markdown table. The first row of each endpoint is what the others are compared with, round by round: by
 * the requests in a second, and by those in a second of the server's processor time, which a busy machine falsifies less.
 *
 * @param also another row of each endpoint to compare the requests in a second with
 */
export function table(rows: readonly Row[], also?: SecondBase): string {
  const second = also === undefined ? [] : [also];
  return markdown(
    [
      "Endpoint",
      "Contestant",
      "Ratio to bare",
      ...second.map(({ column }) => column),
      "By CPU time",
      "Requests/s",
      "Per CPU second",
      "p50",
      "p99",
      "Memory",
      "Server busy",
    ],
    rows.map((row) => {
      const same = rows.filter(({ endpoint }) => endpoint === row.endpoint);
      const bare = same[0] as Row;
      const bases = second.map((base) => same.find(({ label }) => label === base.label) as Row);
      const middle = (value: (run: Run) => number) => median(row.runs.map(value));
      return [
        row.endpoint,
        row.label,
        ...[bare, ...bases].map((base) => ratios(row, base, ({ perSecond }) => perSecond)),
        ratios(row, bare, ({ cpuPerRequest }) => 1 / cpuPerRequest),
        count(middle(({ perSecond }) => perSecond)),
        count(middle(({ cpuPerRequest }) => 1e6 / cpuPerRequest)),
        milliseconds(middle(({ p50 }) => p50)),
        milliseconds(middle(({ p99 }) => p99)),
        megabytes(middle(({ memory }) => memory)),
        `${Math.round(100 * middle(({ busy }) => busy))} %`,
      ];
    }),
    2,
  );
}

/** How often the fresh processes of one contestant came up, and how. */
export interface ColdStarts {
  readonly label: string;
  readonly starts: ColdStart[];
}

/** The first of them is what the others are compared with, round by round. */
export function coldStartTable(all: readonly ColdStarts[]): string {
  return markdown(
    ["Contestant", "Cold start, in bare's", "Cold start", "Memory then"],
    all.map(({ label, starts }) => [
      label,
      starts === all[0]?.starts
        ? "1"
        : spread(starts.map(({ ms }, round) => ms / (all[0]?.starts[round]?.ms as number))),
      milliseconds(median(starts.map(({ ms }) => ms))),
      megabytes(median(starts.map(({ memory }) => memory))),
    ]),
    1,
  );
}

/** @param texts how many of the columns, from the left, are words and no numbers */
export function markdown(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  texts: number,
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, at) => (at < texts ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** The median of the rounds' ratios and their range; 1 for the row itself. */
export function ratios<Of extends { readonly runs: readonly Run[] }>(
  row: Of,
  base: Of,
  value: (run: Run) => number,
): string {
  if (row === base) return "1";
  return spread(row.runs.map((run, round) => value(run) / value(base.runs[round] as Run)));
}

export function spread(values: readonly number[]): string {
  const [low, middle, high] = [Math.min(...values), median(values), Math.max(...values)];
  return `${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

export function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

export function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
