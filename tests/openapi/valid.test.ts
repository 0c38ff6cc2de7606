import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Validator } from "@seriousme/openapi-schema-validator";
import type { API } from "responder-ts";
import { TestClient } from "responder-ts/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { notesAPI } from "./notes.ts";

vi.stubEnv("SECRET_KEY", "0123456789abcdef0123456789abcdef");

const ROOT = join(import.meta.dirname, "../..");
const run = promisify(execFile);
/** What an application need not say of itself. */
const skipped = ["info-license", "operation-summary", "tag-description"].map((rule) => `--skip-rule=${rule}`);

const documents: [name: string, document: string][] = [["notes", await documentOf(notesAPI())]];
for (const file of globSync("examples/guards/*.ts", { cwd: ROOT }).sort()) {
  const { api }: { api: API } = await import(join(ROOT, file));
  documents.push([file.replaceAll("/", "-"), await documentOf(api)]);
}

async function documentOf(api: Pick<API, "fetch">): Promise<string> {
  // As somebody whom every guard lets in, should the document be behind one.
  const client = new TestClient((request) => api.fetch(request)).as({}, { scopes: ["admin"] });
  const response = await client.get("/schema.json");
  expect(response.status).toBe(200);
  return response.text();
}

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "responder-ts-openapi-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(documents)("the document of %s", (name, document) => {
  it("is what the OpenAPI 3.1 JSON Schema asks for", async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(document))).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  it("refers to nothing that it does not hold, and holds nothing that nobody refers to", () => {
    const { components } = JSON.parse(document) as { components: Record<string, Record<string, unknown>> };
    const held = ["schemas", "responses"].flatMap((kind) =>
      Object.keys(components[kind] ?? {}).map((key) => `#/components/${kind}/${key}`),
    );
    const used = new Set([...document.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference));
    expect([...used].sort()).toEqual(held.sort());
  });

  it("has no complaint of Redocly's", async () => {
    const file = join(folder, `${name}.json`);
    await writeFile(file, document);
    const command = ["lint", "--extends=minimal", ...skipped, "--format=json", file];
    const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
    const redocly = join(ROOT, "node_modules/@redocly/cli/bin/cli.js");
    const { stdout } = await run(process.execPath, [redocly, ...command], { cwd: folder, env }).catch(
      (error: { stdout: string }) => error,
    );
    const { totals, problems } = JSON.parse(stdout) as { totals: object; problems: { message: string }[] };
    expect(problems.map(({ message }) => message)).toEqual([]);
    expect(totals).toMatchObject({ errors: 0, warnings: 0 });
  });
});
