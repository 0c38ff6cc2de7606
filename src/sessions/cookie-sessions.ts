import { BoundedCache } from "../bounded-cache.ts";
import type { Awaitable } from "../http/awaitable.ts";
import { checkOptions } from "../options.ts";
import type { CookieContext, SessionAdministration, SessionBackend, SessionCookie } from "./backend.ts";
import { type CookieForm, CookieForms, dropCookie, setCookie } from "./cookie-form.ts";
import { CookieRevocations, type RevocableSession } from "./cookie-revocations.ts";
import { type CookieSeal, cookieSeal } from "./cookie-seal.ts";
import { type Envelope, isCurrent, newEnvelope, readEnvelope, writeEnvelope } from "./envelope.ts";
import { type ResolvedSessionOptions, resolveSessionOptions, type SessionOptions } from "./options.ts";
import { acceptStored, checkStored } from "./schema.ts";
import {
  changesOf,
  isChange,
  laidOver,
  Session,
  type SessionChanges,
  type SessionData,
  seal,
} from "./session.ts";
import { checkedUser, checkUser, isTakenOver, signsIn } from "./user.ts";

/** In bytes, of name, value and attributes together: what every browser keeps (RFC 6265, 6.1). */
const MAXIMUM_COOKIE_SIZE = 4096;
/** Each takes up to a few kilobytes. */
const REMEMBERED_COOKIES = 1000;
/** Reading moves the idle deadline at most this often, in seconds. */
const TOUCH_INTERVAL = 60;
const NOT_REVOKED = Promise.resolve(false);

/**
 * Sessions that live in a signed or an encrypted cookie: no store, any number of machines that share the secret.
 *
 * What it cannot do: without `encrypt` the client can read the data; without `revocations` a copied cookie stays good
 * until its lifetime ends, after `clear()` and `regenerate()` too; of two parallel requests that change the session, the
 * answer that arrives last wins. A server-side store has none of these limits.
 */
export class CookieSessions<Data extends object = SessionData> implements SessionBackend<Data> {
  readonly #seal: CookieSeal;
  readonly #options: ResolvedSessionOptions<Data>;
  readonly #now: () => number;
  readonly #forms: CookieForms<Data>;
  readonly #touchInterval: number;
  readonly #revocations: CookieRevocations | undefined;
  readonly #opened = new WeakMap<Session<Data>, Envelope>();
  /** Values that were found good, by the cookie's name and their exact text. */
  readonly #seen = new BoundedCache<Envelope>(REMEMBERED_COOKIES);
  #lastInstant = 0;

  /**
   * @param secretKeys the first signs or encrypts, all verify or decrypt
   * @param now the time in milliseconds since 1970
   * @throws TypeError or RangeError for options that cannot be
   */
  constructor(
    secretKeys: readonly string[],
    options: SessionOptions<Data> = {},
    now: () => number = Date.now,
  ) {
    this.#options = resolveSessionOptions(options);
    const { encrypt, revocations, idleTimeout, absoluteTimeout } = this.#options;
    this.#seal = cookieSeal(secretKeys, encrypt);
    this.#now = now;
    this.#forms = new CookieForms(this.#options);
    this.#touchInterval = Math.min(TOUCH_INTERVAL, idleTimeout / 2);
    this.#revocations = revocations && new CookieRevocations(revocations, absoluteTimeout, now);
  }

  prepare(context: CookieContext): Promise<boolean> | undefined {
    const found = this.#revocations && this.#current(context);
    if (!found || !this.#accept(found.data)) return undefined;
    const session = this.#revocable(found);
    // What is known now may be forgotten by the time that the session is touched.
    return this.#revocations?.isKnownGood(session) ? NOT_REVOKED : this.#revocations?.isRevoked(session);
  }

  open(context: CookieContext, isRevoked?: unknown): Session<Data> {
    const envelope = this.#current(context);
    const data = envelope && this.#accept(envelope.data);
    // What was not asked about is no session.
    if (!envelope || !data || (this.#revocations && isRevoked !== false)) {
      return new Session<Data>();
    }
    const session = new Session<Data>(data, envelope.id);
    this.#opened.set(session, envelope);
    return session;
  }

  #revocable({ id, issued, data }: Envelope): RevocableSession {
    return { id, issued, user: this.#userOf(data) };
  }

  #userOf(data: Envelope["data"]): string | undefined {
    return checkedUser(this.#options.user(data as Partial<Data>));
  }

  /** What the request's cookie holds, if it is ours and neither over nor from the future. */
  #current(context: CookieContext): Envelope | undefined {
    const { name } = this.#forms.of(context);
    const value = context.cookie(name);
    const envelope = value === undefined ? undefined : this.#verified(name, value);
    return envelope && isCurrent(envelope, this.#seconds(), this.#options) ? envelope : undefined;
  }

  /** What a cookie holds, if it is ours. A value that has been seen lately is known to be good. */
  #verified(name: string, value: string): Envelope | undefined {
    const key = `${name}=${value}`;
    const known = this.#seen.get(key);
    if (known) {
      return known;
    }
    const payload = this.#seal.open(name, value);
    const envelope = payload === undefined ? undefined : readEnvelope(payload);
    if (envelope) {
      this.#seen.set(key, envelope);
    }
    return envelope;
  }

  /**
   * A promise only where an id is revoked that the client is rid of: after sign-in, sign-out and `regenerate()`.
   *
   * @throws RangeError when the cookie would be over 4,096 bytes; HTTPError 503 `store_unavailable`
   */
  commit(session: Session<Data>, context: CookieContext): Awaitable<SessionCookie | undefined> {
    seal(session);
    const changes = changesOf(session);
    if (!changes.touched) {
      return undefined;
    }
    const form = this.#forms.of(context);
    const now = this.#seconds();
    const loaded = this.#opened.get(session);
    const unchanged = !isChange(changes);
    if (unchanged && loaded && now - loaded.seen < this.#touchInterval) {
      return undefined;
    }
    const next = unchanged ? loaded : this.#apply(loaded, changes);
    const cookie = this.#cookie(form, next, context, now);
    const isReplaced = loaded !== undefined && next?.id !== loaded.id;
    return isReplaced && this.#revocations ? this.#revocations.revoke(loaded.id).then(() => cookie) : cookie;
  }

  #cookie(
    form: CookieForm,
    next: Envelope | undefined,
    context: CookieContext,
    now: number,
  ): SessionCookie | undefined {
    const maxAge = next ? this.#secondsLeft(next, now) : 0;
    if (!next || maxAge <= 0) {
      return dropCookie(form, context);
    }
    // Another machine's clock may have created it a little later than now.
    return setCookie(form, this.#write(form, { ...next, seen: Math.max(now, next.created) }), maxAge);
  }

  get administration(): SessionAdministration {
    const revocations = () => {
      if (this.#revocations) return this.#revocations;
      throw new TypeError(
        "A session in a cookie ends before its time only with sessions: { revocations: store }, or with " +
          "sessions: { store } in place of cookies",
      );
    };
    return {
      list: async () => {
        throw new TypeError("Nobody has a list of sessions that live in cookies: give sessions: { store }");
      },
      revoke: async (id, options = {}) => {
        if (Object.hasOwn(checkOptions("sessions.revoke()", options, ["user"]), "user")) {
          throw new TypeError(
            "Nobody knows whose a session in a cookie is: revoke req.session.id without user, or give sessions: { store }",
          );
        }
        await revocations().revoke(id);
        return true;
      },
      revokeAll: async (user, options = {}) => {
        checkUser(user);
        if (checkOptions("sessions.revokeAll()", options, ["except"]).except !== undefined) {
          throw new TypeError(
            "Sessions in cookies end all alike: call req.session.regenerate() in the same request to keep its own",
          );
        }
        await revocations().revokeAll(user, this.#instant());
        return undefined;
      },
    };
  }

  /** Now, and later than any instant before: what comes after a revocation is told from what came before it. */
  #instant(): number {
    this.#lastInstant = Math.max(this.#now(), this.#lastInstant + 1);
    return this.#lastInstant;
  }

  #secondsLeft({ created }: Envelope, now: number): number {
    return Math.min(this.#options.idleTimeout, created + this.#options.absoluteTimeout - now);
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }

  #accept(stored: Envelope["data"]): Data | undefined {
    const { schema } = this.#options;
    return schema ? acceptStored(schema, stored) : (stored as Data);
  }

  /** Lays the patch over what came with the request. Undefined when nothing is left. */
  #apply(loaded: Envelope | undefined, changes: SessionChanges): Envelope | undefined {
    const kept = changes.cleared ? undefined : loaded;
    const before = kept && this.#userOf(kept.data);
    const after = this.#userOf(laidOver(kept?.data, changes));
    const base = isTakenOver(before, after) ? undefined : kept;
    const stored = laidOver(base?.data, changes);
    if (Object.keys(stored).length === 0) {
      return undefined;
    }
    if (this.#options.schema) {
      checkStored(this.#options.schema, stored);
    }
    const isOther = !base || before !== after || signsIn(changes, this.#options.user);
    if (isOther) return newEnvelope(this.#instant(), stored, base);
    return changes.regenerate
      ? newEnvelope(this.#issuedAgain(base), stored, base)
      : { ...base, data: stored };
  }

  /** A new id for the same user is no way past a revocation that this process has yet to hear of. */
  #issuedAgain(base: Envelope): number {
    const since = this.#revocations?.goodSince(this.#revocable(base));
    return since === undefined ? this.#instant() : Math.max(since, base.issued);
  }

  #write(form: CookieForm, envelope: Envelope): string {
    const value = this.#seal.seal(form.name, writeEnvelope(envelope));
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
