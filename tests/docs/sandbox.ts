import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "./markdown.ts";

/** What a program of the documentation may import beside node's own modules. */
const PACKAGES = ["jose", "kysely", "mysql2", "pg", "redis", "zod", "@types/node", "@types/pg"];

/** A program that runs or ran. */
export interface Output {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A folder outside the repository in which a program sees `responder-ts` as its users do, as a package, and as it
 * stands in src/. Nothing has to be built.
 */
export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), "responder-docs-"));

  constructor() {
    const modules = join(this.folder, "node_modules");
    mkdirSync(join(modules, "@types"), { recursive: true });
    symlinkSync(ROOT, join(modules, "responder-ts"), "dir");
    for (const name of PACKAGES) symlinkSync(join(ROOT, "node_modules", name), join(modules, name), "dir");
    this.write("package.json", JSON.stringify({ type: "module", private: true }));
  }

  write(path: string, content: string): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }

  /**
   * The compiler's complaints about all of `include`, with the repository's own options; "" where it has none. What it
   * says of src/ is for `npm run types`.
   */
  async typeCheck(name: string, include: readonly string[], options: object = {}): Promise<string> {
    const config = {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: { ...options, typeRoots: [join(ROOT, "node_modules/@types")] },
      include,
      exclude: ["node_modules"],
    };
    this.write(name, JSON.stringify(config));
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    return new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [tsc, "--pretty", "false", "--project", name],
        { cwd: this.folder, maxBuffer: 1 << 24 },
        (error, stdout, stderr) => {
          if (error && stdout === "") reject(new Error(`tsc failed: ${stderr}`, { cause: error }));
          else resolve(stdout.replace(/^\.\..*\n(?: .*\n)*/gm, ""));
        },
      );
    });
  }

  /** Starts a program in its own folder, on a free port. */
  start(path: string): Running {
    return this.#spawn(path, [join(this.folder, path)]);
  }

  /** Starts the command `responder` in the folder of a program. */
  responder(path: string, args: readonly string[]): Running {
    return this.#spawn(path, [join(ROOT, "src/cli/main.ts"), ...args]);
  }

  #spawn(path: string, command: readonly string[]): Running {
    const child = spawn(
      process.execPath,
      ["--conditions=responder-ts-source", ...command],
      // A reader's shell: whatever the test runner has in its environment is not there.
      { cwd: dirname(join(this.folder, path)), env: { PORT: "0" }, stdio: ["ignore", "pipe", "pipe"] },
    );
    return new Running(child);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A child process and what it has printed so far. */
export class Running {
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  #stdout = "";
  #stderr = "";

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#exit = once(child, "close").then(([code]) => code);
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
    });
  }

  /** The URL of the ready line. @throws Error with all the output when the program ends, or waits, without one */
  async url(): Promise<string> {
    const found = () => /^Ready at (http:\/\/\S+)$/m.exec(this.#stdout)?.[1];
    const ended = this.#exit.then(() => true);
    while (found() === undefined) {
      const printed = once(this.#child.stdout as NonNullable<ChildProcess["stdout"]>, "data");
      if (await Promise.race([printed.then(() => false), ended])) break;
    }
    const url = found();
    if (url === undefined)
      throw new Error(`The program printed no "Ready at" line:\n${this.#stdout}${this.#stderr}`);
    return url;
  }

  async ended(): Promise<Output> {
    const exitCode = await this.#exit;
    return { exitCode, stdout: this.#stdout, stderr: this.#stderr };
  }

  stop(signal: NodeJS.Signals): Promise<Output> {
    this.#child.kill(signal);
    return this.ended();
  }
}
