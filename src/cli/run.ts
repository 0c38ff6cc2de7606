import { availableParallelism } from "node:os";
import type { Supervision } from "../inspection.ts";
import { runApplication } from "./load.ts";
import { type Terminal, UsageError } from "./terminal.ts";

/** What the command line says on how to run. */
export interface RunFlags {
  readonly workers?: string | undefined;
  readonly watch?: boolean | undefined;
  readonly port?: string | undefined;
  readonly host?: string | undefined;
}

/** `responder run`, made of its flags. @throws UsageError for a value that is none */
export function running(file: string, flags: RunFlags): (terminal: Terminal) => Promise<number | undefined> {
  const address = addressOf(flags);
  const workers = flags.workers === undefined ? undefined : countOf(flags.workers);
  const watches = flags.watch ?? false;
  return async (terminal) => {
    if (workers !== undefined || watches) {
      const { supervise } = await import("./supervisor.ts");
      return supervise({ file, address, watches }, workers ?? 1, terminal);
    }
    await runApplication(file, { address, isAsked: false });
    return undefined;
  };
}

function addressOf({ port, host }: RunFlags): Supervision["address"] {
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new UsageError(`--port ${port} is no port: it is a number up to 65535, and 0 takes a free one`);
  }
  if (host === "") throw new UsageError("--host takes an address, such as 0.0.0.0");
  return { ...(port !== undefined && { port: Number(port) }), ...(host !== undefined && { host }) };
}

function countOf(workers: string): number {
  if (workers === "auto") return availableParallelism();
  if (!/^[1-9]\d{0,3}$/.test(workers)) {
    throw new UsageError(
      `--workers ${workers} is no number of workers: it is 1 or more, or "auto" for one a core`,
    );
  }
  return Number(workers);
}
