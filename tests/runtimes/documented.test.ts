import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DOCUMENTS } from "../docs/markdown.ts";
import { bundle } from "./bundle.ts";
import { type ProcessRuntime, start } from "./programs.ts";
import { startWorker } from "./worker.ts";

/** The programs of the document that have a name, as files. */
const folder = mkdtempSync(join(tmpdir(), "responder-documented-"));
const blocks = DOCUMENTS.find(({ path }) => path === "docs/deployment.md")?.blocks ?? [];
for (const { file, code } of blocks) if (file !== undefined) writeFileSync(join(folder, file), code);
afterAll(() => rmSync(folder, { recursive: true }));

/** The exports of a program, here in Node. */
async function imported(file: string): Promise<Record<string, unknown>> {
  const path = join(folder, `${file}.mjs`);
  writeFileSync(path, await bundle(join(folder, file)));
  return import(path);
}

describe("docs/deployment.md", () => {
  it.each([
    ["bun-server.ts", "bun"],
    ["deno-server.ts", "deno serve"],
  ] satisfies [string, ProcessRuntime][])("%s serves, and knows the peer", async (file, runtime) => {
    const program = await start(runtime, join(folder, file), { PORT: "0" });
    try {
      const [, port] = await program.says(/http:\/\/[\w.]+:(\d+)/);
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).json()).toEqual({ hello: "127.0.0.1" });
    } finally {
      await program.stop("SIGKILL");
    }
  });

  it("worker.ts serves, and believes the platform's header", async () => {
    const worker = await startWorker(join(folder, "worker.ts"));
    try {
      const headers = { "cf-connecting-ip": "203.0.113.7" };
      const response = await worker.dispatchFetch("https://app.example/", { headers });
      expect(await response.json()).toEqual({ hello: "203.0.113.7" });
    } finally {
      await worker.dispose();
    }
  });

  it("next-route.ts answers what Next.js calls it with", async () => {
    const route = await imported("next-route.ts");
    const context = { params: Promise.resolve({ path: ["x"] }) };
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      const handler = route[method] as (request: Request, context: object) => Promise<Response>;
      const response = await handler(new Request("https://app.example/", { method }), context);
      expect([method, response.status]).toEqual([method, method === "GET" ? 200 : 405]);
    }
  });

  it("sveltekit-server.ts answers what SvelteKit calls it with", async () => {
    const { fallback } = await imported("sveltekit-server.ts");
    const event = { request: new Request("https://app.example/"), getClientAddress: () => "203.0.113.7" };
    const response = await (fallback as (event: object) => Promise<Response>)(event);
    expect(await response.json()).toEqual({ hello: "203.0.113.7" });
  });
});
