/**
 * What a runtime hands to the pipeline: one request, unparsed. Each runtime has one implementation, and
 * only `runtimes/` knows which.
 */
export interface Incoming {
  /** The method as sent, upper case. */
  readonly method: string;
  /** The request target as sent: a path with its query, undecoded. */
  readonly target: string;
  /** The address of the peer of the connection, without port: a proxy's where one stands between. */
  readonly peerAddress: string;
  /** Whether the connection itself is TLS. */
  readonly encrypted: boolean;
  /** Aborted when the client goes before the answer is complete. */
  readonly signal: AbortSignal;
  /** Somebody that a test enters as, in this process: no byte of a request can set it. */
  readonly posed?: PosedPrincipal | undefined;
  /**
   * One header field by its lower-case name, or null. A repeated field is joined by ", " (RFC 9110, 5.3),
   * `cookie` by "; ".
   */
  header(name: string): string | null;
  /** All header fields, names in lower case, repeated ones joined. */
  headers(): Iterable<[name: string, value: string]>;
  /**
   * The whole body. Reading starts with this call.
   * @param limit in bytes; a longer body rejects with HTTPError 413 `body_too_large`
   */
  bytes(limit: number): Promise<Uint8Array>;
  /** The body in pieces, as they come; more than `limit` bytes reject with HTTPError 413 `body_too_large`. */
  chunks(limit: number): AsyncIterable<Uint8Array>;
}

/** Somebody who needs no credential, because a test says who it is. What they may do is checked all the same. */
export interface PosedPrincipal {
  readonly principal: object;
  /** The scheme by which they enter. Default: any. */
  readonly scheme?: string | undefined;
  /** Default: those that the scheme finds in the principal. */
  readonly scopes?: readonly string[] | undefined;
}

/** A body as a runtime sends it. */
export type OutgoingBody = string | Uint8Array | AsyncIterable<Uint8Array> | null;

/** A finished answer: what a runtime turns into bytes, and nothing else. */
export interface Outgoing {
  readonly status: number;
  /** Names and values in turn; checked, in the order they are sent, `content-length` included where it is known. */
  readonly headers: readonly string[];
  /** null where the answer has no body, HEAD's included. */
  readonly body: OutgoingBody;
  /** Whether the route's handler has run. */
  readonly reached: boolean;
  /** Tasks to run once it is sent, whether or not the client took it. */
  readonly afterSend: readonly (() => unknown)[] | undefined;
}
