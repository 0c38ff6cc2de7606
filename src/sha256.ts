import * as crypto from "node:crypto";

/** In one call where the runtime has it, and as text: a fifth of the time of a hash object and its buffer. */
export const sha256: (text: string, encoding: "hex" | "base64url") => string =
  typeof crypto.hash === "function"
    ? (text, encoding) => crypto.hash("sha256", text, encoding)
    : (text, encoding) => crypto.createHash("sha256").update(text, "utf8").digest(encoding);
