import { describe, expect, it } from "vitest";
import { bunResponse } from "./bun-response.ts";

const answer = (body: string | Uint8Array | null, ...headers: string[]) =>
  bunResponse({ status: 200, headers, body, reached: true, afterSend: undefined });
const TEXT = ["content-type", "text/plain; charset=utf-8"] as const;

describe("an answer for Bun.serve", () => {
  it("has no Content-Length of ours where Bun counts the body itself", async () => {
    for (const body of ["Hello", new TextEncoder().encode("Hello"), ""]) {
      const response = answer(body, ...TEXT, "content-length", "5");
      expect([...response.headers]).toEqual([TEXT]);
      expect(await response.text()).toBe(body === "" ? "" : "Hello");
    }
  });

  it("keeps the length that HEAD tells, which Bun cannot know", () => {
    expect(answer(null, ...TEXT, "content-length", "5").headers.get("content-length")).toBe("5");
  });

  it("has the fields of its own answer, whatever answers came before", () => {
    const sets = [
      [...TEXT],
      [...TEXT, "vary", "accept"],
      ["content-type", "application/json", "vary", "accept"],
      ["content-type", "application/json", "vary", "accept", "cache-control", "no-store"],
      [...TEXT, "set-cookie", "a=1", "set-cookie", "b=2"],
      [...TEXT, "set-cookie", "a=1", "set-cookie", "b=3"],
    ];
    for (const _time of [1, 2]) {
      for (const set of sets) {
        const { headers } = answer("x", ...set, "content-length", "1");
        expect([...headers].flat().sort()).toEqual([...set].sort());
      }
    }
  });

  it("gives nothing of itself to the next when it is changed", () => {
    const first = answer("x", ...TEXT, "content-length", "1");
    first.headers.set("x-name", "Ada");
    first.headers.delete("content-type");
    expect([...answer("x", ...TEXT, "content-length", "1").headers]).toEqual([TEXT]);
  });

  it("is right with more kinds of fields than are kept", () => {
    for (const _time of [1, 2]) {
      for (let index = 0; index < 40; index++) {
        const type = `application/x-${index}`;
        const { headers } = answer("x", "content-type", type, "content-length", "1");
        expect([...headers]).toEqual([["content-type", type]]);
      }
    }
  });
});
