import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONTESTANTS, type Started, startContestant } from "../../bench/contestants.ts";
import { checkAnswer, ENDPOINTS } from "../../bench/endpoints.ts";
import { type Run, table } from "../../bench/table.ts";

describe.each(CONTESTANTS)("the contestant %s", (name) => {
  let server: Started;
  beforeAll(async () => {
    server = await startContestant(name);
  });
  afterAll(() => server.close());

  it.each(ENDPOINTS)("answers $path as all others do", async (endpoint) => {
    await checkAnswer(`http://127.0.0.1:${server.port}`, endpoint);
  });

  it("is found out when it answers otherwise", async () => {
    const [text] = ENDPOINTS;
    const wrong = { ...text, body: "Hello, Mars!" } as (typeof ENDPOINTS)[number];
    await expect(checkAnswer(`http://127.0.0.1:${server.port}`, wrong)).rejects.toThrow("Hello, World!");
  });
});

describe("the table", () => {
  const run = (perSecond: number): Run => ({ perSecond, cpuPerRequest: 1e6 / perSecond, busy: 1 });

  it("compares each round with bare's of the same round, and gives median and range", () => {
    const rows = table([
      { name: "bare", label: "bare", endpoint: "text", runs: [run(1000), run(2000), run(4000)] },
      { name: "hono", label: "hono", endpoint: "text", runs: [run(500), run(1500), run(4000)] },
    ]).split("\n");
    expect(rows[2]).toBe("| text | bare | 1 | 1 | 2,000 | 500.0 µs | 100 % |");
    expect(rows[3]).toBe("| text | hono | 0.75 (0.50–1.00) | 0.75 (0.50–1.00) | 1,500 | 666.7 µs | 100 % |");
  });
});
