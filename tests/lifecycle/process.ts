import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A process, from its start to its end. It is killed when the test is over. */
export interface Launched {
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

/** Starts the application of this folder with these variables of environment, on a free port unless they say else. */
export function launch(env: Readonly<Record<string, string>> = {}): Launched {
  const child = spawn(
    process.execPath,
    ["--conditions=responder-ts-source", join(import.meta.dirname, "app.ts")],
    { env: { ...process.env, NODE_ENV: "", PORT: "0", ...env }, stdio: ["ignore", "pipe", "pipe"] },
  );
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
    output: () => output,
    printed,
    port: async () => Number((await printed(/Ready at http:\/\/127\.0\.0\.1:(\d+)/))[1]),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
