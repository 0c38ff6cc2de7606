import { randomBytes } from "node:crypto";
import { type Command, quoted, UsageError } from "./terminal.ts";

/** `responder secret`: prints 256 random bits, as `secretKey` takes them. */
export function makingSecret(args: readonly string[]): Command {
  if (args.length > 0) throw new UsageError(`responder secret takes nothing, not ${quoted(args)}`);
  return async ({ print }) => {
    await print(`${randomBytes(32).toString("base64url")}\n`);
    return 0;
  };
}
