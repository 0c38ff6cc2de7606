import type { Html } from "../http/html.ts";
import type { FileOptions } from "./file.ts";

/** Pieces of a body as a handler may give them. */
export type StreamSource =
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>
  | ReadableStream<Uint8Array>;

/** What a handler said the body is; it becomes bytes when the hooks are through. */
export type Body =
  | { readonly kind: "none" }
  | { readonly kind: "media"; readonly value: unknown }
  | { readonly kind: "problem"; readonly value: object }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "html"; readonly value: Html }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly kind: "stream"; readonly source: StreamSource }
  | { readonly kind: "file"; readonly path: string; readonly options: FileOptions }
  | { readonly kind: "response"; readonly value: Response };

/** Nothing was said. */
export const NO_BODY: Body = Object.freeze({ kind: "none" });
