import { request } from "node:http";
import type { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ProcessRuntime, type Running, start } from "./programs.ts";
import { startWorker } from "./worker.ts";

const SPOOFED = { "x-forwarded-for": "203.0.113.7" };

/** Servers that the application did not make, and that hand it what they like beside the request. */
describe.each([
  ["Bun.serve({ fetch: api.fetch })", "bun", "tests/runtimes/apps/hosted-bun.ts", /Ready at (\S+)/],
  ["bun app.ts", "bun", "tests/runtimes/apps/exported.ts", /(http:\/\/[\w.:]+)/],
  ["Deno.serve(api.fetch)", "deno", "tests/runtimes/apps/hosted-deno.ts", /Ready at (\S+)/],
  ["deno serve app.ts", "deno serve", "tests/runtimes/apps/exported.ts", /(http:\/\/[\w.:]+)/],
] satisfies [string, ProcessRuntime, string, RegExp][])("%s", (_name, runtime, entry, ready) => {
  let program: Running;
  let origin = "";
  beforeAll(async () => {
    program = await start(runtime, entry, { PORT: "0", BUN_PORT: "0" });
    origin = (await program.says(ready))[1]?.replace("localhost", "127.0.0.1") ?? "";
  });
  afterAll(() => program.stop("SIGKILL"));

  it("answers, and what the server hands over is nobody's address", async () => {
    expect(await (await fetch(`${origin}/who`, { headers: SPOOFED })).json()).toMatchObject({ ip: "" });
  });

  it("streams, and hears when the client goes", async () => {
    const client = new AbortController();
    const response = await fetch(`${origin}/ticks`, { signal: client.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    client.abort();
    await doneOf(origin, "ended, aborted: true");
  });

  it("takes uploads", async () => {
    expect(await (await upload(origin, 300_000, "/upload")).json()).toEqual({ size: 300_000 });
  });
});

describe("export default api, as a Worker", () => {
  let worker: Miniflare;
  let origin = "";
  beforeAll(async () => {
    worker = await startWorker("tests/runtimes/apps/exported.ts", {
      ip: "127.0.0.1",
      NODE_ENV: "production",
    });
    origin = (await worker.ready).href.replace(/\/$/, "");
  });
  afterAll(() => worker.dispose());

  it("answers, and a variable of the name ip is nobody's address", async () => {
    expect(await (await fetch(`${origin}/who`, { headers: SPOOFED })).json()).toMatchObject({ ip: "" });
  });

  it("runs background tasks after the answer, those of a stream too", async () => {
    expect(await (await fetch(`${origin}/task`)).text()).toBe("answered");
    expect(await (await fetch(`${origin}/streamed-task`)).text()).toBe("ab");
    await doneOf(origin, "task");
    await doneOf(origin, "after the stream");
  });

  it("ends a stream, and aborts req.signal, when the client goes", async () => {
    await new Promise<void>((resolve, reject) => {
      const sent = request(`${origin}/ticks`, (message) => {
        message.once("data", () => {
          sent.destroy();
          resolve();
        });
      });
      sent.on("error", reject).end();
    });
    await doneOf(origin, "ended, aborted: true");
  });

  it("keeps uploads of any size in memory", async () => {
    expect(await (await upload(origin, 300_000, "/upload")).json()).toEqual({ size: 300_000 });
  });

  it("holds its sessions apart, twenty requests at once", async () => {
    const visit = (cookie: string) =>
      fetch(`${origin}/sessions/visit`, { method: "POST", headers: { cookie } });
    const cookies = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const [line = ""] = (await visit("")).headers.getSetCookie();
        return line.split(";", 1)[0] as string;
      }),
    );
    const seconds = await Promise.all(cookies.map(async (cookie) => (await visit(cookie)).json()));
    expect(seconds).toEqual(Array.from({ length: 20 }, () => ({ visits: 2 })));
  });

  it.each([
    ["a file", "/file", /resp\.file\(\) needs files, and a Worker has none: .*ASSETS/],
    ["the page of the document", "/docs", /needs files, and a Worker has none: .*\/schema\.json/],
    ["listening", "/listen", /A Worker cannot listen: `export default api`/],
  ])("says of %s what to do instead", async (_name, path, message) => {
    expect(await (await fetch(origin + path)).text()).toMatch(message);
  });

  it("says of saving an upload what to do instead", async () => {
    const { failure } = (await (await upload(origin, 10, "/save")).json()) as { failure: string };
    expect(failure).toMatch(/upload\.saveTo\(\) needs files, and a Worker has none: .*stream\(\)/);
  });

  it("serves the OpenAPI document", async () => {
    expect(await (await fetch(`${origin}/schema.json`)).json()).toMatchObject({
      openapi: expect.stringMatching(/^3\./),
    });
  });
});

function upload(origin: string, size: number, path: string): Promise<Response> {
  const body = new FormData();
  body.set("file", new File(["x".repeat(size)], "x.bin"));
  return fetch(origin + path, { method: "POST", body });
}

/** When the application has noted something. @throws Error when it does not within five seconds */
async function doneOf(origin: string, note: string): Promise<void> {
  const limit = performance.now() + 5_000;
  let done: string[] = [];
  while (!done.includes(note)) {
    if (performance.now() > limit) throw new Error(`It has not noted "${note}", but: ${done.join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    ({ done } = (await (await fetch(`${origin}/done`)).json()) as { done: string[] });
  }
}
