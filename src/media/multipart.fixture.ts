import { DEFAULT_LIMITS, type MediaLimits } from "./limits.ts";
import { readMedia } from "./read.ts";
import { sourceOf, type TestBody, type TestSource } from "./source.fixture.ts";

export const BOUNDARY = "----boundary7";
export const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;

/** One part as it is sent. */
export function part(disposition: string, content: string, type?: string): string {
  const typeLine = type === undefined ? "" : `Content-Type: ${type}\r\n`;
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n${typeLine}\r\n${content}\r\n`;
}

/** A whole body of parts. */
export function multipart(...parts: string[]): string {
  return `${parts.join("")}--${BOUNDARY}--\r\n`;
}

/** Reads a multipart body; the source is given too, for its cleanups. */
export function readForm(body: TestBody, limits: Partial<MediaLimits> = {}, type = MULTIPART) {
  const source: TestSource = sourceOf(body, { "content-type": type });
  return { source, form: readMedia(source, { ...DEFAULT_LIMITS, ...limits }, "form") };
}

/** A body in pieces of this many bytes. */
export async function* inPieces(body: string | Uint8Array, size: number): AsyncIterable<Uint8Array> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
