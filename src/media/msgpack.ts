import { HTTPError } from "../http/errors.ts";
import { forbiddenKey, malformed, refuseConstructorKey } from "./faults.ts";
import { checkStructure } from "./msgpack-structure.ts";

/**
 * A MessagePack body as data. Binary becomes a Uint8Array; extension types, timestamps included, are refused.
 * An integer past 2^53 loses precision, as it does in JSON.
 *
 * @throws HTTPError 400 `malformed_body` or `forbidden_key`
 */
export async function decodeMsgPack(bytes: Uint8Array): Promise<unknown> {
  checkStructure(bytes);
  const { decode, DecodeError } = await import("@msgpack/msgpack");
  let constructorSeen = false;
  const mapKeyConverter = (key: unknown): string => {
    if (typeof key !== "string") throw malformed("The keys of a MessagePack body must be strings");
    if (key === "constructor") constructorSeen = true;
    return key;
  };
  try {
    const value = decode(bytes, { mapKeyConverter });
    if (constructorSeen) refuseConstructorKeys(value);
    return value;
  } catch (error) {
    if (error instanceof HTTPError) throw error;
    // The decoder refuses this one key itself, and says so in the message only.
    if (error instanceof DecodeError && error.message.includes("__proto__")) throw forbiddenKey();
    throw malformed("The body is not valid MessagePack");
  }
}

function refuseConstructorKeys(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  refuseConstructorKey(value);
  for (const inner of Object.values(value)) refuseConstructorKeys(inner);
}
