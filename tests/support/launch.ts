import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";

/** A process, from its start to its end. It is killed when the test is over. */
export interface Launched {
  readonly pid: number;
  /** All that it has printed. */
  output(): string;
  /** When its output matches. @throws Error when it ends before */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** The port that its ready line names. */
  port(): Promise<number>;
  kill(signal: NodeJS.Signals): void;
  /** How it ended: a status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Where and how a process is started. */
export interface LaunchOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Whether it has a process group of its own, as what a terminal starts. */
  readonly isGroup?: boolean;
}

/** Starts Node with a file and its arguments, and what it listens on is a free port unless something says else. */
export function launchNode(
  command: readonly string[],
  { env = {}, cwd, isGroup = false }: LaunchOptions = {},
): Launched {
  const child = spawn(process.execPath, ["--conditions=responder-ts-source", ...command], {
    cwd,
    env: { ...process.env, NODE_ENV: "", PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: isGroup,
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      output += piece;
      child.emit("printed");
    });
  }
  let over = false;
  const ended = once(child, "close").then(([code, signal]) => {
    over = true;
    child.emit("printed");
    return (code ?? signal) as number | NodeJS.Signals;
  });
  const printed = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(output);
      if (match) return match;
      if (over) throw new Error(`It ended and had not printed ${pattern}: ${output}`);
      await once(child, "printed");
    }
  };
  return {
    pid: child.pid ?? 0,
    output: () => output,
    printed,
    port: async () => Number((await printed(/Ready at http:\/\/127\.0\.0\.1:(\d+)/))[1]),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
