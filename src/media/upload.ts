import type { FileHandle } from "node:fs/promises";
import { needFiles } from "../http/worker.ts";
import { decodeUTF8 } from "./text.ts";

/** Where the content of an upload is. */
export type UploadContent = Uint8Array | { readonly path: string };

/** What an {@link Upload} is made of. */
export interface UploadParts {
  readonly name: string;
  readonly filename: string;
  readonly type: string;
  readonly size: number;
  readonly content: UploadContent;
}

/**
 * A file of a multipart form. Up to 64 KiB it is in memory; a larger one is in a private temporary file that is
 * deleted after the answer was sent: read it or save it before. In a Worker all are in memory, up to the API's
 * `maxBodySize`.
 *
 * @example
 * const { avatar } = await req.media("form");
 * if (avatar instanceof Upload) await avatar.saveTo(`/var/lib/app/avatars/${userId}`);
 */
export class Upload {
  /** The name of the form field. */
  readonly name: string;
  /**
   * The client's name for the file: its last path segment, without control characters; may be empty. It is the
   * client's word: show it, but make file names of your own.
   */
  readonly filename: string;
  /** The client's word for the media type, such as `image/png`, in lower case. Nothing has checked the content. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  readonly #content: UploadContent;

  /** @internal */
  constructor(parts: UploadParts) {
    this.name = parts.name;
    this.filename = cleanFilename(parts.filename);
    this.type = parts.type;
    this.size = parts.size;
    this.#content = parts.content;
  }

  /** The whole content, in memory whatever its size: prefer `stream()` for large files. */
  async bytes(): Promise<Uint8Array> {
    if (this.#content instanceof Uint8Array) return this.#content;
    await using file = await openContent(this.#content.path);
    return await file.readFile();
  }

  /**
   * The whole content as text.
   * @throws HTTPError 400 `malformed_body` when it is not UTF-8
   */
  async text(): Promise<string> {
    return decodeUTF8(await this.bytes());
  }

  /** The content in pieces. Each call starts at the beginning. */
  async *stream(): AsyncIterable<Uint8Array> {
    if (this.#content instanceof Uint8Array) {
      if (this.size > 0) yield this.#content;
      return;
    }
    await using file = await openContent(this.#content.path);
    const pieces: AsyncIterable<Uint8Array> = file.createReadStream({ autoClose: false });
    yield* pieces;
  }

  /**
   * Writes the content to a file of your own, made with the process's default permissions. A file that exists
   * is overwritten: do not take `path` from `filename`.
   *
   * @throws Error in a Worker, which has no files
   */
  async saveTo(path: string): Promise<void> {
    needFiles("upload.saveTo()", "put upload.stream() into a bucket or a store, or read upload.bytes()");
    const { writeFile } = await import("node:fs/promises");
    if (this.#content instanceof Uint8Array) return writeFile(path, this.#content);
    // Opened first: where it is gone already, the target stays as it was.
    await using file = await openContent(this.#content.path);
    await writeFile(path, file.createReadStream({ autoClose: false }));
  }
}

async function openContent(path: string): Promise<FileHandle> {
  const { open } = await import("node:fs/promises");
  try {
    return await open(path, "r");
  } catch (cause) {
    throw new Error(
      "This upload's temporary file is gone: it is deleted once the answer was sent. Read it before, or keep it with saveTo(path).",
      { cause },
    );
  }
}

/** The last path segment, as Windows and as Unix see it, without what could change how it is shown or opened. */
function cleanFilename(filename: string): string {
  const base = filename
    .replace(/^.*[/\\]/su, "")
    .replace(/^[a-z]:/iu, "")
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/gu, "")
    .trim();
  return base === "." || base === ".." ? "" : base;
}
