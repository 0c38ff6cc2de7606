import { argon2, randomBytes, timingSafeEqual } from "node:crypto";

/** OWASP's first choice for argon2id: 19 MiB of memory, two passes, one lane. */
const CURRENT = { memory: 19_456, passes: 2, parallelism: 1 };
const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Hashes a password to a PHC string, which says how it was made. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await derive(password, salt, 32, CURRENT);
  const { memory, passes, parallelism } = CURRENT;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

/** Whether a password is the one behind a PHC string, whatever parameters that was made with. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt, tag] = PHC.exec(hash) ?? [];
  if (!salt || !tag) throw new Error("A stored password is no argon2id PHC string");
  const expected = Buffer.from(tag, "base64");
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const actual = await derive(password, Buffer.from(salt, "base64"), expected.length, cost);
  return timingSafeEqual(actual, expected);
}

/** On a thread of its own, so that other requests go on meanwhile. */
function derive(password: string, nonce: Buffer, tagLength: number, cost: typeof CURRENT): Promise<Buffer> {
  const message = password.normalize("NFKC"); // the same password typed on another keyboard
  return new Promise((resolve, reject) => {
    argon2("argon2id", { message, nonce, tagLength, ...cost }, (error, tag) => {
      if (error) reject(error);
      else resolve(tag);
    });
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
