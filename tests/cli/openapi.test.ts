import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { responder } from "./responder.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "responder-ts-cli-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("responder openapi", () => {
  it("prints the document as YAML", async () => {
    const { status, stdout } = await responder("openapi", "guarded.ts");
    expect(status).toBe(0);
    expect(parse(stdout)).toMatchObject({
      openapi: "3.1.1",
      info: { title: "Guarded" },
      paths: { "/admin/users/{id}": { get: { security: [{ bearer: ["admin"] }] } } },
    });
  });

  it("writes it as YAML or JSON, by the file's ending", async () => {
    const [yml, json] = [join(folder, "schema.yml"), join(folder, "schema.json")];
    expect(await responder("openapi", "guarded.ts", "-o", yml)).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
    expect((await responder("openapi", "guarded.ts", "--output", json)).status).toBe(0);
    const document = JSON.parse(await readFile(json, "utf8"));
    expect(document.info.title).toBe("Guarded");
    expect(parse(await readFile(yml, "utf8"))).toEqual(document);
  });

  it("refuses another ending", async () => {
    const { status, stderr } = await responder("openapi", "guarded.ts", "-o", join(folder, "schema.txt"));
    expect([status, stderr]).toEqual([1, expect.stringContaining("should end in .yml, .yaml or .json")]);
  });

  it("makes the document of an application that does not serve it", async () => {
    const { stdout } = await responder("openapi", "open.ts");
    expect(Object.keys(parse(stdout).paths)).toEqual(["/open", "/asks-nobody"]);
  });
});
