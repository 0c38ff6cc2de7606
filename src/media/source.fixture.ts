import { HTTPError, problem } from "../http/errors.ts";
import { DEFAULT_LIMITS, type MediaLimits } from "./limits.ts";
import { type BodySource, readMedia } from "./read.ts";

/** A body for tests, with the cleanups that were deferred and whether it was touched. */
export interface TestSource extends BodySource {
  readonly touched: boolean;
  cleanUp(): Promise<void>;
}

export type TestBody = string | Uint8Array | AsyncIterable<Uint8Array>;

export function sourceOf(body: TestBody, headers: Record<string, string> = {}): TestSource {
  const cleanups: (() => void | Promise<void>)[] = [];
  let touched = false;
  async function* chunks(limit: number): AsyncIterable<Uint8Array> {
    touched = true;
    let size = 0;
    for await (const piece of pieces(body)) {
      size += piece.length;
      if (size > limit) throw problem("body_too_large");
      yield piece;
    }
  }
  return {
    header: (name) => headers[name] ?? null,
    chunks,
    async bytes(limit) {
      const all: Uint8Array[] = [];
      for await (const piece of chunks(limit)) all.push(piece);
      return new Uint8Array(Buffer.concat(all));
    },
    defer: (cleanup) => void cleanups.push(cleanup),
    get touched() {
      return touched;
    },
    async cleanUp() {
      for (const cleanup of cleanups) await cleanup();
    },
  };
}

async function* pieces(body: TestBody): AsyncIterable<Uint8Array> {
  if (typeof body === "string") yield new TextEncoder().encode(body);
  else if (body instanceof Uint8Array) yield body;
  else yield* body;
}

/** Reads a body of this type with the default limits, or others. */
export function read(body: TestBody, type: string, limits: Partial<MediaLimits> = {}): Promise<unknown> {
  return readMedia(sourceOf(body, { "content-type": type }), { ...DEFAULT_LIMITS, ...limits });
}

/** The `status code` that an answer is refused with; "accepted" where it is not. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "accepted";
  } catch (error) {
    if (error instanceof HTTPError) return `${error.statusCode} ${error.code}`;
    throw error;
  }
}
