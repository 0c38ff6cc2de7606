import type { BusboyFileStream } from "@fastify/busboy";
import { problem } from "../http/errors.ts";
import { malformed } from "./faults.ts";
import { buildForm, type Form, type FormValue } from "./form.ts";
import { MAX_FIELD_BYTES, type MediaLimits } from "./limits.ts";
import { concat, type Defer, Spool } from "./spool.ts";
import { decodeUTF8 } from "./text.ts";
import { parseMediaType } from "./types.ts";
import { Upload } from "./upload.ts";

type Field = readonly [name: string, value: FormValue];

/** RFC 2046, 5.1.1. None of these characters needs an escape inside quotes. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/;

/**
 * A `multipart/form-data` body (RFC 7578) as a form, read as it comes in. A part with a filename, or of type
 * `application/octet-stream`, is a file; a file input that was left empty is no field.
 *
 * @param boundary the parameter of the Content-Type, if it has one
 * @throws HTTPError 400 `malformed_body` (a body cut off, a part without a name, text that is not UTF-8) or
 * `forbidden_key`; 413 `body_too_large`, `too_many_parts` or `too_many_fields`
 */
export async function readMultipart(
  source: { chunks(limit: number): AsyncIterable<Uint8Array>; defer: Defer },
  limits: MediaLimits,
  boundary: string | undefined,
): Promise<Form> {
  if (boundary === undefined || !BOUNDARY.test(boundary)) {
    throw malformed("The Content-Type of a multipart body needs a valid boundary");
  }
  const { Busboy } = await import("@fastify/busboy");
  const parser = new Busboy({
    headers: { "content-type": `multipart/form-data; boundary="${boundary}"` },
    isPartAFile: () => true, // text comes as bytes too: the parser would replace what is not UTF-8
    preservePath: true, // Upload does that
    limits: { parts: limits.maxParts, headerPairs: 32, headerSize: 16_384 },
  });

  const reader = new PartReader(limits, source.defer);
  const streams: BusboyFileStream[] = [];
  const parts: Promise<Field | null>[] = [];
  const finished = Promise.withResolvers<void>();
  finished.promise.catch(() => {}); // it may fail while a write is what is waited for
  let failure: { readonly error: unknown } | undefined;
  let interrupt = finished.reject;
  const fail = (error: unknown): void => {
    failure ??= { error };
    finished.reject(failure.error);
    interrupt(failure.error);
  };

  parser
    .on("file", (name, stream, filename, _encoding, type) => {
      stream.on("error", () => {});
      streams.push(stream);
      const part = reader.read(name, stream, filename, type);
      part.catch(fail);
      parts.push(part);
    })
    .on("partsLimit", () =>
      fail(problem("too_many_parts", `A form may have ${limits.maxParts} parts at most`)),
    )
    .on("error", () => fail(malformed("The multipart body is incomplete or malformed")))
    .on("finish", () => finished.resolve());

  try {
    for await (const chunk of source.chunks(limits.maxBodySize)) {
      // A part may have failed while this chunk was waited for; its stream would never call back.
      if (failure) throw failure.error;
      // The callback comes when the parts have room again: this is the back-pressure.
      await new Promise<void>((resolve, reject) => {
        interrupt = reject;
        parser.write(chunk, () => resolve());
      });
    }
    parser.end();
    await finished.promise;
    const fields = await Promise.all(parts);
    return buildForm(fields.filter((field) => field !== null));
  } catch (error) {
    fail(error); // the first one is what is told; the streams destroyed now add theirs
    for (const stream of streams) stream.destroy();
    parser.destroy();
    await Promise.allSettled(parts); // no write may race the deletion of the temporary files
    throw failure?.error ?? error;
  }
}

/** Reads the parts of one body, and counts what is limited. */
class PartReader {
  readonly #maxFields: number;
  readonly #spool: Spool;
  #fields = 0;
  #fieldBytes = 0;

  constructor(limits: MediaLimits, defer: Defer) {
    this.#maxFields = limits.maxFields;
    this.#spool = new Spool(defer);
  }

  async read(
    name: string | undefined,
    stream: AsyncIterable<Uint8Array>,
    filename: string | undefined,
    type: string,
  ): Promise<Field | null> {
    // U+FFFD is what the parser makes of bytes that are not UTF-8.
    if (name === undefined || name.includes("\ufffd"))
      throw malformed("A part of the form has no valid name");
    if (filename === undefined && type !== "application/octet-stream") {
      return [name, await this.#text(stream)];
    }
    const { size, content } = await this.#spool.take(stream);
    if (filename === "" && size === 0) return null;
    const essence = parseMediaType(type)?.essence ?? "application/octet-stream";
    return [name, new Upload({ name, filename: filename ?? "", type: essence, size, content })];
  }

  async #text(stream: AsyncIterable<Uint8Array>): Promise<string> {
    if (++this.#fields > this.#maxFields) {
      throw problem("too_many_fields", `A form may have ${this.#maxFields} fields at most`);
    }
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of stream) {
      size += piece.length;
      this.#fieldBytes += piece.length;
      if (this.#fieldBytes > MAX_FIELD_BYTES) {
        throw problem(
          "body_too_large",
          `The text fields of a form may have ${MAX_FIELD_BYTES} bytes together`,
        );
      }
      pieces.push(piece);
    }
    return decodeUTF8(concat(pieces, size), true);
  }
}
