/**
 * One worker of `responder run --workers`, or the process that `--watch` starts anew: it runs the application, and leaves
 * it to the process that started it to say when it is ready and when it stops.
 */
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import type { RunningServer } from "../runtimes/server.ts";
import { runApplication } from "./load.ts";
import { isStop, type WorkerMessage, type WorkerTask } from "./messages.ts";

interface Running {
  readonly server: RunningServer;
  readonly close: () => Promise<void>;
}

const { file, address, watches }: WorkerTask = JSON.parse(process.argv[2] ?? "");
const running: Running[] = [];
let isStopping = false;

// More than one of these comes: a terminal and some service managers signal every process, and then comes the message.
process.on("message", (message) => {
  if (isStop(message)) stop(message.grace);
});
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => stop(undefined));
if (watches) tellImports();

try {
  await runApplication(file, {
    address,
    isAsked: false,
    listening(server, close) {
      running.push({ server, close });
      tell({ responder: "listening", url: server.url });
    },
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

/** @param grace milliseconds; without it, what `close()` gives */
async function stop(grace: number | undefined): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  try {
    await Promise.all(running.map((one) => stopped(one, grace)));
    process.exit(0);
  } catch (error) {
    console.error("The stop failed", error);
    process.exit(1);
  }
}

async function stopped({ server, close }: Running, grace: number | undefined): Promise<void> {
  if (grace !== undefined) await server.stop(grace);
  await close();
}

/** Tells of every file that the application imports, the moment it is found: a file with a mistake in it is one of them. */
function tellImports(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (resolved.url.startsWith("file:")) {
        tell({ responder: "imported", path: fileURLToPath(resolved.url) });
      }
      return resolved;
    },
  });
}

function tell(message: WorkerMessage): void {
  process.send?.(message);
}
