import { describe, expect, it } from "vitest";
import { API } from "../api.ts";

const url = (path: string) => `http://app.example${path}`;

describe("req.signal of a request that api.fetch answers", () => {
  it("is aborted when the request is, before the answer", async () => {
    const reached = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<unknown>();
    const api = new API().get("/x", async (req) => {
      reached.resolve();
      req.signal.addEventListener("abort", () => aborted.resolve(req.signal.reason));
      await aborted.promise;
      return "too late";
    });
    const client = new AbortController();
    const answer = api.fetch(new Request(url("/x"), { signal: client.signal }));
    await reached.promise;
    client.abort();
    expect(await aborted.promise).toMatchObject({ name: "AbortError" });
    await answer;
  });

  it("is aborted from the start where the request was", async () => {
    const api = new API().get("/x", (req) => ({ aborted: req.signal.aborted }));
    const response = await api.fetch(new Request(url("/x"), { signal: AbortSignal.abort() }));
    expect(await response.json()).toEqual({ aborted: true });
  });

  it("is aborted when the body is given up, though the request is not", async () => {
    let signal: AbortSignal | undefined;
    const api = new API().get("/x", (req, resp) => {
      signal = req.signal;
      resp.stream(["a", "b"]);
    });
    const response = await api.fetch(new Request(url("/x")));
    expect(signal?.aborted).toBe(false);
    await response.body?.cancel();
    expect(signal?.aborted).toBe(true);
  });

  it("is aborted for whoever asks for it only then", async () => {
    const seen = Promise.withResolvers<boolean>();
    const api = new API().get("/x", (req, resp) =>
      resp.stream(
        (async function* () {
          try {
            for (;;) yield "more";
          } finally {
            seen.resolve(req.signal.aborted);
          }
        })(),
      ),
    );
    const response = await api.fetch(new Request(url("/x")));
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(await seen.promise).toBe(true);
  });

  it("is left alone after a whole answer, whatever the host does to the request then", async () => {
    let signal: AbortSignal | undefined;
    const api = new API().get("/x", (req, resp) => {
      signal = req.signal;
      resp.stream(["a"]);
    });
    const host = new AbortController();
    await (await api.fetch(new Request(url("/x"), { signal: host.signal }))).text();
    host.abort();
    expect(signal?.aborted).toBe(false);
  });
});

describe("a stream that is given up while a piece is made", () => {
  it("is no failure: nothing is logged", async () => {
    const logged: unknown[] = [];
    const logger = { info() {}, warn() {}, error: (message: string) => logged.push(message) };
    const gate = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const api = new API({ logger }).get("/x", (_req, resp) =>
      resp.stream(
        (async function* () {
          try {
            yield "first";
            await gate.promise;
            yield "for nobody";
          } finally {
            ended.resolve();
          }
        })(),
      ),
    );
    const reader = (await api.fetch(new Request(url("/x")))).body?.getReader();
    await reader?.read();
    const pending = reader?.read();
    const cancelled = reader?.cancel();
    gate.resolve();
    await Promise.all([ended.promise, cancelled, pending]);
    expect(logged).toEqual([]);
  });
});

describe("a Response without a Content-Type", () => {
  it("gets one that no browser guesses about", async () => {
    const bytes = new TextEncoder().encode("<script>");
    const api = new API().get("/bytes", () => new Response(bytes)).get("/none", () => new Response(null));
    expect((await api.requests.get("/bytes")).headers.get("content-type")).toBe("application/octet-stream");
    expect((await api.requests.get("/none")).headers.has("content-type")).toBe(false);
  });
});
