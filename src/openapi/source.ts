import type { RouteRecord } from "../registration/record.ts";
import type { DescriptionSettings } from "./options.ts";
import type { OpenAPIDocument } from "./types.ts";

/** What an application's document is made of. */
export interface DocumentSource {
  readonly settings: DescriptionSettings;
  records(): Iterable<RouteRecord>;
  /** The name of the session's cookie, as browsers see it. */
  readonly sessionCookie: string;
  /** Whether errors of this status are answered with a problem document: by the framework, not by a handler. */
  answersProblem(statusCode: number): boolean;
}

/** The document, made when it is first asked for: neither it nor what makes it is loaded before. */
export function lazyDocument(source: DocumentSource): () => Promise<OpenAPIDocument> {
  let document: Promise<OpenAPIDocument> | undefined;
  return () => {
    document ??= import("./document.ts").then(({ documentOf }) => documentOf(source));
    return document;
  };
}
