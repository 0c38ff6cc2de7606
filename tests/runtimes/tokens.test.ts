import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ProcessRuntime, start } from "./programs.ts";
import { startWorker } from "./worker.ts";

/** One of each kind. */
const ALGORITHMS = ["HS256", "RS256", "PS256", "ES256", "ES512", "EdDSA", "Ed25519"];
const ENTRY = "tests/runtimes/apps/tokens.ts";

async function inProcess(runtime: ProcessRuntime) {
  const program = await start(runtime, ENTRY, { PORT: "0", BUN_PORT: "0" });
  const [, url = ""] = await program.says(/(http:\/\/[\w.:]+)/);
  return { origin: url.replace("localhost", "127.0.0.1"), stop: () => program.stop("SIGKILL") };
}

async function inWorker() {
  const worker = await startWorker(ENTRY);
  return { origin: (await worker.ready).href.replace(/\/$/, ""), stop: () => worker.dispose() };
}

describe.each([
  ["Bun", () => inProcess("bun")],
  ["Deno", () => inProcess("deno serve")],
  ["a Worker", inWorker],
] as const)("tokens on %s", (_name, launch) => {
  let running: Awaited<ReturnType<typeof launch>>;
  beforeAll(async () => {
    running = await launch();
  });
  afterAll(() => running.stop());

  it.each(ALGORITHMS)("are issued, verified, refreshed and revoked by %s", async (alg) => {
    const response = await fetch(`${running.origin}/${alg}`);
    const { published, ...life } = (await response.json()) as { published: { keys: object[] } };
    expect(life).toEqual({ verified: "ada", forged: null, next: "ada", revoked: null });
    expect(published.keys).toHaveLength(alg === "HS256" ? 0 : 3);
    for (const key of published.keys) expect(key).toMatchObject({ alg, use: "sig" });
    expect(JSON.stringify(published)).not.toContain('"d":');
  });
});
