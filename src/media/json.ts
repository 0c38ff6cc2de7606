import secureJSON from "secure-json-parse";
import { forbiddenKey, malformed } from "./faults.ts";
import { MAX_DEPTH } from "./limits.ts";
import { decodeUTF8 } from "./text.ts";

/**
 * A JSON body as data.
 *
 * @throws HTTPError 400 `malformed_body` for anything else, an empty body and one that nests too deep included;
 * `forbidden_key` for `__proto__` and `constructor.prototype`
 */
export function decodeJSON(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw malformed("The body is empty where JSON is expected");
  // A shorter body cannot open and close that many levels.
  if (bytes.length > 2 * MAX_DEPTH) refuseDeepNesting(bytes);
  const text = decodeUTF8(bytes);
  try {
    return secureJSON.parse(text, { protoAction: "error", constructorAction: "error" });
  } catch {
    // Both faults are the same SyntaxError; only the safe variant tells them apart, by null.
    if (secureJSON.safeParse(text) === null) throw forbiddenKey();
    throw malformed("The body is not valid JSON");
  }
}

function refuseDeepNesting(bytes: Uint8Array): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) {
      inString = true;
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > MAX_DEPTH) throw malformed(`The body nests deeper than ${MAX_DEPTH} levels`);
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--;
    }
  }
}
