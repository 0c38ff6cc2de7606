import type { ContestantName } from "./contestants/contestant.ts";

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

/** The rows as a Markdown table. The first row of each endpoint is what the others are compared with. */
export function table(rows: readonly Row[]): string {
  const lines = [
    "| Endpoint | Contestant | Ratio to bare | Requests/s | CPU/request | Server busy |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
  ];
  for (const row of rows) {
    const bare = rows.find(({ endpoint }) => endpoint === row.endpoint) as Row;
    const ratios = row.runs.map(({ perSecond }, round) => perSecond / (bare.runs[round] as Run).perSecond);
    lines.push(
      `| ${[
        row.endpoint,
        row.label,
        row === bare
          ? "1"
          : `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
        Math.round(median(row.runs.map(({ perSecond }) => perSecond))).toLocaleString("en"),
        `${median(row.runs.map(({ cpuPerRequest }) => cpuPerRequest)).toFixed(1)} µs`,
        `${Math.round(100 * median(row.runs.map(({ busy }) => busy)))} %`,
      ].join(" | ")} |`,
    );
  }
  return lines.join("\n");
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
