import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle, ROOT } from "./bundle.ts";

/** A runtime that programs are started on; `deno serve` is Deno with a file that only exports its application. */
export type ProcessRuntime = "node" | "bun" | "deno" | "deno serve";

const DENO = join(ROOT, "node_modules/.bin/deno");
const DENO_OPTIONS = ["--allow-all", "--no-config", "--no-lock", "--no-remote"];

const COMMANDS: Readonly<Record<ProcessRuntime, readonly [command: string, ...args: string[]]>> = {
  node: [process.execPath],
  bun: [join(ROOT, "node_modules/.bin/bun")],
  deno: [DENO, "run", ...DENO_OPTIONS],
  "deno serve": [DENO, "serve", "--host=127.0.0.1", "--port=0", ...DENO_OPTIONS],
};

/** Milliseconds that a program may take until it says what is waited for. */
const LIMIT = 20_000;

/** A program of this repository, as one file, on a runtime. */
export class Running {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  output = "";

  constructor(child: ChildProcess) {
    this.child = child;
    this.exit = once(child, "close").then(([code]) => code as number | null);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (piece: string) => {
        this.output += piece;
      });
    }
  }

  /** What a pattern finds in its output, as soon as it does. @throws Error when the program ends, or takes too long, before */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const limit = AbortSignal.timeout(LIMIT);
    for (;;) {
      const found = pattern.exec(this.output);
      if (found) return found;
      if (limit.aborted || this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`It did not say ${pattern}, but: ${this.output}`);
      }
      await Promise.race([
        ...[this.child.stdout, this.child.stderr].map(
          (stream) => stream && once(stream, "data", { signal: limit }).catch(() => undefined),
        ),
        this.exit,
      ]);
    }
  }

  /** Ends it. @returns its exit status, null where the signal killed it */
  stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.child.kill(signal);
    return this.exit;
  }
}

/** Bundles a program and starts it on a runtime. Its folder is deleted when it has ended. */
export async function start(
  runtime: ProcessRuntime,
  entry: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), "responder-program-"));
  const file = join(folder, "program.mjs");
  await writeFile(file, await bundle(entry));
  const [command, ...before] = COMMANDS[runtime];
  const running = new Running(
    spawn(command, [...before, file], {
      cwd: folder,
      // Nothing of the test runner's own, and no cache but here.
      env: {
        PATH: process.env["PATH"],
        TMPDIR: tmpdir(),
        DENO_DIR: folder,
        DENO_NO_UPDATE_CHECK: "1",
        NO_COLOR: "1",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
  running.exit.finally(() => rm(folder, { recursive: true, force: true }));
  return running;
}
