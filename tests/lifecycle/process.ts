import { join } from "node:path";
import { type Launched, launchNode } from "../support/launch.ts";

/** Starts the application of this folder with these variables of environment, on a free port unless they say else. */
export function launch(env: Readonly<Record<string, string>> = {}): Launched {
  return launchNode([join(import.meta.dirname, "app.ts")], { env });
}
