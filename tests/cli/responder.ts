import { execFile } from "node:child_process";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** What a command printed, and how it ended. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `responder`, in the folder of the applications. */
export function responder(...args: readonly string[]): Promise<Ended> {
  const command = ["--conditions=responder-ts-source", join(ROOT, "src/cli/main.ts"), ...args];
  const options = { cwd: join(import.meta.dirname, "apps"), timeout: 15_000 };
  return new Promise((resolve) => {
    execFile(process.execPath, command, options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
