import { checkKey, copyData, freezeData, type JSONValue } from "./data.ts";

/** What a session holds when the API's options give it no type. */
export type SessionData = Record<string, unknown>;

/** A key and its value, as {@link Session.entries} gives them. */
export type SessionEntry<Data extends object, Keys extends keyof Data = keyof Data> = {
  [Key in Keys & string]-?: [key: Key, value: Exclude<Data[Key], undefined>];
}[Keys & string];

/**
 * What a request did to its session: a patch that is laid over what the store holds by then, so that
 * parallel requests do not undo each other.
 */
export interface SessionChanges {
  /** Whether anything was read or written. */
  readonly touched: boolean;
  /** Whether what was there goes before the patch is laid over it. */
  readonly cleared: boolean;
  /** Whether the session gets a new id. */
  readonly regenerate: boolean;
  readonly set: ReadonlyMap<string, JSONValue>;
  readonly deleted: ReadonlySet<string>;
}

/** Reads a session's patch. For backends: it is not exported from the package. */
export let changesOf: <Data extends object>(session: Session<Data>) => SessionChanges;

/** Makes later writes throw, since nothing would store them. For backends, when they commit. */
export let seal: <Data extends object>(session: Session<Data>) => void;

const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({});

/** Whether there is anything to store. */
export function isChange(changes: SessionChanges): boolean {
  return changes.cleared || changes.regenerate || changes.set.size > 0 || changes.deleted.size > 0;
}

/** What a session holds once its changes are laid over what it held. */
export function laidOver(
  before: Readonly<Record<string, unknown>> = NOTHING,
  { deleted, set }: Pick<SessionChanges, "deleted" | "set">,
): Readonly<Record<string, unknown>> {
  const kept = Object.entries(before).filter(([key]) => !deleted.has(key));
  return Object.fromEntries(new Map<string, unknown>([...kept, ...set]));
}

/**
 * Data that follows one client from request to request.
 *
 * Values are plain data as JSON has it: strings, finite numbers, booleans, null, arrays and objects of these.
 * `set` stores a copy, and what `get` returns is frozen: change a copy of it and `set` that.
 *
 * @example
 * const cart = req.session.get("cart") ?? [];
 * req.session.set("cart", [...cart, "sku-1"]);
 */
// `out`: a hook that knows no keys takes a session that has them.
export class Session<out Data extends object = SessionData> {
  readonly #loaded: Readonly<Record<string, unknown>>;
  readonly #set = new Map<string, JSONValue>();
  readonly #deleted = new Set<string>();
  #touched = false;
  #cleared = false;
  #regenerate = false;
  #sealed = false;

  static {
    changesOf = (session) => ({
      touched: session.#touched,
      cleared: session.#cleared,
      regenerate: session.#regenerate,
      set: session.#set,
      deleted: session.#deleted,
    });
    seal = (session) => {
      session.#sealed = true;
    };
  }

  /**
   * Names the session in a list of its user's sessions; undefined where the request came without one. It opens nothing,
   * and another takes its place with `regenerate()`.
   */
  readonly id: string | undefined;

  /** @param loaded what the session starts with; plain data that belongs to the session from now on */
  constructor(loaded?: Readonly<Partial<Data>>, id?: string) {
    this.id = id;
    this.#loaded = loaded === undefined ? NOTHING : (loaded as Readonly<Record<string, unknown>>);
  }

  /** The value of a key, frozen; undefined where there is none. */
  get<Key extends keyof Data & string>(key: Key): Data[Key] | undefined {
    this.#touched = true;
    return this.#read(key) as Data[Key] | undefined;
  }

  /** Whether a key has a value. */
  has(key: keyof Data & string): boolean {
    this.#touched = true;
    return this.#holds(key);
  }

  /**
   * Sets a key to a copy of `value`. In an empty session this starts a new one.
   *
   * @throws TypeError for what JSON does not give back as it was (undefined, functions, symbols, bigint, NaN,
   * dates, instances of classes, cycles), and for the keys `__proto__`, `constructor` and `prototype`
   * @throws Error once the answer has been sent
   * @example
   * resp.session.regenerate();
   * resp.session.set("user", user.id);
   */
  set<Key extends keyof Data & string>(key: Key, value: Exclude<Data[Key], undefined>): void {
    this.#beforeWrite();
    checkKey(key);
    if (value === undefined) {
      throw new TypeError(`session.set("${key}", undefined) stores nothing: use session.delete("${key}")`);
    }
    this.#set.set(key, copyData(value, `The session's "${key}"`));
    this.#deleted.delete(key);
  }

  /**
   * Removes a key.
   * @returns whether it had a value
   * @throws TypeError for the keys that `set` refuses
   * @throws Error once the answer has been sent
   */
  delete(key: keyof Data & string): boolean {
    this.#beforeWrite();
    checkKey(key);
    const held = this.#holds(key);
    this.#set.delete(key);
    this.#deleted.add(key);
    return held;
  }

  /**
   * Ends the session: everything in it goes, and with it the cookie. What is set afterwards starts a new
   * one, with lifetimes of its own.
   * @throws Error once the answer has been sent
   */
  clear(): void {
    this.#beforeWrite();
    this.#cleared = true;
    this.#set.clear();
    this.#deleted.clear();
  }

  /**
   * Gives the session a new id and keeps its data, against session fixation: call it whenever what the
   * client may do changes, at sign-in above all. The absolute lifetime runs on.
   * @throws Error once the answer has been sent
   */
  regenerate(): void {
    this.#beforeWrite();
    this.#regenerate = true;
  }

  /** The keys and their values, in the order they came. It reads the session as it is now. */
  entries<Keys extends keyof Data = keyof Data>(): IterableIterator<SessionEntry<Data, Keys>> {
    this.#touched = true;
    const kept = this.#cleared ? [] : Object.keys(this.#loaded).filter((key) => this.#holds(key));
    const keys = new Set([...kept, ...this.#set.keys()]);
    return [...keys].map((key) => [key, this.#read(key)] as SessionEntry<Data, Keys>).values();
  }

  #holds(key: string): boolean {
    return (
      this.#set.has(key) ||
      (!this.#cleared && !this.#deleted.has(key) && this.#loadedValue(key) !== undefined)
    );
  }

  #read(key: string): unknown {
    const own = this.#set.get(key);
    if (own !== undefined) {
      return own;
    }
    return this.#cleared || this.#deleted.has(key) ? undefined : freezeData(this.#loadedValue(key));
  }

  #loadedValue(key: string): unknown {
    return Object.hasOwn(this.#loaded, key) ? this.#loaded[key] : undefined;
  }

  #beforeWrite(): void {
    if (this.#sealed) {
      throw new Error("The session was changed after the answer had been sent: change it before that");
    }
    this.#touched = true;
  }
}
