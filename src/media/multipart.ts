import type { Readable } from "node:stream";
import { problem } from "../http/errors.ts";
import { type Disposition, parseDisposition } from "./disposition.ts";
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
  // Its lower half only: the whole of busboy drops parts without a name, and hangs over a large one.
  const { Dicer } = await import("@fastify/busboy");
  const parser = new Dicer({ boundary, maxHeaderPairs: 32 });

  const reader = new PartReader(limits, source.defer);
  const streams: Readable[] = [];
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
    .on("part", (stream: Readable) => {
      stream.on("error", () => {});
      // The parser waits for a part to ask for more, and a part at its end asks no more.
      stream.once("end", () => stream._read(0));
      streams.push(stream);
      if (streams.length > limits.maxParts) {
        fail(problem("too_many_parts", `A form may have ${limits.maxParts} parts at most`));
        return;
      }
      stream.once("header", (header: PartHeader) => {
        const part = reader.read(header, stream);
        part.catch(fail);
        parts.push(part);
      });
    })
    .on("error", () => fail(malformed("The multipart body is incomplete or malformed")))
    .on("finish", () => finished.resolve());

  try {
    for await (const chunk of source.chunks(limits.maxBodySize)) {
      // A part may have failed while this chunk was waited for; its stream would never call back.
      if (failure) throw failure.error;
      // The callback comes when the parts have room again: this is the back-pressure.
      await new Promise<void>((resolve, reject) => {
        interrupt = reject;
        try {
          parser.write(chunk, () => resolve());
        } catch {
          reject(malformed("The multipart body is malformed"));
        }
      });
    }
    parser.end();
    await finished.promise;
    if (parts.length < streams.length) throw malformed("A part of the form has no end to its headers");
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

/** The headers of a part: values by lower-case name, one character a byte. */
type PartHeader = Readonly<Record<string, readonly string[] | undefined>>;

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

  async read(header: PartHeader, stream: AsyncIterable<Uint8Array>): Promise<Field | null> {
    const { name, filename }: Disposition = parseDisposition(only(header["content-disposition"]));
    const type = parseMediaType(only(header["content-type"]) ?? "text/plain")?.essence;
    if (filename === undefined && type !== "application/octet-stream") {
      return [name, await this.#text(stream)];
    }
    const { size, content } = await this.#spool.take(stream);
    if (filename === "" && size === 0) return null;
    const upload = {
      name,
      filename: filename ?? "",
      type: type ?? "application/octet-stream",
      size,
      content,
    };
    return [name, new Upload(upload)];
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

function only(values: readonly string[] | undefined): string | undefined {
  return values?.length === 1 ? values[0] : undefined;
}
