import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseKeyRing, Tokens } from "../tokens/index.ts";
import { type Flags, UsageError } from "./terminal.ts";
import { rotatingTokens } from "./tokens.ts";

let folder = "";
let file = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "responder-ts-keys-"));
  file = join(folder, "keys.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function rotate(flags: Flags = {}) {
  const said = { out: "", err: "" };
  const status = await rotatingTokens([], { keys: file, ...flags })({
    print: async (text) => {
      said.out += text;
    },
    warn: (text) => {
      said.err += text;
    },
  });
  return { status, ...said };
}

const ring = async () => parseKeyRing(await readFile(file, "utf8"));
const tokensBy = async () =>
  new Tokens({ issuer: "https://a.example", audience: "https://a.example", keys: await ring() });

describe("responder tokens rotate", () => {
  it("makes a ring where there is none, for its owner alone, and shows no key", async () => {
    const { status, out, err } = await rotate({ alg: "ES256" });
    expect([status, out]).toEqual([0, ""]);
    expect(err).toMatch(/keys\.json: \S+ signs; \S+ is published, and signs after the next rotation$/);
    const { keys } = JSON.parse(await readFile(file, "utf8")) as { keys: { d: string; alg: string }[] };
    expect(keys.map(({ alg }) => alg)).toEqual(["ES256", "ES256"]);
    for (const { d } of keys) expect(err).not.toContain(d);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["keys.json"]);
  });

  it("lets tokens of before be good afterwards, and signs by the key that was published", async () => {
    await rotate();
    const before = await tokensBy();
    const token = await before.issue({ subject: "ada" });
    const text = await readFile(file, "utf8");
    // Published long enough ago.
    await writeFile(file, text.replaceAll(/"iat": \d+/g, '"iat": 1700000000'));
    const { err } = await rotate({ "token-lifetime": "900" });
    expect(err).toMatch(/verifies until its last token is over$/);
    const after = await tokensBy();
    expect(await after.verify(token)).toMatchObject({ sub: "ada" });
    expect(await before.verify(await after.issue({ subject: "grace" }))).toMatchObject({ sub: "grace" });
  });

  it("does nothing to a file that is no key ring, or where the next key is too new", async () => {
    await writeFile(file, "{ no ring");
    await expect(rotate()).rejects.toThrow(TypeError);
    expect(await readFile(file, "utf8")).toBe("{ no ring");
    await rm(file);
    await rotate();
    const text = await readFile(file, "utf8");
    await expect(rotate()).rejects.toThrow(/not been published for long enough/);
    expect(await readFile(file, "utf8")).toBe(text);
    expect(await readdir(folder)).toEqual(["keys.json"]);
  });

  it.each([
    [["x"], {}, /takes options only, not x/],
    [[], { keys: "" }, /needs --keys/],
    [[], { keys: "k.json", "token-lifetime": "0" }, /--token-lifetime 0 is no whole number of seconds/],
    [[], { keys: "k.json", "token-lifetime": "1h" }, /--token-lifetime 1h is no whole number/],
  ] satisfies [string[], Flags, RegExp][])("called as %j %j says what is wrong", (args, flags, message) => {
    expect(() => rotatingTokens(args, flags)).toThrow(UsageError);
    expect(() => rotatingTokens(args, flags)).toThrow(message);
  });

  it("knows no algorithm that is none", async () => {
    await expect(rotate({ alg: "none" })).rejects.toThrow(/alg takes one of/);
  });
});
