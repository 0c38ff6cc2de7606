import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { helloOf } from "../../bench/cold-start.ts";
import { answers, type ContestantName, contestantsOn, type Runtime } from "../../bench/contestants.ts";
import { checkAnswer, ENDPOINTS, type Endpoint } from "../../bench/endpoints.ts";
import { Latencies } from "../../bench/latencies.ts";
import type { Run } from "../../bench/measure.ts";
import { Server } from "../../bench/processes.ts";
import { goAway, takeTime } from "../../bench/rough-clients.ts";
import { asksOf, expectedBody } from "../../bench/route-set.ts";
import { BUDGETS, overBudget, sizes } from "../../bench/sizes.ts";
import { coldStartTable, table } from "../../bench/table.ts";
import { varieties } from "../../bench/types-source.ts";
import { checkCase, KINDS } from "../../bench/verifications/case.ts";
import { outgrown } from "../../bench/verifications/growth.ts";
import { pace } from "../../bench/verifications/pace.ts";
import { ROOT } from "./manifest.ts";

/** In a process of its own, as it is measured, but from the source, which needs no build. */
function start(name: ContestantName, runtime: Runtime = "node", routes?: number): Promise<Server> {
  const options = { runtime, flags: ["--conditions=responder-ts-source"] };
  return Server.start(name, routes === undefined ? options : { ...options, routes });
}

const CONTESTANTS = (["node", "bun"] as const).flatMap((runtime) =>
  contestantsOn(runtime).map((contestant) => ({ ...contestant, runtime })),
);

describe.each(CONTESTANTS)("the contestant $name on $runtime", (contestant) => {
  let server: Server;
  beforeAll(async () => {
    server = await start(contestant.name, contestant.runtime);
  });
  afterAll(() => server.stop());

  const endpoints = ENDPOINTS.filter(({ name }) => answers(contestant, name));

  it.each(endpoints)(
    "answers $ask.path as all others do, and refuses wrong credentials",
    async (endpoint) => {
      const ask = await checkAnswer(server.origin, endpoint);
      expect(ask.path).toBe(endpoint.ask.path);
    },
  );

  it("is found out when it answers otherwise", async () => {
    const wrong = { ...endpoints[0], body: "Hello, Mars!" } as Endpoint;
    await expect(checkAnswer(server.origin, wrong)).rejects.toThrow("was answered with 200");
  });

  it("says why where it does not answer everything", () => {
    expect(endpoints.length === ENDPOINTS.length).toBe(contestant.leavesOut === undefined);
  });
});

describe.each(CONTESTANTS.filter(({ remember }) => !remember))(
  "$name on $runtime with many routes",
  ({ name, runtime }) => {
    it("answers each of them, and 404 for the next", async () => {
      const server = await start(name, runtime, 250);
      try {
        const bodyOf = async (path: string) => {
          const response = await fetch(server.origin + path);
          return response.status === 200 ? response.text() : response.status;
        };
        for (const { path } of asksOf(250)) expect(await bodyOf(path)).toBe(expectedBody(path));
        expect(await bodyOf("/area-250/items")).toBe(404);
      } finally {
        await server.stop();
      }
    });

    it("has a small program for the cold start", () => {
      expect(existsSync(`${ROOT}bench/${helloOf(name, runtime)}`)).toBe(true);
    });
  },
);

describe("the check before a measurement", () => {
  const guarded = ENDPOINTS.filter(({ refused, signIn }) => refused ?? signIn);

  it("knows wrong credentials for everything that has credentials", () => {
    expect(guarded.map(({ name }) => name)).toEqual(["key", "me", "admin", "session"]);
  });

  it("finds out a contestant that lets everybody in", async () => {
    const server = await start("bare");
    const open = ENDPOINTS.find(({ name }) => name === "json") as Endpoint;
    try {
      for (const { refused } of guarded.filter((endpoint) => endpoint.refused)) {
        const unguarded = { ...open, refused: refused ?? [] };
        await expect(checkAnswer(server.origin, unguarded)).rejects.toThrow("not refused");
      }
    } finally {
      await server.stop();
    }
  });
});

describe("clients that go away and clients that take their time", () => {
  it("are met by ours: the ones are forgotten, the others are answered", async () => {
    const server = await start("responder-ts");
    try {
      const port = Number(new URL(server.origin).port);
      await Promise.all([goAway(port, 20), takeTime(port, 5, 100)]);
    } finally {
      await server.stop();
    }
  });
});

describe("the table", () => {
  const run = (perSecond: number): Run => ({
    perSecond,
    cpuPerRequest: 1e6 / perSecond,
    p50: 2,
    p99: 12.34,
    memory: 80e6,
    busy: 1,
    startMs: 50,
  });

  it("compares each round with bare's of the same round, and gives median and range", () => {
    const rows = table([
      { label: "bare", endpoint: "text", runs: [run(1000), run(2000), run(4000)] },
      { label: "hono", endpoint: "text", runs: [run(500), run(1500), run(4000)] },
    ]).split("\n");
    expect(rows[2]).toBe("| text | bare | 1 | 1 | 2,000 | 2,000 | 2.00 ms | 12.3 ms | 80.0 MB | 100 % |");
    expect(rows[3]).toBe(
      "| text | hono | 0.75 (0.50–1.00) | 0.75 (0.50–1.00) | 1,500 | 1,500 | 2.00 ms | 12.3 ms | 80.0 MB | 100 % |",
    );
  });

  it("compares with another contestant of the same round too, where there is one", () => {
    const rows = table(
      [
        { label: "bun", endpoint: "text", runs: [run(1000), run(2000)] },
        { label: "node", endpoint: "text", runs: [run(500), run(500)] },
      ],
      { label: "node", column: "Ratio to node" },
    ).split("\n");
    expect(rows[0]).toContain("| Ratio to bare | Ratio to node | By CPU time |");
    expect(rows[2]).toContain("| text | bun | 1 | 3.00 (2.00–4.00) | 1 |");
    expect(rows[3]).toContain("| text | node | 0.38 (0.25–0.50) | 1 | 0.38 (0.25–0.50) |");
  });

  it("of cold starts compares by round too", () => {
    const starts = (...times: number[]) => times.map((ms) => ({ ms, memory: 50e6 }));
    const rows = coldStartTable([
      { label: "bare", starts: starts(40, 50) },
      { label: "ours", starts: starts(60, 60) },
    ]).split("\n");
    expect(rows[3]).toBe("| ours | 1.35 (1.20–1.50) | 60.0 ms | 50.0 MB |");
  });
});

describe("the latencies", () => {
  it("say what so many in a hundred did not exceed, to 20 microseconds", () => {
    const latencies = new Latencies();
    for (let answer = 1; answer <= 100; answer++) latencies.record(answer / 10);
    expect(latencies.percentile(50)).toBeCloseTo(5, 1);
    expect(latencies.percentile(99)).toBeCloseTo(9.9, 1);
    latencies.record(60_000);
    expect(latencies.percentile(100)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("the size of every subpath", () => {
  it("is within its budget", async () => {
    const found = await sizes("responder-ts-source");
    expect(found.map(({ subpath }) => subpath)).toEqual(Object.keys(BUDGETS));
    expect(found.every(({ own, atOnce }) => own > 1000 && atOnce > 1000)).toBe(true);
    expect(overBudget(found, BUDGETS)).toEqual([]);
  });

  it("fails without a budget, and over one", () => {
    const size = { subpath: ".", own: 9, ownGzip: 5, atOnce: 9, atOnceGzip: 5, laterGzip: 0 };
    expect(overBudget([size], {})).toEqual([". has no budget"]);
    expect(overBudget([size], { ".": { ownGzip: 4, atOnceGzip: 5 } })).toEqual([
      ".: ownGzip is 5 bytes, over its budget of 4",
    ]);
  });
});

describe("the applications of bench:types", () => {
  it("differ in their guards alone, 200 routes each, a body for each fourth", () => {
    const lines = (text: string, pattern: RegExp) => text.match(pattern)?.length;
    for (const source of [varieties.guarded(), varieties.unguarded()]) {
      expect(lines(source, /^api\.(get|post)\(/gm)).toBe(200);
      expect(lines(source, /body: z\.object/g)).toBe(50);
    }
    expect(lines(varieties.guarded(), /auth: /g)).toBe(200);
    expect(varieties.unguarded()).not.toContain("auth:");
  });
});

describe("bench/verifications.ts", () => {
  const run = (...args: string[]) =>
    spawnSync(
      process.execPath,
      ["--conditions=responder-ts-source", `${ROOT}bench/verifications.ts`, ...args],
      { encoding: "utf8" },
    );

  it("measures every kind in memory and on SQLite, and its growth", () => {
    const only = "memory,sqlite";
    const { stdout, stderr } = run("--rounds", "1", "--seconds", "0.005", "--only", only, "--rows", "2000");
    const lines = stdout.split("\n").filter((line) => line.startsWith("| "));
    const measured = lines.map((line) => line.split(" | ").slice(0, 2).join(" on ").slice(2));
    const inMemory = KINDS.map((kind) => `${kind} on memory`);
    const onSQLite = ["api-key", "session", "token-asked", "refresh"].map((kind) => `${kind} on sqlite`);
    const growth = ["api-key on sqlite", "session on sqlite"];
    expect(measured).toEqual(expect.arrayContaining([...inMemory, ...onSQLite]));
    expect(measured.slice(-2)).toEqual(growth);
    // Whether it grew is no question for so short a run.
    expect(stderr.replaceAll(/^.* a verification costs .*$/gm, "").trim()).toBe("");
  });

  it("says which kinds and stores there are where it does not know one", () => {
    const { status, stderr } = run("--only", "oracle");
    expect(status).toBe(1);
    expect(stderr).toContain("Unknown: oracle");
    expect(stderr).toContain("postgresql");
  });
});

describe("the verifications", () => {
  const good = { kind: "api-key", place: "memory", bareIs: "", concurrencies: [1] } as const;
  const [yes, no] = [() => true, () => null];

  it("are not measured where a wrong credential is let in, or a good one is not", async () => {
    await expect(checkCase({ ...good, ours: yes, bare: yes, wrong: yes })).rejects.toThrow("was not refused");
    await expect(checkCase({ ...good, ours: no, bare: yes, wrong: no })).rejects.toThrow("was refused");
  });

  it("end where a good credential is refused meanwhile: that is quick, and no verification", async () => {
    const options = { seconds: 0.01, concurrency: 1 };
    await expect(pace(no, options)).rejects.toThrow("was refused while");
    await expect(pace(async () => false, options)).rejects.toThrow("was refused while");
  });

  it("fail by the median of what they grew", () => {
    const growth = {
      kind: "session",
      place: "sqlite",
      few: 1000,
      many: 1_000_000,
      bareRatios: [1, 1, 1],
    } as const;
    const costs = { fewCost: 10, manyCost: 11 };
    expect(outgrown([{ ...growth, ...costs, ratios: [1, 1.19, 9] }])).toEqual([]);
    expect(outgrown([{ ...growth, ...costs, ratios: [1, 1.21, 1.3] }])).toEqual([
      "session on sqlite: with 1000000 a verification costs 1.21 times what it costs with 1000, over 1.2",
    ]);
  });
});

describe.each(["main", "routes", "connections", "memory", "verifications"])("bench/%s.ts", (file) => {
  it.each([
    [["--rounds", "0"], "--rounds takes a whole number from 1"],
    [["--round", "1"], "Unknown option '--round'"],
  ])("explains itself instead of measuring what nobody asked for: %j", (args, message) => {
    // On the source: nothing has been built in a fresh clone.
    const command = ["--conditions=responder-ts-source", `${ROOT}bench/${file}.ts`, ...args];
    const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).toContain("npm run bench");
  });
});
