import type { Awaitable } from "../http/awaitable.ts";
import type { CookieOptions } from "../http/cookies.ts";
import type { Session } from "./session.ts";

/** What a session's cookie is read from. */
export interface CookieContext {
  /** A cookie of the request, or undefined. */
  cookie(name: string): string | undefined;
  /** Whether the request came over plain http from this machine, outside production. */
  readonly insecureLoopback: boolean;
}

/** What a session backend reads of a request. */
export interface SessionContext extends CookieContext {
  /** The client's address. */
  readonly address: string;
  readonly userAgent: string | null;
}

/** A cookie that an answer must set. With the value "" and a `maxAge` of 0 it deletes. */
export interface SessionCookie {
  readonly name: string;
  readonly value: string;
  readonly options: CookieOptions;
}

/** Where sessions come from and where they go. */
export interface SessionBackend<Data extends object> {
  /**
   * Looks up what `open` will need, before anything of the request runs. Undefined where there is nothing to wait for.
   */
  prepare(context: SessionContext): Promise<unknown> | undefined;
  /**
   * The session of a request. A cookie that is tampered with, truncated, expired, revoked or foreign, or whose data fails
   * the schema, is an empty session.
   *
   * @param prepared what `prepare` found
   * @throws TypeError when the schema validates asynchronously
   */
  open(context: SessionContext, prepared: unknown): Session<Data>;
  /**
   * The cookie that the answer must set, or undefined. From here on, writing to the session throws.
   *
   * @throws TypeError when what the session holds now does not pass its schema
   */
  commit(session: Session<Data>, context: SessionContext): Awaitable<SessionCookie | undefined>;
  readonly administration: SessionAdministration;
}

/** A session as its user and an operator see it. Nothing in it lets anybody in. */
export interface SessionInfo {
  /** Names it for {@link SessionAdministration.revoke}; `req.session.id` is the one of the request. */
  readonly id: string;
  readonly user: string;
  /** When it began. */
  readonly createdAt: Date;
  /** When its client was last noticed, to the minute. */
  readonly seenAt: Date;
  /** When it ends unless somebody comes. */
  readonly expiresAt: Date;
  /** The client's address when it was last noticed, or null. */
  readonly address: string | null;
  /** The client's `User-Agent` when it was last noticed, or null. */
  readonly userAgent: string | null;
}

/** Looks after sessions from outside their requests. */
export interface SessionAdministration {
  /**
   * The sessions of a user, the one seen last first: for a page of signed-in devices.
   *
   * @param user what the `user` option of the sessions makes of theirs
   * @throws TypeError for a user that is no text, and where sessions live in cookies, which nobody has a list of
   * @throws HTTPError 503 `store_unavailable`
   * @example
   * const devices = await api.sessions.list("ada");
   */
  list(user: string): Promise<readonly SessionInfo[]>;
  /**
   * Ends a session.
   *
   * @param options.user ends it only if it is this user's: give it whenever the id comes from a client
   * @returns whether there was such a session; where sessions live in cookies, true
   * @throws TypeError for a `user` that is no text, undefined too; where sessions live in cookies, for `user` and without
   * `revocations`
   * @throws HTTPError 503 `store_unavailable`
   * @example
   * await api.sessions.revoke("q8bq2…", { user: "ada" });
   */
  revoke(id: string, options?: { readonly user?: string }): Promise<boolean>;
  /**
   * Ends every session of a user: after a change of password, or when a device is lost.
   *
   * @param options.except the id of one to keep, `req.session.id` for instance
   * @returns how many; where sessions live in cookies nobody counts them, and it is undefined
   * @throws TypeError for a user that is no text; where sessions live in cookies, without `revocations` and for `except`
   * @throws HTTPError 503 `store_unavailable`
   * @example
   * await api.sessions.revokeAll("ada", { except: req.session.id });
   */
  revokeAll(user: string, options?: { readonly except?: string | undefined }): Promise<number | undefined>;
}
