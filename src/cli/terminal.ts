import type { parseArgs } from "node:util";

/** Where a command writes. */
export interface Terminal {
  print(text: string): Promise<void>;
  warn(text: string): void;
}

/** A command that was called the wrong way. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const LONGEST_WORD = 40;

/** Words of a command line, for a message. Addresses and keys are not repeated: such messages end up in logs. */
export function quoted(words: readonly string[]): string {
  return words.map((word) => (word.length > LONGEST_WORD || /:\/\/|@/.test(word) ? "…" : word)).join(" ");
}

/** A command with its arguments. It returns the exit status, or nothing where something goes on running. */
export type Command = (terminal: Terminal) => Promise<number | undefined>;

/** Every option that some command takes. */
export const OPTIONS = {
  workers: { type: "string" },
  watch: { type: "boolean" },
  port: { type: "string" },
  host: { type: "string" },
  json: { type: "boolean" },
  "deny-public": { type: "boolean" },
  output: { type: "string", short: "o" },
  store: { type: "string" },
  prefix: { type: "string" },
  owner: { type: "string" },
  name: { type: "string" },
  scope: { type: "string", multiple: true },
  "expires-in": { type: "string" },
  overlap: { type: "string" },
  "store-prefix": { type: "string" },
  keys: { type: "string" },
  alg: { type: "string" },
  "token-lifetime": { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

/** The options that a command line has. */
export type Flags = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];
