import { Buffer } from "node:buffer";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * A number in letters and digits, of one length whatever it is: a double click takes all of it, and no shell, address
 * or file asks for quotes.
 *
 * @throws RangeError for a number that needs more digits
 */
export function base62(value: number, length: number): string {
  let rest = value;
  let text = "";
  for (let place = 0; place < length; place++) {
    text = DIGITS.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  if (rest > 0) throw new RangeError(`The number has more than ${length} digits`);
  return text;
}

/** The same of bytes, the first the highest. */
export function base62OfBytes(bytes: Uint8Array, length: number): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (let place = 0; place < length; place++) {
    text = DIGITS.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  if (rest > 0n) throw new RangeError(`The number has more than ${length} digits`);
  return text;
}
