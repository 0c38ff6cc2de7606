/** A profile as text. */
import type { Call, Frame } from "./profile-frames.ts";

const BAR = 20;

/**
 * The calls as a flame graph that grows downwards and to the right: each line is a call, the lines that stand deeper
 * below it are what it calls.
 *
 * @param least the part of the time under which a call is left out
 */
export function flameGraph(tree: Call, least: number): string {
  const lines: string[] = [`${heading()}${" ".repeat(BAR + 2)}call`];
  const add = (call: Call, depth: number) => {
    if (call.total < least) return;
    const bar = "█".repeat(Math.round(BAR * call.total)).padEnd(BAR, "·");
    const place = call.place === "" ? "" : `  ${call.place}`;
    lines.push(`${timesOf(call)}  ${bar}  ${"  ".repeat(depth)}${call.name}${place}`);
    for (const one of call.calls) add(one, depth + 1);
  };
  for (const call of tree.calls) add(call, 0);
  return lines.join("\n");
}

/** One line a function. */
export function frameTable(frames: readonly Frame[]): string {
  const width = Math.max(...frames.map(({ name }) => name.length));
  const lines = frames.map((frame) =>
    `${timesOf(frame)}  ${frame.name.padEnd(width)}  ${frame.place}`.trimEnd(),
  );
  return [`${heading()}  function`, ...lines].join("\n");
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1).padStart(5)} %`;
}

function heading(): string {
  return "   self    total";
}

function timesOf({ self, total }: Frame): string {
  return `${percent(self)}  ${percent(total)}`;
}
