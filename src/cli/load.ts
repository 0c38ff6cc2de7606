import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type InspectedApplication, type Supervision, startInspection } from "../inspection.ts";

type Exports = Readonly<Record<string, unknown>>;

/**
 * Imports the file of an application and finds the application: what it exports as default or `api`, else the only one it
 * exports, else the only one that was made. What the file prints meanwhile goes to standard error.
 *
 * @throws Error for a file that is not there or cannot be imported, and for one without an application
 */
export async function loadApplication(file: string): Promise<InspectedApplication> {
  const { applications } = startInspection();
  for (const method of ["log", "info", "debug"] as const) console[method] = console.error;
  const loaded = whileLoading(file);
  const exports = await importFile(file).finally(loaded);
  const application = exportedOf(exports, applications) ?? only(applications);
  if (application) return application;
  throw new Error(
    applications.length === 0
      ? `${file} makes no API: it should hold new API() of responder-ts, and export it as default or as "api"`
      : `${file} makes ${applications.length} applications: export the one that is meant as default or as "api"`,
  );
}

/**
 * Imports the file of an application and runs what it exports as default or `api`, else the only application it exports;
 * where the file runs one itself, that is all.
 *
 * @throws Error for a file that is not there or cannot be imported, and for one that neither exports nor runs one
 */
export async function runApplication(file: string, supervision: Supervision): Promise<void> {
  const { applications } = startInspection(supervision);
  const exports = await importFile(file);
  if (supervision.isAsked) return;
  const application = exportedOf(exports, applications);
  if (!application) {
    throw new Error(
      `${file} runs no application: export one as default or as "api", or write "await api.run()" in it`,
    );
  }
  await application.run();
}

/**
 * Until the returned function is called, what is written goes to standard error, and an end of the process is a failure:
 * a file that ends it, or waits for ever, would otherwise leave a check green that has checked nothing.
 */
function whileLoading(file: string): () => void {
  const { write } = process.stdout;
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof write;
  const onExit = () => {
    console.error(`${file} ended the process while it was imported, or waits for something that never comes`);
    process.exitCode = 1;
  };
  process.once("exit", onExit);
  return () => {
    process.stdout.write = write;
    process.off("exit", onExit);
  };
}

/** @throws Error for a file that is not there */
export function pathOf(file: string): string {
  const path = resolve(file);
  if (!existsSync(path)) throw new Error(`There is no file ${path}`);
  return path;
}

async function importFile(file: string): Promise<Exports> {
  const { href } = pathToFileURL(pathOf(file));
  try {
    return await import(href);
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`${file} cannot be imported: ${reason}`, { cause: error });
  }
}

function exportedOf(
  exports: Exports,
  applications: readonly InspectedApplication[],
): InspectedApplication | undefined {
  const found = (values: readonly unknown[]) => applications.filter(({ api }) => values.includes(api));
  const [first] = [...found([exports["default"]]), ...found([exports["api"]])];
  return first ?? only(found(Object.values(exports)));
}

function only<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
}
