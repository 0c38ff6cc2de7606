import type { ContestantName } from "./contestants.ts";

/** One measurement. */
export interface Run {
  readonly perSecond: number;
  /** Processor time of the server, in microseconds. */
  readonly cpuPerRequest: number;
  /** The part of the time in which the server computed: well under 1, the generator was what held it up. */
  readonly busy: number;
}

/** One contestant on one endpoint, round by round. */
export interface Row {
  readonly name: ContestantName;
  readonly label: string;
  readonly endpoint: string;
  readonly runs: Run[];
}

/**
 * The rows as a Markdown table. The first row of each endpoint is what the others are compared with, round by round: by
 * the requests in a second, and by those in a second of the server's processor time, which a busy machine falsifies less.
 */
export function table(rows: readonly Row[]): string {
  const lines = [
    "| Endpoint | Contestant | Ratio to bare | By CPU time | Requests/s | CPU/request | Server busy |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
  ];
  for (const row of rows) {
    const bare = rows.find(({ endpoint }) => endpoint === row.endpoint) as Row;
    const ratios = (speed: (run: Run) => number) =>
      row === bare ? "1" : spread(row.runs.map((run, round) => speed(run) / speed(bare.runs[round] as Run)));
    const middle = (value: (run: Run) => number) => median(row.runs.map(value));
    const cells = [
      row.endpoint,
      row.label,
      ratios(({ perSecond }) => perSecond),
      ratios(({ cpuPerRequest }) => 1 / cpuPerRequest),
      Math.round(middle(({ perSecond }) => perSecond)).toLocaleString("en"),
      `${middle(({ cpuPerRequest }) => cpuPerRequest).toFixed(1)} µs`,
      `${Math.round(100 * middle(({ busy }) => busy))} %`,
    ];
    lines.push(`| ${cells.join(" | ")} |`);
  }
  return lines.join("\n");
}

function spread(ratios: readonly number[]): string {
  const [low, middle, high] = [Math.min(...ratios), median(ratios), Math.max(...ratios)];
  return `${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
