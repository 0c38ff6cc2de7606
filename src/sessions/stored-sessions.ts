import secureJSON from "secure-json-parse";
import { answered } from "../stores/answered.ts";
import type { SessionPatch, SessionStore, StoredSession } from "../stores/contracts/index.ts";
import type { SessionAdministration, SessionBackend, SessionContext, SessionCookie } from "./backend.ts";
import { CookieForms, dropCookie, setCookie } from "./cookie-form.ts";
import { checkKey } from "./data.ts";
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
import { isSessionText, newSessionSecret, sessionIdOf } from "./session-id.ts";
import { storedAdministration } from "./stored-administration.ts";
import { checkedUser, isTakenOver, signsIn } from "./user.ts";

/** Milliseconds: mere activity is written at most this often. */
const TOUCH_INTERVAL = 60_000;
/** Characters of a `User-Agent` that are kept. */
const LONGEST_USER_AGENT = 255;

/** What a session was when its request began. */
interface Loaded {
  readonly stored: StoredSession;
  /** Undefined where it counts for nothing: it is over, or fails the schema. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Sessions that a store keeps. The cookie carries random bits, the store their SHA-256: neither the cookie tells
 * anything, nor does a copy of the store let anybody in. What a request changes is laid over what is there by then.
 */
export class StoredSessions<Data extends object = SessionData> implements SessionBackend<Data> {
  readonly administration: SessionAdministration;
  readonly #store: SessionStore;
  readonly #options: ResolvedSessionOptions<Data>;
  readonly #forms: CookieForms<Data>;
  readonly #touchInterval: number;
  readonly #opened = new WeakMap<Session<Data>, Loaded>();

  /** @throws TypeError or RangeError for options that cannot be */
  constructor(store: SessionStore, options: SessionOptions<Data>) {
    this.#store = store;
    this.#options = resolveSessionOptions(options);
    this.#forms = new CookieForms(this.#options);
    this.#touchInterval = Math.min(TOUCH_INTERVAL, this.#options.idleTimeout * 500);
    this.administration = storedAdministration(store);
  }

  prepare(context: SessionContext): Promise<StoredSession | null> | undefined {
    const secret = this.#secretIn(context);
    return secret === undefined ? undefined : answered(() => this.#store.read(sessionIdOf(secret)));
  }

  open(_context: SessionContext, prepared: unknown): Session<Data> {
    const stored = (prepared ?? undefined) as StoredSession | undefined;
    const raw = stored && this.#isCurrent(stored) ? parsed(stored.data) : undefined;
    const data = raw && this.#accept(raw);
    const session = new Session<Data>(data, data && stored?.id);
    if (stored) this.#opened.set(session, { stored, data: data && raw });
    return session;
  }

  /** @throws HTTPError 503 `store_unavailable` */
  async commit(session: Session<Data>, context: SessionContext): Promise<SessionCookie | undefined> {
    seal(session);
    const changes = changesOf(session);
    if (!changes.touched) return undefined;
    const loaded = this.#opened.get(session);
    if (!isChange(changes)) return loaded?.data && this.#touch(loaded.stored, context);
    const kept = changes.cleared || !loaded?.data ? undefined : loaded;
    const user = this.#userOf(laidOver(kept?.data, changes));
    const base = isTakenOver(kept?.stored.user, user) ? undefined : kept;
    this.#check(laidOver(base?.data, changes));
    if (base === undefined) {
      const isOver = changes.cleared || changes.set.size > 0;
      if (loaded && isOver) await answered(() => this.#store.delete(loaded.stored.id));
      if (changes.set.size > 0) return this.#create(changes, user, context);
      // A cookie that opens nothing stays: a request beside this one may just have given the client a better one.
      return changes.cleared ? dropCookie(this.#forms.of(context), context) : undefined;
    }
    const { stored } = base;
    const patch = {
      ...patchOf(changes),
      ...(user !== stored.user && { user }),
      ...this.#seen(stored, context),
    };
    const isSignIn = signsIn(changes, this.#options.user);
    if (!changes.regenerate && !isSignIn && user === stored.user) {
      const isKept = await answered(() => this.#store.patch(stored.id, patch));
      return isKept ? this.#renew(stored, context) : undefined;
    }
    const secret = newSessionSecret();
    const isMoved = await answered(() => this.#store.rotate(stored.id, sessionIdOf(secret), patch));
    if (isMoved) return this.#cookie(secret, stored.createdAt, context);
    // Ended or moved by another request meanwhile. Whoever has signed in just now starts anew; nobody else is let back in.
    return isSignIn ? this.#create(changes, user, context) : undefined;
  }

  async #touch(stored: StoredSession, context: SessionContext): Promise<SessionCookie | undefined> {
    if (Date.now() - stored.seenAt < this.#touchInterval) return undefined;
    const isKept = await answered(() => this.#store.patch(stored.id, this.#seen(stored, context)));
    return isKept ? this.#renew(stored, context) : undefined;
  }

  async #create(
    changes: SessionChanges,
    user: string | null,
    context: SessionContext,
  ): Promise<SessionCookie | undefined> {
    const secret = newSessionSecret();
    const createdAt = Date.now();
    const data = patchOf(changes).set;
    const seen = this.#seen({ createdAt }, context);
    await answered(() => this.#store.create({ id: sessionIdOf(secret), user, data, createdAt, ...seen }));
    return this.#cookie(secret, createdAt, context);
  }

  /** The cookie once more, with the lifetime that it has by now. */
  #renew({ createdAt }: StoredSession, context: SessionContext): SessionCookie | undefined {
    const secret = this.#secretIn(context);
    return secret === undefined ? undefined : this.#cookie(secret, createdAt, context);
  }

  #cookie(secret: string, createdAt: number, context: SessionContext): SessionCookie {
    const maxAge = Math.max(0, Math.floor((this.#end(createdAt, Date.now()) - Date.now()) / 1000));
    return setCookie(this.#forms.of(context), secret, maxAge);
  }

  /** When a session ends that began at `createdAt` and is seen at `seenAt`. */
  #end(createdAt: number, seenAt: number): number {
    const { idleTimeout, absoluteTimeout } = this.#options;
    return Math.min(seenAt + idleTimeout * 1000, createdAt + absoluteTimeout * 1000);
  }

  #seen({ createdAt }: Pick<StoredSession, "createdAt">, context: SessionContext) {
    const seenAt = Date.now();
    return {
      seenAt,
      expiresAt: this.#end(createdAt, seenAt),
      address: context.address,
      userAgent: context.userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
    };
  }

  /** By the lifetimes that hold today: the record's own end was reckoned with those of then. */
  #isCurrent({ createdAt, seenAt, expiresAt }: StoredSession): boolean {
    if (![createdAt, seenAt, expiresAt].every(Number.isSafeInteger)) {
      throw new TypeError(
        "The store of the sessions gave a record that would never end: createdAt, seenAt and expiresAt are whole numbers " +
          "of milliseconds, so convert what the driver gives",
      );
    }
    return Math.min(expiresAt, this.#end(createdAt, seenAt)) > Date.now();
  }

  #secretIn(context: SessionContext): string | undefined {
    const value = context.cookie(this.#forms.of(context).name);
    return isSessionText(value) ? value : undefined;
  }

  #accept(raw: Readonly<Record<string, unknown>>): Data | undefined {
    const { schema } = this.#options;
    return schema ? acceptStored(schema, raw) : (raw as Data);
  }

  #userOf(data: Readonly<Record<string, unknown>>): string | null {
    return checkedUser(this.#options.user(data as Partial<Data>)) ?? null;
  }

  #check(data: Readonly<Record<string, unknown>>): void {
    if (this.#options.schema && Object.keys(data).length > 0) checkStored(this.#options.schema, data);
  }
}

function patchOf({ set, deleted }: SessionChanges) {
  return {
    set: Object.fromEntries([...set].map(([key, value]) => [key, JSON.stringify(value)])),
    delete: [...deleted],
  } satisfies SessionPatch;
}

/** The values of what a store keeps; undefined where it is not what we wrote. */
function parsed(data: StoredSession["data"]): Record<string, unknown> | undefined {
  try {
    return Object.fromEntries(
      Object.entries(data).map(([key, text]): [string, unknown] => {
        checkKey(key);
        return [key, secureJSON.parse(text)];
      }),
    );
  } catch {
    return undefined;
  }
}
