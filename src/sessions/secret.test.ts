import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { resolveSecretKeys } from "./secret.ts";

const GOOD = "4Jm0hYvRk2sQ9xW7cT1nZ6bL3pF8dG5a";
const OTHER = "uE2rX6yB9qK4wN7mV1tS5jH8gP3oD0fC";
const SHORT = "hunter2-hunter2";

function mode(production: boolean) {
  const warnings: string[] = [];
  return { production, warnings, warn: (message: string) => void warnings.push(message) };
}

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("It did not throw");
}

describe("resolveSecretKeys", () => {
  it("takes one secret or a list of them, in order and frozen", () => {
    const production = mode(true);
    expect(resolveSecretKeys(GOOD, production)).toEqual([GOOD]);
    expect(resolveSecretKeys([GOOD, OTHER], production)).toEqual([GOOD, OTHER]);
    expect(Object.isFrozen(resolveSecretKeys([GOOD], production))).toBe(true);
    expect(production.warnings).toEqual([]);
  });

  it("takes 32 characters and refuses 31 in production", () => {
    expect(resolveSecretKeys("x".repeat(32), mode(true))).toHaveLength(1);
    expect(() => resolveSecretKeys("x".repeat(31), mode(true))).toThrow(TypeError);
  });

  it("refuses a short secret among good ones, since each of them verifies", () => {
    expect(() => resolveSecretKeys([GOOD, SHORT], mode(true))).toThrow(/secretKey\[1\] has fewer than 32/);
  });

  it("takes a short secret in development, with a warning", () => {
    const development = mode(false);
    expect(resolveSecretKeys(SHORT, development)).toEqual([SHORT]);
    expect(development.warnings).toHaveLength(1);
  });

  it("refuses a missing secret in production", () => {
    expect(() => resolveSecretKeys(undefined, mode(true))).toThrow(/secretKey is missing/);
  });

  it("replaces a missing secret in development by a random one of the process, with a warning each time", () => {
    const development = mode(false);
    const first = resolveSecretKeys(undefined, development);
    expect(resolveSecretKeys(undefined, development)).toEqual(first);
    expect(first[0]?.length).toBeGreaterThanOrEqual(43);
    expect(development.warnings).toHaveLength(2);
    expect(development.warnings.join()).not.toContain(first[0]);
  });

  it.each([
    ["an empty list", []],
    ["an empty string", ""],
    ["an empty string in a list", [GOOD, ""]],
    ["a number", 42],
    ["null", null],
    ["a list with a missing variable", [GOOD, undefined]],
    ["a list with a hole", new Array<string>(1)],
    ["a buffer", Buffer.alloc(32)],
  ])("refuses %s in development and production alike", (_name, secretKey) => {
    for (const production of [true, false]) {
      expect(() => resolveSecretKeys(secretKey as string, mode(production))).toThrow(TypeError);
    }
  });

  it("never has the secret in a message", () => {
    const development = mode(false);
    resolveSecretKeys([SHORT, GOOD], development);
    const messages = [...development.warnings, messageOf(() => resolveSecretKeys([GOOD, SHORT], mode(true)))];
    expect(messages.join()).not.toContain(SHORT);
    expect(messages.join()).not.toContain(GOOD);
  });

  it("says the command that makes a good secret, and the command does", () => {
    const message = messageOf(() => resolveSecretKeys(SHORT, mode(true)));
    expect(message).toMatch(/npx responder secret$/);
    const command = ["--conditions=responder-ts-source", `${import.meta.dirname}/../cli/main.ts`, "secret"];
    const made = execFileSync(process.execPath, command, { encoding: "utf8" }).trim();
    expect(resolveSecretKeys(made, mode(true))).toEqual([made]);
  });
});
