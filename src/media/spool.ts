import { inWorker } from "../http/worker.ts";
import { MEMORY_FILE_SIZE } from "./limits.ts";
import type { UploadContent } from "./upload.ts";

/** Runs a cleanup once the answer was sent. */
export type Defer = (cleanup: () => void | Promise<void>) => void;

/**
 * Takes the files of one request: small ones into memory, large ones into a directory that only this process's
 * user can open, and that is deleted with all that is in it when the request ends, however it ends. A Worker has memory alone.
 */
export class Spool {
  readonly #defer: Defer;
  #directory: Promise<string> | undefined;
  #files = 0;

  constructor(defer: Defer) {
    this.#defer = defer;
  }

  /** Reads one file to its end, a piece at a time: the next is asked for when the one before is stored. */
  async take(pieces: AsyncIterable<Uint8Array>): Promise<{ size: number; content: UploadContent }> {
    const iterator = pieces[Symbol.asyncIterator]();
    const held: Uint8Array[] = [];
    let size = 0;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      held.push(next.value);
      size += next.value.length;
      if (size > MEMORY_FILE_SIZE && !inWorker()) return await this.#store(held, size, iterator);
    }
    return { size, content: concat(held, size) };
  }

  async #store(held: Uint8Array[], heldSize: number, rest: AsyncIterator<Uint8Array>) {
    const [{ open }, { join }] = await Promise.all([import("node:fs/promises"), import("node:path")]);
    this.#directory ??= this.#makeDirectory();
    const path = join(await this.#directory, String(this.#files++));
    await using file = await open(path, "wx", 0o600);
    await file.writeFile(concat(held, heldSize));
    let size = heldSize;
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      await file.writeFile(next.value);
      size += next.value.length;
    }
    return { size, content: { path } };
  }

  async #makeDirectory(): Promise<string> {
    const [{ mkdtemp, rm }, { tmpdir }, { join }] = await Promise.all([
      import("node:fs/promises"),
      import("node:os"),
      import("node:path"),
    ]);
    const directory = await mkdtemp(join(tmpdir(), "responder-upload-"));
    this.#defer(() => rm(directory, { recursive: true, force: true }));
    return directory;
  }
}

/** One array of several, always a copy: what came in is part of a larger buffer. */
export function concat(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
