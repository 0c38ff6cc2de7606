import { randomBytes } from "node:crypto";
import secureJSON from "secure-json-parse";
import { isRecord } from "./data.ts";

/** What a session's cookie carries. Times are in seconds since 1970, but for `issued`. */
export interface Envelope {
  /** Random; a new one with each sign-in that calls `regenerate()`. */
  readonly id: string;
  /** When this id was given out, in milliseconds since 1970: what was given out before a revocation is over. */
  readonly issued: number;
  /** When the session began: the absolute lifetime counts from here. */
  readonly created: number;
  /** When the session was last touched, to the minute: the idle lifetime counts from here. */
  readonly seen: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How long a session lasts, in seconds. */
export interface Lifetimes {
  readonly idleTimeout: number;
  readonly absoluteTimeout: number;
}

/** How far another machine's clock may be ahead of this one's, in seconds. */
const CLOCK_SKEW = 60;

/**
 * A new session's envelope, or with `previous` the same session under a new id.
 *
 * @param issued in milliseconds since 1970
 */
export function newEnvelope(issued: number, data: Envelope["data"], previous?: Envelope): Envelope {
  const id = randomBytes(16).toString("base64url");
  const now = Math.floor(issued / 1000);
  return { id, issued, created: previous?.created ?? now, seen: now, data };
}

/** The payload of an envelope. */
export function writeEnvelope({ id, issued, created, seen, data }: Envelope): string {
  return JSON.stringify({ id, issued, created, seen, data });
}

/** The envelope in a payload whose signature has been verified, or undefined when it is none or holds nothing. */
export function readEnvelope(payload: string): Envelope | undefined {
  const parsed: unknown = secureJSON.safeParse(payload);
  if (!isRecord(parsed)) {
    return undefined;
  }
  const { id, issued, created, seen, data } = parsed;
  if (typeof id !== "string" || !isTime(issued) || !isTime(created) || !isTime(seen) || seen < created) {
    return undefined;
  }
  return isRecord(data) && Object.keys(data).length > 0 ? { id, issued, created, seen, data } : undefined;
}

/** Whether a session is neither over nor from the future. */
export function isCurrent({ created, seen }: Envelope, now: number, lifetimes: Lifetimes): boolean {
  return (
    seen <= now + CLOCK_SKEW &&
    now - seen < lifetimes.idleTimeout &&
    now - created < lifetimes.absoluteTimeout
  );
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
