import { apiKey } from "../auth/api-key.ts";
import type { Guard } from "../auth/guard.ts";
import type { Awaitable } from "../http/awaitable.ts";
import { problem } from "../http/errors.ts";
import { checkOptions } from "../options.ts";
import { answered } from "../stores/answered.ts";
import type { StoredAPIKey } from "../stores/contracts/index.ts";
import {
  type Actor,
  actorOf,
  checkedOwner,
  mayDeal,
  mayGrant,
  type OPERATOR,
  refuseBeyond,
} from "./actor.ts";
import { isKeyId } from "./format.ts";
import { LastUse } from "./last-use.ts";
import { checkedName, checkedScopes, lifeOf, type NewKey, type RotateOptions, storedKey } from "./making.ts";
import { type ApiKeysOptions, checkedLife, isDuration, type KeySettings, settingsOf } from "./options.ts";
import { type IssuedKey, isOver, type KeyPrincipal, type KeyRecord, recordOf } from "./record.ts";
import { Verifier } from "./verifier.ts";

/** How a key is asked for. */
export interface KeyGuardOptions {
  /** The header that carries it. Default `X-API-Key`. */
  header?: string;
  /** Default `"apiKey"`. Two different ones in an application need two names. */
  name?: string;
}

const A_DAY = 86_400;

/**
 * API keys: made, verified, listed, rotated, revoked. A key is `acme_<id>_<secret><checksum>`; its text is handed out
 * once, and the store has its SHA-256.
 *
 * Whoever deals with keys says on whose behalf, first of all: `req.principal`, or `OPERATOR` outside of requests. A key
 * can deal with keys only if it holds `createScope`, and hands on no scope that it does not hold itself.
 *
 * @throws TypeError or RangeError for options that are none
 * @example
 * const keys = new ApiKeys({ store: memory(), prefix: "acme", scopes: ["reports:read", "reports:write"] });
 * const { key } = await keys.create(OPERATOR, { owner: "ada", name: "ci", scopes: ["reports:read"] });
 * const who = await keys.verify(key);
 * who?.owner; // "ada"
 */
export class ApiKeys<const Scope extends string = string, Person = never> {
  readonly #settings: KeySettings;
  readonly #verifier: Verifier;
  readonly #lastUse: LastUse;
  readonly #verify: (key: string) => Awaitable<KeyPrincipal<Scope> | null>;

  constructor(options: ApiKeysOptions<Scope, Person>) {
    this.#settings = settingsOf(options);
    this.#lastUse = new LastUse(this.#settings.store, this.#settings.lastUseInterval);
    this.#verifier = new Verifier(this.#settings, (id, at) => this.#lastUse.note(id, at));
    this.#verify = (key) => this.verify(key);
  }

  /**
   * Finds keys of this prefix in any text, for secret scanners: `acme_`, 15 letters and digits, `_`, and 49 more. Its
   * `source` is what they take.
   */
  get pattern(): RegExp {
    return this.#settings.format.pattern;
  }

  /**
   * Makes a key.
   *
   * @param by on whose behalf: `req.principal`, or `OPERATOR`
   * @returns the key itself, which nobody can find out later, and what may be shown of it
   * @throws HTTPError 422 `validation_failed` for a name or scopes that are none; 403 `insufficient_scope` for more than
   * whoever asks, or the owner, may do; 403 `access_denied` for a key of somebody else, or by a key that is over;
   * 503 `store_unavailable`
   */
  async create(by: Person | KeyPrincipal | typeof OPERATOR, key: NewKey<Scope>): Promise<IssuedKey<Scope>> {
    const given = checkOptions("create()", key, ["owner", "name", "scopes", "expiresIn"]);
    const actor = actorOf(by, this.#settings);
    mayDeal(actor, this.#settings);
    const owner = checkedOwner(given.owner ?? actor.owner);
    if (actor.owner !== null && actor.owner !== owner) {
      throw problem("access_denied", "A key is made for whoever asks for it, and for nobody else");
    }
    const name = checkedName(given.name);
    const scopes = checkedScopes(given.scopes, this.#settings);
    const { expiresIn = this.#settings.expiresIn } = given;
    const life = checkedLife(expiresIn, "create()");
    mayGrant(actor, scopes);
    await this.#refuseOver(actor);
    const held = await this.#verifier.effectiveScopes({ owner, scopes });
    if (held === null) throw problem("access_denied", "There is no such owner");
    refuseBeyond(scopes, held, "The owner may not do");
    const text = this.#settings.format.make();
    const stored = storedKey(text, { owner, name, scopes }, life);
    await answered(() => this.#settings.store.create(stored));
    return { key: text.text, record: recordOf(stored) };
  }

  /**
   * Whom a key stands for. A key that was verified lately is answered at once, others by the store.
   *
   * @returns null for what is no key, and for one that is unknown, over or revoked
   * @throws HTTPError 503 `store_unavailable`, in bounded time
   */
  verify(key: string): Awaitable<KeyPrincipal<Scope> | null> {
    return this.#verifier.verify(key) as Awaitable<KeyPrincipal<Scope> | null>;
  }

  /**
   * The keys of whoever asks, the newest first, with those that are over.
   *
   * @param by `req.principal`, or `OPERATOR` for everybody's
   * @param of with `OPERATOR`, whose
   * @throws HTTPError 403 for a key without `createScope`, or for those of somebody else; 503 `store_unavailable`
   */
  async list(
    by: Person | KeyPrincipal | typeof OPERATOR,
    of: { owner?: string } = {},
  ): Promise<readonly KeyRecord<Scope>[]> {
    const { owner } = checkOptions("list()", of, ["owner"]);
    const actor = actorOf(by, this.#settings);
    mayDeal(actor, this.#settings);
    if (owner !== undefined && actor.owner !== null && owner !== actor.owner) {
      throw problem("access_denied", "These are the keys of somebody else");
    }
    const whose = actor.owner ?? owner;
    const found = await answered(() => this.#settings.store.list(whose));
    return found.map((key) => recordOf<Scope>(key));
  }

  /**
   * Ends a key, in this process at once, in others within the cache's `maxAge`. A key may end itself; others it may end
   * with `createScope`. Keys that it has made go on.
   *
   * @returns false where there is none, it is somebody else's, or it was revoked before
   * @throws HTTPError 403 `insufficient_scope`; 503 `store_unavailable`, when it may have been revoked or not
   */
  async revoke(by: Person | KeyPrincipal | typeof OPERATOR, id: string): Promise<boolean> {
    const actor = actorOf(by, this.#settings);
    if (actor.key?.id !== id) mayDeal(actor, this.#settings);
    if ((await this.#find(actor, id)) === null) return false;
    return this.#changing(() => this.#settings.store.revoke(id, Date.now()));
  }

  /**
   * Makes the successor of a key: of the same owner and name, with those of its scopes that the owner still has. Both
   * are good during the overlap; a key that ends sooner ends sooner.
   *
   * @returns null where there is none, it is somebody else's, over, revoked, or rotated before
   * @throws HTTPError 403 `insufficient_scope` for a key that lacks `createScope` or one of the scopes; 503
   * `store_unavailable`
   */
  async rotate(
    by: Person | KeyPrincipal | typeof OPERATOR,
    id: string,
    options: RotateOptions = {},
  ): Promise<IssuedKey<Scope> | null> {
    const { overlap = A_DAY, expiresIn } = checkOptions("rotate()", options, ["overlap", "expiresIn"]);
    if (overlap !== 0 && !isDuration(overlap)) {
      throw new RangeError("rotate(): overlap takes a number of seconds, 0 or more");
    }
    const actor = actorOf(by, this.#settings);
    mayDeal(actor, this.#settings);
    const old = await this.#find(actor, id);
    const scopes = old && (await this.#verifier.effectiveScopes(old));
    if (old === null || scopes === null) return null;
    mayGrant(actor, scopes);
    await this.#refuseOver(actor);
    const life = expiresIn === undefined ? lifeOf(old, this.#settings) : checkedLife(expiresIn, "rotate()");
    const text = this.#settings.format.make();
    const successor = storedKey(text, { owner: old.owner, name: old.name, scopes }, life);
    const endsAt = successor.createdAt + Math.ceil(overlap * 1000);
    const rotated = await this.#changing(() => this.#settings.store.rotate(id, successor, endsAt));
    return rotated ? { key: text.text, record: recordOf(successor) } : null;
  }

  /**
   * A guard for routes: 401 without a good key, and `req.principal` is who presents it. Its scopes can be required.
   *
   * @example
   * const keys = new ApiKeys({ store: memory(), prefix: "acme", scopes: ["reports:read"] });
   * api.get("/reports", { auth: keys.guard().requires("reports:read") }, (req) => ({ for: req.principal.owner }));
   */
  guard(options: KeyGuardOptions = {}): Guard<KeyPrincipal<Scope>, Scope> {
    const { header, name } = checkOptions("guard()", options, ["header", "name"]);
    return apiKey<Awaitable<KeyPrincipal<Scope> | null>, Scope>({
      verify: this.#verify,
      scopes: scopesOf<Scope>,
      ...(header !== undefined && { header }),
      ...(name !== undefined && { name }),
    });
  }

  /** Looks every key up anew, so that what an owner has lost counts in this process at once. */
  forget(): void {
    this.#verifier.forget();
  }

  /** Writes when keys were last used. @throws HTTPError 503 `store_unavailable`; the next batch has it then */
  flush(): Promise<void> {
    return this.#lastUse.write();
  }

  /**
   * Writes what is left and stops the timer: `api.on("shutdown", () => keys.close())`. The store stays open.
   *
   * @throws HTTPError 503 `store_unavailable`
   */
  close(): Promise<void> {
    return this.#lastUse.close();
  }

  /** Somebody else's key is not there: whether it exists is nobody's business. */
  async #find({ owner }: Actor, id: string): Promise<StoredAPIKey | null> {
    if (!isKeyId(id)) return null;
    const key = await answered(() => this.#settings.store.find(id));
    return key !== null && key.id === id && (owner === null || key.owner === owner) ? key : null;
  }

  /** Asked anew, whatever is remembered: a key that could still make others would outlive its end. */
  async #refuseOver({ key }: Actor): Promise<void> {
    if (key === null) return;
    const stored = await answered(() => this.#settings.store.find(key.id));
    if (stored === null || isOver(stored)) throw problem("access_denied", "The key that asks is over");
  }

  /** A write that failed may have happened: either way nothing that was found before counts. */
  async #changing<Result>(write: () => Promise<Result>): Promise<Result> {
    try {
      return await answered(write);
    } finally {
      this.#verifier.forget();
    }
  }
}

function scopesOf<Scope extends string>({ scopes }: KeyPrincipal<Scope>): readonly Scope[] {
  return scopes;
}
