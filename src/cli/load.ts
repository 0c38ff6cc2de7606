import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type InspectedApplication, startInspection } from "../inspection.ts";

/**
 * Imports the file of an application and finds the application: what it exports as default or `api`, else the only one it
 * exports, else the only one that was made. What the file prints meanwhile goes to standard error.
 *
 * @throws Error for a file that is not there or cannot be imported, and for one without an application
 */
export async function loadApplication(file: string): Promise<InspectedApplication> {
  const path = resolve(file);
  if (!existsSync(path)) throw new Error(`There is no file ${path}`);
  const { applications } = startInspection();
  for (const method of ["log", "info", "debug"] as const) console[method] = console.error;
  let exported: Record<string, unknown>;
  try {
    exported = await import(pathToFileURL(path).href);
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`${file} cannot be imported: ${reason}`, { cause: error });
  }
  const named = [exported["default"], exported["api"]];
  const found = (values: readonly unknown[]) => applications.filter(({ api }) => values.includes(api));
  const [first] = found(named.slice(0, 1)).concat(found(named));
  const application = first ?? only(found(Object.values(exported))) ?? only(applications);
  if (application) return application;
  throw new Error(
    applications.length === 0
      ? `${file} makes no API: it should hold new API() of responder-ts, and export it as default or as "api"`
      : `${file} makes ${applications.length} applications: export the one that is meant as default or as "api"`,
  );
}

function only<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
}
