import { BoundedCache } from "../bounded-cache.ts";
import { type CookieOptions, ResponseCookies } from "../http/cookies.ts";
import { CookieSigner } from "./cookie-signer.ts";
import { type Envelope, isCurrent, newEnvelope, readEnvelope, writeEnvelope } from "./envelope.ts";
import { type ResolvedSessionOptions, resolveSessionOptions, type SessionOptions } from "./options.ts";
import { acceptStored, checkStored } from "./schema.ts";
import { changesOf, Session, type SessionChanges, type SessionData, seal } from "./session.ts";

/** What a session backend reads of a request. */
export interface SessionContext {
  /** A cookie of the request, or undefined. */
  cookie(name: string): string | undefined;
  /** Whether the request came over plain http from this machine, outside production. */
  readonly insecureLoopback: boolean;
}

/** A cookie that an answer must set. With the value "" and a `maxAge` of 0 it deletes. */
export interface SessionCookie {
  readonly name: string;
  readonly value: string;
  readonly options: CookieOptions;
}

/** A cookie's name and settings over https, or over plain http from loopback. */
interface CookieForm {
  readonly name: string;
  readonly options: Readonly<CookieOptions>;
  /** The length in bytes of a `Set-Cookie` line with an empty value. */
  readonly overhead: number;
  /** Values whose signature was found good, by their exact text. */
  readonly seen: BoundedCache<Envelope>;
}

const PURPOSE = "responder-ts session cookie HMAC-SHA-256 v1";
/** In bytes, of name, value and attributes together: what every browser keeps (RFC 6265, 6.1). */
const MAXIMUM_COOKIE_SIZE = 4096;
/** Each takes up to a few kilobytes. */
const REMEMBERED_COOKIES = 1000;
/** Reading moves the idle deadline at most this often, in seconds. */
const TOUCH_INTERVAL = 60;

/**
 * Sessions that live in a signed cookie: no store, any number of machines that share the secret.
 *
 * What it cannot do: the client can read the data; a copied cookie stays good until its lifetime ends, after
 * `clear()` and `regenerate()` too; of two parallel requests that change the session, the answer that arrives
 * last wins. A server-side store has none of these limits.
 */
export class SignedCookieSessions<Data extends object = SessionData> {
  readonly #signer: CookieSigner;
  readonly #options: ResolvedSessionOptions<Data>;
  readonly #now: () => number;
  readonly #secureForm: CookieForm;
  readonly #loopbackForm: CookieForm;
  readonly #touchInterval: number;
  readonly #opened = new WeakMap<Session<Data>, Envelope>();

  /**
   * @param secretKeys the first signs, all verify
   * @param now the time in milliseconds since 1970
   * @throws TypeError or RangeError for options that cannot be
   */
  constructor(
    secretKeys: readonly string[],
    options: SessionOptions<Data> = {},
    now: () => number = Date.now,
  ) {
    this.#signer = new CookieSigner(secretKeys, PURPOSE);
    this.#options = resolveSessionOptions(options);
    this.#now = now;
    this.#secureForm = cookieForm(`__Host-${this.#options.cookieName}`, true, this.#options);
    this.#loopbackForm = cookieForm(this.#options.cookieName, false, this.#options);
    this.#touchInterval = Math.min(TOUCH_INTERVAL, this.#options.idleTimeout / 2);
  }

  /**
   * The session of a request. A cookie that is tampered with, truncated, expired or foreign, or whose data
   * fails the schema, is an empty session.
   *
   * @throws TypeError when the schema validates asynchronously
   */
  open(context: SessionContext): Session<Data> {
    const form = this.#form(context);
    const value = context.cookie(form.name);
    const envelope = value === undefined ? undefined : this.#verified(form, value);
    const isOpen = envelope !== undefined && isCurrent(envelope, this.#seconds(), this.#options);
    const data = isOpen ? this.#accept(envelope.data) : undefined;
    if (!isOpen || !data) {
      return new Session<Data>();
    }
    const session = new Session<Data>(data);
    this.#opened.set(session, envelope);
    return session;
  }

  /** What a cookie holds, if it is ours. The signature of a value that has been seen lately is known to be good. */
  #verified(form: CookieForm, value: string): Envelope | undefined {
    const known = form.seen.get(value);
    if (known) {
      return known;
    }
    const payload = this.#signer.verify(form.name, value);
    const envelope = payload === undefined ? undefined : readEnvelope(payload);
    if (envelope) {
      form.seen.set(value, envelope);
    }
    return envelope;
  }

  /**
   * The cookie that the answer must set, or undefined. From here on, writing to the session throws.
   *
   * @throws RangeError when the cookie would be over 4,096 bytes
   * @throws TypeError when what the session holds now does not pass its schema
   */
  commit(session: Session<Data>, context: SessionContext): SessionCookie | undefined {
    seal(session);
    const changes = changesOf(session);
    if (!changes.touched) {
      return undefined;
    }
    const form = this.#form(context);
    const now = this.#seconds();
    const loaded = this.#opened.get(session);
    const unchanged = !isChange(changes);
    if (unchanged && loaded && now - loaded.seen < this.#touchInterval) {
      return undefined;
    }
    const next = unchanged ? loaded : this.#apply(loaded, changes, now);
    const maxAge = next ? this.#secondsLeft(next, now) : 0;
    if (!next || maxAge <= 0) {
      return context.cookie(form.name) === undefined ? undefined : setCookie(form, "", 0);
    }
    // Another machine's clock may have created it a little later than now.
    return setCookie(form, this.#write(form, { ...next, seen: Math.max(now, next.created) }), maxAge);
  }

  #secondsLeft({ created }: Envelope, now: number): number {
    return Math.min(this.#options.idleTimeout, created + this.#options.absoluteTimeout - now);
  }

  #form(context: SessionContext): CookieForm {
    return context.insecureLoopback ? this.#loopbackForm : this.#secureForm;
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }

  #accept(stored: Envelope["data"]): Data | undefined {
    const { schema } = this.#options;
    return schema ? acceptStored(schema, stored) : (stored as Data);
  }

  /** Lays the patch over what came with the request. Undefined when nothing is left. */
  #apply(loaded: Envelope | undefined, changes: SessionChanges, now: number): Envelope | undefined {
    const base = changes.cleared ? undefined : loaded;
    const data = new Map(base && Object.entries(base.data));
    for (const key of changes.deleted) {
      data.delete(key);
    }
    for (const [key, value] of changes.set) {
      data.set(key, value);
    }
    if (data.size === 0) {
      return undefined;
    }
    const stored = Object.fromEntries(data);
    if (this.#options.schema) {
      checkStored(this.#options.schema, stored);
    }
    return base && !changes.regenerate ? { ...base, data: stored } : newEnvelope(now, stored, base);
  }

  #write(form: CookieForm, envelope: Envelope): string {
    const value = this.#signer.sign(form.name, writeEnvelope(envelope));
    const size = form.overhead + value.length;
    if (size > MAXIMUM_COOKIE_SIZE) {
      throw new RangeError(
        `The session makes a cookie of ${size} bytes, and browsers keep ${MAXIMUM_COOKIE_SIZE}: store an id in the ` +
          "session and the data in a database, or use a server-side session store",
      );
    }
    return value;
  }
}

function isChange(changes: SessionChanges): boolean {
  return changes.cleared || changes.regenerate || changes.set.size > 0 || changes.deleted.size > 0;
}

function cookieForm<Data extends object>(
  name: string,
  secure: boolean,
  { sameSite, absoluteTimeout }: ResolvedSessionOptions<Data>,
): CookieForm {
  const options = Object.freeze({ path: "/", httpOnly: true, secure, sameSite });
  const cookies = new ResponseCookies();
  cookies.set(name, "", { ...options, maxAge: absoluteTimeout });
  const overhead = [...cookies.lines()].join("").length;
  return { name, options, overhead, seen: new BoundedCache(REMEMBERED_COOKIES) };
}

function setCookie({ name, options }: CookieForm, value: string, maxAge: number): SessionCookie {
  return { name, value, options: { ...options, maxAge } };
}
