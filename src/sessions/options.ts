import type { StandardSchemaV1 } from "@standard-schema/spec";
import { checkOptions } from "../options.ts";
import type { RevocationStore, SessionStore } from "../stores/contracts/index.ts";
import type { SessionData } from "./session.ts";
import { type UserOf, userOfKey } from "./user.ts";

/** How sessions are kept. */
export interface SessionOptions<Data extends object = SessionData> {
  /**
   * What a session holds: any Standard Schema whose values are plain data, or `shape<T>()` for the type
   * alone. Default: none, so that every key is allowed and every value is `unknown`.
   *
   * What a cookie brings is validated, and data that fails is an empty session: keep the schema open to what
   * earlier versions of the application stored. What a request leaves behind is validated too, and there a
   * failure throws. A session fills key by key, so most keys are best optional. It must validate synchronously.
   */
  schema?: StandardSchemaV1<unknown, Data>;
  /**
   * The cookie's name, without a prefix. Default `"session"`, so that browsers see `__Host-session`, which
   * no subdomain can overwrite, and `session` over plain http from this machine in development. Another name
   * ends the sessions under the old one.
   */
  cookieName?: string;
  /**
   * Seconds without a request that touches the session until it ends. Default 1,209,600 (14 days), or
   * `absoluteTimeout` where that is less. A longer one leaves a lost device signed in for longer. It is kept
   * to the minute: reads move it at most once a minute.
   */
  idleTimeout?: number;
  /**
   * Seconds until a session ends however busy it is. Default 2,592,000 (30 days): people who come daily sign
   * in again once a month. A stolen cookie is of use for as long.
   */
  absoluteTimeout?: number;
  /**
   * Default `"lax"`: links from other sites arrive with the session, their forms, images and scripts without
   * it. `"strict"`: links from other sites and from mail arrive without it too, so that people look signed out
   * until their next click.
   */
  sameSite?: "lax" | "strict";
  /**
   * Keeps sessions on the server: the cookie carries 256 random bits and nothing else, and what a session holds is in
   * the store, under the SHA-256 of them. Sessions can be listed and revoked then, parallel requests lose nothing, and a
   * cookie from before a sign-in or a sign-out opens nothing. Default: none, sessions live in their cookies.
   *
   * A request that brings the cookie costs a look-up, whether or not it touches the session.
   */
  store?: { readonly sessions: SessionStore };
  /**
   * Encrypts a session that lives in its cookie (AES-256-GCM), so that its user cannot read it. Default false: it is
   * signed. Switching ends the sessions there are.
   */
  encrypt?: boolean;
  /**
   * Where sessions that live in cookies are revoked: `api.sessions.revokeAll(user)` ends them all, at once in the process
   * that calls it and within 5 seconds elsewhere. Default: none, they end by their lifetimes alone.
   */
  revocations?: { readonly revocations: RevocationStore };
  /**
   * Whose a session is. Default: its `user`, where that is a text or a number. A request that sets it signs somebody in:
   * the session gets a new id by itself, against session fixation; and where it passes from one user to another, what
   * the first left goes.
   */
  user?: UserOf<Data>;
}

/** {@link SessionOptions}, checked, with every default filled in. */
export interface ResolvedSessionOptions<Data extends object> {
  readonly schema: StandardSchemaV1<unknown, Data> | undefined;
  readonly cookieName: string;
  readonly idleTimeout: number;
  readonly absoluteTimeout: number;
  readonly sameSite: "lax" | "strict";
  readonly store: SessionStore | undefined;
  readonly encrypt: boolean;
  readonly revocations: RevocationStore | undefined;
  readonly user: UserOf<Data>;
}

/** Every option that `sessions` takes. */
export const SESSION_OPTIONS = [
  "schema",
  "cookieName",
  "idleTimeout",
  "absoluteTimeout",
  "sameSite",
  "store",
  "encrypt",
  "revocations",
  "user",
] as const satisfies readonly (keyof SessionOptions)[];

const DAY = 86_400;
const OWNER = "sessions";
/** RFC 9110, 5.6.2: what RFC 6265 lets a cookie's name be. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Checks the `sessions` option and fills in the defaults.
 *
 * @throws TypeError for an unknown option and for a value of the wrong kind
 * @throws RangeError for a lifetime that is not a positive whole number of seconds, or an idle one that is
 * longer than the absolute one
 */
export function resolveSessionOptions<Data extends object>(
  given: SessionOptions<Data>,
): ResolvedSessionOptions<Data> {
  const options = checkOptions(OWNER, given, SESSION_OPTIONS);
  // Defaults by destructuring: they stand in for undefined alone, and null is refused.
  const { schema, cookieName = "session", sameSite = "lax", encrypt = false, user = userOfKey } = options;
  const { absoluteTimeout = 30 * DAY } = options;
  checkSeconds("absoluteTimeout", absoluteTimeout);
  const { idleTimeout = Math.min(14 * DAY, absoluteTimeout) } = options;
  checkSeconds("idleTimeout", idleTimeout);
  if (idleTimeout > absoluteTimeout) {
    throw new RangeError(
      `${OWNER}: idleTimeout (${idleTimeout} s) is longer than absoluteTimeout (${absoluteTimeout} s): shorten the one or set the other`,
    );
  }
  if (typeof encrypt !== "boolean") throw new TypeError(`${OWNER}: encrypt is true or false`);
  if (typeof user !== "function")
    throw new TypeError(`${OWNER}: user takes a function of the session's data`);
  if (options.store !== undefined && (encrypt || options.revocations !== undefined)) {
    throw new TypeError(
      `${OWNER}: encrypt and revocations are for sessions in cookies: with a store nothing is in the cookie, and the store revokes`,
    );
  }
  return Object.freeze({
    schema: checkSchema(schema),
    cookieName: checkCookieName(cookieName),
    idleTimeout,
    absoluteTimeout,
    sameSite: checkSameSite(sameSite),
    store: checkStore("store", "sessions", options.store)?.sessions,
    encrypt,
    revocations: checkStore("revocations", "revocations", options.revocations)?.revocations,
    user,
  });
}

function checkStore<Part extends string, Given extends { readonly [Key in Part]: object }>(
  option: string,
  part: Part,
  given: Given | undefined,
): Given | undefined {
  if (given !== undefined && typeof ((given as Given | null)?.[part] ?? undefined) !== "object") {
    throw new TypeError(
      `${OWNER}: ${option} takes a store, such as sqlite("app.db"), or an object with its ${part}`,
    );
  }
  return given;
}

function checkSeconds(name: string, value: unknown): void {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value <= 0) {
    throw new RangeError(`${OWNER}: ${name} takes a positive whole number of seconds`);
  }
}

function checkCookieName(name: unknown): string {
  if (typeof name !== "string" || !TOKEN.test(name)) {
    throw new TypeError(`${OWNER}: cookieName takes a cookie's name: letters, digits, "-" and "_"`);
  }
  if (/^__(host|secure)-/i.test(name)) {
    throw new TypeError(
      `${OWNER}: leave the prefix out of cookieName: it is added wherever the cookie is Secure`,
    );
  }
  return name;
}

function checkSameSite(sameSite: unknown): "lax" | "strict" {
  if (sameSite !== "lax" && sameSite !== "strict") {
    throw new TypeError(
      `${OWNER}: sameSite is "lax" or "strict": a session never goes along with other sites' requests`,
    );
  }
  return sameSite;
}

function checkSchema<Schema extends StandardSchemaV1>(schema: Schema | undefined): Schema | undefined {
  if (schema !== undefined && typeof schema?.["~standard"]?.validate !== "function") {
    throw new TypeError(`${OWNER}: schema takes a Standard Schema, such as zod's z.object(), or shape<T>()`);
  }
  return schema;
}
