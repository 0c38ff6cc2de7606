import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startProgram } from "../support/program.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");

function run(...names: string[]): { status: number | null; stderr: string; stdout: string } {
  return spawnSync(process.execPath, [join(EXAMPLES, "run.ts"), ...names], { encoding: "utf8" });
}

describe("npm run example", () => {
  it("without a name lists all that there are", () => {
    const { status, stderr } = run();
    expect(status).toBe(1);
    for (const file of readdirSync(join(EXAMPLES, "guide"))) {
      const name = file.replace(/\.ts$/, "");
      expect(stderr).toMatch(new RegExp(`^ {2}${name}$`, "m"));
      expect(stderr).toMatch(new RegExp(`^ {2}guards/${name}$`, "m"));
    }
  });

  it.each(["api-key", "", "../run", "guide/../guide/roles", "showcase/main", "guide/", "/etc/passwd"])(
    "knows no example %j",
    (name) => {
      const { status, stderr, stdout } = run(name);
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toContain("  api-keys\n");
    },
  );

  it("takes one name", () => {
    expect(run("api-keys", "roles").status).toBe(1);
  });

  it.each(["api-keys", "guide/api-keys", "guards/api-keys"])("runs %s", async (name) => {
    const program = await startProgram(["examples/run.ts", name]);
    expect((await program.send("/protected", { headers: { "X-API-Key": "sk-abc123" } })).status).toBe(200);
    expect(await program.stop()).toBe(0);
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "passes %s on, so that the example stops in order",
    async (signal) => {
      const program = await startProgram(["examples/run.ts", "sessions"]);
      expect(await program.stop(signal)).toBe(0);
      expect(program.output()).toContain(`${signal}: finishing what is under way`);
      await expect(program.send("/login")).rejects.toThrow("ECONNREFUSED");
    },
  );

  it("hands PORT on, and fails with its reason where the port is taken", async () => {
    const program = await startProgram(["examples/run.ts", "roles"]);
    await expect(startProgram(["examples/run.ts", "roles"], { PORT: String(program.port) })).rejects.toThrow(
      /ended with status 1.*in use/s,
    );
    expect(await program.stop()).toBe(0);
  });
});
