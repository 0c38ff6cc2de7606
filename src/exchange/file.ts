import type { FileHandle } from "node:fs/promises";
import { problem } from "../http/errors.ts";
import { needFiles } from "../http/worker.ts";
import { checkOptions } from "../options.ts";

/** How `resp.file()` answers. */
export interface FileOptions {
  /**
   * The folder that the file must lie in, links followed. Default: none, and then `path` must not come from a request,
   * because nothing keeps it in its place.
   */
  root?: string;
  /** The media type. Default: by the name's ending, else `application/octet-stream`. */
  type?: string;
  /** True, or the name to save it under: sent as an attachment. Default: shown in the browser. */
  download?: boolean | string;
}

/**
 * @internal
 * @throws TypeError for an unknown option, and for a root that is there and is none: nothing would keep the path in it
 */
export function checkFileOptions(options: FileOptions): void {
  checkOptions("resp.file()", options, ["root", "type", "download"]);
  if (Object.hasOwn(options, "root") && (typeof options.root !== "string" || options.root === "")) {
    throw new TypeError(
      "resp.file(): root takes the path of a folder; leave it out where the path is your own",
    );
  }
}

/** @internal A file that is open and ready to be sent. The receiver closes it. */
export interface OpenedFile {
  readonly handle: FileHandle;
  /** The whole path, links followed where there is a root. */
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
  readonly type: string;
  readonly disposition: string | undefined;
}

const CHUNK = 64 * 1024;

/**
 * Opens a file for sending.
 *
 * @internal
 * @throws HTTPError 404 `file_not_found` for what does not exist, is no regular file, or lies outside the root
 * @throws Error in a Worker, which has no files
 */
export async function openFile(path: string, options: FileOptions): Promise<OpenedFile> {
  needFiles(
    "resp.file()",
    "answer with what its static assets give, `return env.ASSETS.fetch(...)`, or with bytes",
  );
  const [{ open, realpath }, { resolve, sep, basename }, { default: mime }] = await Promise.all([
    import("node:fs/promises"),
    import("node:path"),
    import("mime"),
  ]);
  let handle: FileHandle | undefined;
  try {
    if (path.includes("\0") || path.endsWith("/"))
      throw new Error("a file's path has no NUL, nor a slash at its end");
    let target = resolve(path);
    if (options.root !== undefined) {
      const root = await realpath(options.root);
      target = await realpath(resolve(root, `.${sep}${path}`));
      if (!target.startsWith(root.endsWith(sep) ? root : root + sep)) throw new Error("outside the root");
    }
    handle = await open(target, "r");
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error("not a file");
    const name = typeof options.download === "string" ? options.download : basename(target);
    return {
      handle,
      path: target,
      size: stats.size,
      modified: stats.mtime,
      type: options.type ?? withCharset(mime.getType(target) ?? "application/octet-stream"),
      disposition: options.download ? attachment(name) : undefined,
    };
  } catch (cause) {
    await handle?.close();
    throw problem("file_not_found", "No such file", { cause });
  }
}

/**
 * The bytes from `start` to before `end`: a short range at once, a long one piece by piece, when it is asked for. None
 * holds the file open before that: an answer may be given up unread, and nothing would close it then.
 *
 * @internal
 */
export function readRange(
  file: OpenedFile,
  start: number,
  end: number,
): Promise<Uint8Array> | AsyncIterable<Uint8Array> {
  return end - start <= CHUNK ? readPiece(file.handle, start, end) : readPieces(file, start, end);
}

async function* readPieces(file: OpenedFile, start: number, end: number): AsyncGenerator<Uint8Array> {
  const { open } = await import("node:fs/promises");
  await using handle = await open(file.path, "r");
  const { size, mtime } = await handle.stat();
  if (size !== file.size || mtime.getTime() !== file.modified.getTime()) throw changed();
  for (let position = start; position < end; ) {
    const piece = await readPiece(handle, position, Math.min(position + CHUNK, end));
    position += piece.length;
    yield piece;
  }
}

async function readPiece(handle: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const piece = new Uint8Array(end - start);
  for (let filled = 0; filled < piece.length; ) {
    const { bytesRead } = await handle.read(piece, filled, piece.length - filled, start + filled);
    if (bytesRead === 0) throw changed();
    filled += bytesRead;
  }
  return piece;
}

function changed(): Error {
  return new Error("The file was changed while it was sent");
}

/**
 * The one range of a `Range` header (RFC 9110, 14): undefined where the whole is to be sent, null where no part of the
 * range lies within the file. Several ranges at once are answered with the whole, as the RFC allows.
 */
export function parseRange(
  header: string | null,
  size: number,
): { start: number; end: number } | null | undefined {
  const match = header === null ? null : /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header.trim());
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  if (match[1] === "") {
    const suffix = Number(match[2]);
    return suffix === 0 || size === 0 ? null : { start: Math.max(0, size - suffix), end: size };
  }
  const start = Number(match[1]);
  const last = match[2] === "" ? size - 1 : Number(match[2]);
  if (match[2] !== "" && last < start) return undefined;
  return start >= size ? null : { start, end: Math.min(last, size - 1) + 1 };
}

function withCharset(type: string): string {
  return type.startsWith("text/") || type === "application/javascript" ? `${type}; charset=utf-8` : type;
}

/** RFC 6266: an ASCII name for the old, and the whole one for all others. */
function attachment(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const extended = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${extended}`;
}
