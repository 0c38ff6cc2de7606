import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import type { RotatedRing } from "../tokens/index.ts";
import { type Command, type Flags, quoted, UsageError } from "./terminal.ts";

const NEW_RING = '{ "keys": [] }';
/** Private keys: for their owner alone. */
const MODE = 0o600;

/** `responder tokens rotate`: takes the next step of a key ring's planned rotation, in its file. */
export function rotatingTokens(args: readonly string[], flags: Flags): Command {
  if (args.length > 0)
    throw new UsageError(`responder tokens rotate takes options only, not ${quoted(args)}`);
  const file = flags.keys;
  if (file === undefined || file === "") throw new UsageError("responder tokens rotate needs --keys, a file");
  const { alg } = flags;
  const tokenLifetime = lifetimeOf(flags["token-lifetime"]);
  return async (terminal) => {
    const { rotateKeys } = await import("../tokens/index.ts");
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return NEW_RING;
      throw error;
    });
    const rotated = rotateKeys(text, {
      ...(alg !== undefined && { alg: alg as "EdDSA" }),
      ...(tokenLifetime !== undefined && { tokenLifetime }),
    });
    await replace(file, rotated.text);
    terminal.warn(`${file}: ${accountOf(rotated)}`);
    return 0;
  };
}

/** In one step, so that nobody reads half a ring, and none is lost where the disk is full. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, "wx", MODE);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function accountOf({ active, added, retired, dropped }: RotatedRing): string {
  return [
    `${active} signs`,
    `${added} is published, and signs after the next rotation`,
    ...retired.map((kid) => `${kid} verifies until its last token is over`),
    ...dropped.map((kid) => `${kid} is gone`),
  ].join("; ");
}

function lifetimeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new UsageError(`--token-lifetime ${text} is no whole number of seconds`);
  }
  return Number(text);
}
