import { once } from "node:events";
import { readFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { fileURLToPath } from "node:url";
import type { ContestantName, Runtime } from "./contestants.ts";
import { startProgram } from "./processes.ts";

/** How a fresh process of a contestant's `hello/` comes up. */
export interface ColdStart {
  /** From the start of the process to its first answer, in milliseconds. */
  readonly ms: number;
  /** What the process has in memory then, in bytes. */
  readonly memory: number;
}

/**
 * Starts a contestant that answers "Hello, World!" and nothing else, in plain JavaScript: the types of a file in
 * TypeScript would be stripped on this time. Those for Bun are in `hello/bun/`.
 *
 * @throws Error for any other answer
 */
export async function coldStart(name: ContestantName, runtime: Runtime): Promise<ColdStart> {
  const begin = performance.now();
  const file = helloOf(name, runtime);
  const child = startProgram("server", runtime, [fileURLToPath(new URL(file, import.meta.url))], false);
  try {
    const ended = once(child, "exit").then(() => []);
    const [line] = await Promise.race([once(child.stdout as NodeJS.ReadableStream, "data"), ended]);
    if (line === undefined) throw new Error(`${file} ended before it listened`);
    const body = await bodyOf(`http://127.0.0.1:${Number(line)}/`);
    const ms = performance.now() - begin;
    if (body !== "Hello, World!") throw new Error(`${file} answered ${JSON.stringify(body)}`);
    return { ms, memory: memoryOf(child.pid as number) };
  } finally {
    if (child.exitCode === null && child.kill()) await once(child, "exit");
  }
}

/** The file of a contestant's program, from this folder. */
export function helloOf(name: ContestantName, runtime: Runtime): string {
  return `hello/${runtime === "bun" ? "bun/" : ""}${name}.js`;
}

async function bodyOf(url: string): Promise<string> {
  const [response] = (await once(get(url, { agent: false }), "response")) as [IncomingMessage];
  let body = "";
  for await (const chunk of response.setEncoding("utf8")) body += chunk;
  return body;
}

/** As Linux tells; elsewhere `NaN`. */
function memoryOf(pid: number): number {
  try {
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return Number.NaN;
  }
}
