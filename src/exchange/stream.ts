import type { StreamSource } from "./body.ts";

/**
 * The pieces of a source as bytes. `return()` ends the source at once, also one that is being waited for; it is
 * what a runtime calls when the client has gone.
 *
 * @throws TypeError for a source that cannot be read, while another answer can still be sent
 */
export function bytesOf(source: StreamSource): AsyncIterable<Uint8Array> {
  const pieces = source instanceof ReadableStream ? readerOf(source) : iteratorOf(source);
  return {
    [Symbol.asyncIterator]() {
      return {
        async next() {
          const { done, value } = await pieces.next();
          if (done) return { done: true, value: undefined };
          return { done: false, value: typeof value === "string" ? ENCODER.encode(value) : value };
        },
        async return() {
          await pieces.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** Ends a source that nobody will read. */
export async function endSource(source: StreamSource): Promise<void> {
  await bytesOf(source)[Symbol.asyncIterator]().return?.();
}

const ENCODER = new TextEncoder();

interface Pieces {
  next(): PromiseLike<IteratorResult<Uint8Array | string>> | IteratorResult<Uint8Array | string>;
  return?(): unknown;
}

function iteratorOf(source: Exclude<StreamSource, ReadableStream>): Pieces {
  const many: Partial<AsyncIterable<Uint8Array | string> & Iterable<Uint8Array | string>> = source;
  const pieces = many[Symbol.asyncIterator]?.() ?? many[Symbol.iterator]?.();
  if (pieces === undefined) {
    throw new TypeError(
      "resp.stream() takes an iterable of strings or bytes, or a ReadableStream; call a generator function",
    );
  }
  return pieces;
}

/** A stream's own iterator would wait for the read under way before it cancels; its reader does not. */
function readerOf(stream: ReadableStream<Uint8Array>): Pieces {
  const reader = stream.getReader();
  return {
    async next() {
      const { done, value } = await reader.read();
      return done ? { done: true, value: undefined } : { done: false, value };
    },
    return: () => reader.cancel(),
  };
}
