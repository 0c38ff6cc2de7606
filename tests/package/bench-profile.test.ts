import { spawnSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { Server } from "../../bench/processes.ts";
import { type CPUProfile, callTree, hottest, shares } from "../../bench/profile-frames.ts";
import { ownerOf, placeOf } from "../../bench/profile-places.ts";
import { flameGraph, frameTable } from "../../bench/profile-text.ts";
import { ROOT } from "./manifest.ts";

const frame = (functionName: string, url = "", lineNumber = 0) => ({
  functionName,
  url,
  lineNumber,
  columnNumber: 0,
});

/** `outer` calls `again`, which calls itself once; each sample stands for 10 microseconds. */
const PROFILE: CPUProfile = {
  nodes: [
    { id: 1, callFrame: frame("(root)"), children: [2, 3, 6] },
    { id: 2, callFrame: frame("(idle)") },
    { id: 3, callFrame: frame("outer", "node:net", 41), children: [4] },
    { id: 4, callFrame: frame("again"), children: [5] },
    { id: 5, callFrame: frame("again") },
    { id: 6, callFrame: frame("(garbage collector)") },
  ],
  samples: [2, 3, 4, 4, 5, 5, 5, 6, 2, 2],
  timeDeltas: [10, 10, 10, 10, 10, 10, 10, 10, 990, 10],
};

describe("the profile of one endpoint", () => {
  const tree = callTree(PROFILE, placeOf);

  it("leaves out the time in which the process was idle, and gives each sample the time until the next", () => {
    // 6 samples of 10 microseconds, and one of 990.
    const [garbage] = tree.calls;
    expect(garbage?.name).toBe("(garbage collector)");
    expect(garbage?.self).toBeCloseTo(990 / 1050);
    expect(tree.total).toBeCloseTo(1);
  });

  it("counts what calls itself once in the total, and all of it in its own time", () => {
    const again = hottest(tree).find(({ name }) => name === "again");
    expect(again?.self).toBeCloseTo(50 / 1050);
    expect(again?.total).toBeCloseTo(50 / 1050);
    const outer = hottest(tree).find(({ name }) => name === "outer");
    expect(outer).toMatchObject({ place: "node:net:42" });
    expect([outer?.self, outer?.total]).toEqual([expect.closeTo(10 / 1050), expect.closeTo(60 / 1050)]);
  });

  it("shows as text who calls whom, and leaves out what is too small", () => {
    const lines = flameGraph(tree, 0.04).split("\n");
    expect(lines[1]).toBe(" 94.3 %   94.3 %  ███████████████████·  (garbage collector)");
    expect(lines[2]).toBe("  1.0 %    5.7 %  █···················  outer  node:net:42");
    expect(lines[3]).toBe("  1.9 %    4.8 %  █···················    again");
    expect(lines).toHaveLength(4);
    expect(frameTable(hottest(tree).slice(0, 1))).toBe(
      "   self    total  function\n 94.3 %   94.3 %  (garbage collector)",
    );
  });

  it("divides the time among ours, packages, the runtime and native code", () => {
    const at = (place: string) => ownerOf({ name: "f", place, self: 0, total: 0 });
    expect(at("src/api.ts:3")).toBe("responder-ts");
    expect(at("node_modules/@hono/node-server/dist/index.mjs:1")).toBe("@hono/node-server");
    expect(at("node:net:42")).toBe("the runtime's JavaScript");
    expect(at("bench/serve.ts:1")).toBe("the application");
    expect(at("")).toBe("native code");
    expect(shares(tree, ownerOf)[0]).toEqual({
      name: "(garbage collector)",
      share: expect.closeTo(990 / 1050),
    });
  });

  it("names files from the root", () => {
    const url = pathToFileURL(`${ROOT}bench/serve.ts`).href;
    expect(placeOf(frame("f", url, 4))).toBe("bench/serve.ts:5");
    expect(placeOf(frame("f", `${ROOT}bench/serve.ts`, 4))).toBe("bench/serve.ts:5");
  });

  it.each(["node", "bun"] as const)("is taken of a server on %s", async (runtime) => {
    const flags = ["--conditions=responder-ts-source"];
    const server = await Server.start("responder-ts", { runtime, flags });
    try {
      await server.startProfile();
      const ask = async () => (await fetch(`${server.origin}/text`)).text();
      for (let round = 0; round < 60; round++) await Promise.all(Array.from({ length: 25 }, ask));
      const places = hottest(callTree(await server.stopProfile(), placeOf)).map(({ place }) => place);
      expect(places.some((place) => /^src\/.*\.ts:\d+$/.test(place))).toBe(true);
    } finally {
      await server.stop();
    }
  });

  it.each([
    [["nothing"], "Name an endpoint: text, json"],
    [["key", "koa"], "No contestant koa that answers key"],
    [["text", "fastify", "--bun"], "No contestant fastify that answers text"],
    [["text", "--second", "1"], "Unknown option '--second'"],
  ])("explains itself instead of profiling what nobody asked for: %j", (args, message) => {
    const { status, stderr } = spawnSync(process.execPath, [`${ROOT}bench/profile.ts`, ...args], {
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).toContain("npm run bench:profile");
  });
});
