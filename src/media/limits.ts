/** How much of a request body is accepted. Over a limit the answer is 413. */
export interface MediaLimits {
  /** The whole body, in bytes, files included. Default 1,048,576 (1 MiB): raise it where files are uploaded. */
  maxBodySize: number;
  /** Parts of a multipart body, fields and files together. Default 100; one more is 413 `too_many_parts`. */
  maxParts: number;
  /** Fields of a form, url-encoded or multipart. Default 1,000; one more is 413 `too_many_fields`. */
  maxFields: number;
}

/** The limits that hold where nothing else is said. */
export const DEFAULT_LIMITS: Readonly<MediaLimits> = Object.freeze({
  maxBodySize: 1_048_576,
  maxParts: 100,
  maxFields: 1_000,
});

/** A file of a form stays in memory up to this size, in bytes; a larger one goes to disk while it comes in. */
export const MEMORY_FILE_SIZE = 65_536;

/**
 * All text fields of a multipart body together, in bytes. They are held in memory, so a `maxBodySize` raised
 * for files must not raise it too.
 */
export const MAX_FIELD_BYTES = 1_048_576;

/**
 * A YAML body, in bytes, even where `maxBodySize` allows more: its parser takes microseconds a byte, so a larger
 * one would hold up the whole process for seconds.
 */
export const MAX_YAML_SIZE = 65_536;

/** How deep data may nest, in any format. What recurses over it later (a validator, an encoder) has stack left. */
export const MAX_DEPTH = 500;
