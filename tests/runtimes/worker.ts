import type { Readable } from "node:stream";
import { Miniflare } from "miniflare";
import { bundle } from "./bundle.ts";

/** A Worker in workerd, on this machine. It asks nobody for anything. */
export async function startWorker(
  entry: string,
  bindings: Readonly<Record<string, string>> = {},
): Promise<Miniflare> {
  return new Miniflare({
    cf: false,
    modules: [{ type: "ESModule", path: "worker.mjs", contents: await bundle(entry, ["workerd", "worker"]) }],
    compatibilityDate: "2026-06-01",
    compatibilityFlags: ["nodejs_compat", "enable_request_signal"],
    bindings: { ...bindings },
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      stdout.resume();
      stderr.resume();
    },
  });
}
