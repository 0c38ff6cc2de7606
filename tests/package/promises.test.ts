import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { manifest, ROOT } from "./manifest.ts";
import { importsOf, shippedFiles } from "./source.ts";

describe("package.json", () => {
  it("promises ESM for Node 24 and newer, under MIT, without side effects", () => {
    expect(manifest.type).toBe("module");
    expect(manifest.engines).toEqual({ node: ">=24" });
    expect(manifest.license).toBe("MIT");
    expect(readFileSync(`${ROOT}LICENSE`, "utf8")).toContain("MIT License");
    expect(manifest.sideEffects).toBe(false);
  });

  it("depends on every package that the code imports, and on no other", () => {
    const imported = new Set(
      shippedFiles
        .flatMap(importsOf)
        .map(({ target }) => target)
        .filter((target) => !target.endsWith(".ts") && !target.startsWith("node:"))
        .map((target) => /^(@[^/]+\/)?[^/]+/.exec(target)?.[0]),
    );
    expect([...imported].sort()).toEqual(
      Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).sort(),
    );
  });

  it("pins the tools of development, so that a fresh clone builds what this one does", () => {
    const loose = Object.entries(manifest.devDependencies).filter(([, version]) => /[\^~*><]/.test(version));
    expect(loose).toEqual([]);
  });

  it("ships the build and its source, and no test", () => {
    const listed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [packed] = Object.values(JSON.parse(listed)) as [{ files: { path: string }[] }];
    const paths = packed.files.map(({ path }) => path);
    const expected = [...shippedFiles, "openapi/ui/init.js"].map((file) => `src/${file}`);
    expect(paths.filter((path) => path.startsWith("src/")).sort()).toEqual(expected.sort());
    const others = paths.filter((path) => !path.startsWith("src/") && !path.startsWith("dist/"));
    expect(others.filter((path) => path !== "README.md").sort()).toEqual(["LICENSE", "package.json"]);
    expect(paths.filter((path) => /\.(test|test-d|fixture)\./.test(path))).toEqual([]);
  });
});

describe("the runtime of the scripts", () => {
  it("is the Node that npm installed, whatever the machine has", () => {
    const versions = ["node", "node24"].map(
      (name) =>
        JSON.parse(readFileSync(`${ROOT}node_modules/${name}/package.json`, "utf8")).version as string,
    );
    expect(versions.map((version) => version.split(".")[0])).toEqual(["26", "24"]);
    expect(versions.map((version) => `v${version}`)).toContain(process.version);
  });

  it("is Node 26 in `npm test` and Node 24 in `npm run test:node24`", () => {
    const major = process.version.split(".")[0];
    const script = process.env["npm_lifecycle_event"];
    if (script === "test:node24") expect(major).toBe("v24");
    else expect(major).toBe("v26");
  });

  it("is the same for the processes that tests start", () => {
    const version = (command: string) => execFileSync(command, ["--version"], { encoding: "utf8" }).trim();
    expect(version(process.execPath)).toBe(process.version);
    expect(version("node")).toBe(process.version);
  });
});
