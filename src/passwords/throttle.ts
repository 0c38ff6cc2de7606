import type { Awaitable } from "../http/awaitable.ts";
import { type ErrorCode, HTTPError } from "../http/errors.ts";
import { checkOptions } from "../options.ts";
import { answered } from "../stores/answered.ts";
import type { ThrottleStore } from "../stores/contracts/index.ts";
import { type Allowance, type Counted, Counter, refuseWhileBlocked } from "./counter.ts";
import { keysOf, type ThrottleKeys } from "./subject.ts";

/** What `new Throttle()` takes. */
export interface ThrottleOptions {
  /** Where attempts are counted, for all processes that share it. */
  store: { readonly throttles: ThrottleStore };
  /**
   * For one account from one address. Default: 5 free, then up to 900 s, one forgotten each 900 s: about a hundred
   * guesses a day.
   */
  pair?: Partial<Allowance>;
  /**
   * For one account from all addresses that nobody has signed in from. Default: 20 free, then up to 30 s, one forgotten
   * each 60 s. `longest` is how much a stranger with many addresses can slow down the owner at a new place.
   */
  account?: Partial<Allowance>;
  /**
   * For one address and all accounts. Default: 50 free, then up to 900 s, one forgotten each 60 s. An office behind one
   * address shares it: successes do not count.
   */
  address?: Partial<Allowance>;
}

/** Who tries. */
export interface Attempt {
  /** The name that was given, whether there is such an account or not. Only a digest of it is kept. */
  account: string;
  /** `req.ip`. IPv6 addresses count by their /64. */
  address: string;
}

const NAME = "new Throttle()";
const PAIR: Allowance = { free: 5, longest: 900, forgive: 900 };
const ACCOUNT: Allowance = { free: 20, longest: 30, forgive: 60 };
const ADDRESS: Allowance = { free: 50, longest: 900, forgive: 60 };
/** In milliseconds, for which an address that somebody has signed in from is known: 30 days. */
const KNOWN_FOR = 30 * 86_400_000;
const A_DAY = 86_400;
const BUSY: ErrorCode = "too_busy";

/**
 * Slows down who guesses passwords, and locks nobody out for good.
 *
 * Three things are counted: an account from one address, an account from everywhere, and an address for all accounts.
 * Each has failures that are free, then a growing time to wait. An address that the account has been signed in from is
 * spared what others did to the account.
 *
 * @throws TypeError or RangeError for options that are none
 * @example
 * const throttle = new Throttle({ store: memory() });
 * api.post("/login", { public: true }, async (req) => {
 *   const { name, password } = await req.media("form");
 *   const stored = undefined; // of the account with this name
 *   const isRight = await throttle.attempt({ account: String(name), address: req.ip }, () =>
 *     verify(String(password), stored),
 *   );
 *   if (!isRight) abort(401, "Invalid credentials");
 * });
 */
export class Throttle {
  readonly #store: ThrottleStore;
  readonly #pair: Allowance;
  readonly #account: Allowance;
  readonly #address: Allowance;

  constructor(options: ThrottleOptions) {
    const given = checkOptions(NAME, options, ["store", "pair", "account", "address"]);
    if (typeof given.store?.throttles?.replace !== "function") {
      throw new TypeError(
        `${NAME} needs a store: memory(), sqlite(), sql(), redis(), or an object with throttles`,
      );
    }
    this.#store = given.store.throttles;
    this.#pair = allowance("pair", given.pair, PAIR);
    this.#account = allowance("account", given.account, ACCOUNT);
    this.#address = allowance("address", given.address, ADDRESS);
  }

  /**
   * Makes an attempt, if it is the time for one. It is counted before it is made, and taken back where it succeeds.
   *
   * @param check makes it. What is truthy is a success. false, null, undefined and a throw are failures, but for
   * `too_busy` of `verify`: nothing has been tried then.
   * @returns what `check` gave
   * @throws HTTPError 429 `too_many_attempts` with `Retry-After`, and `check` is not called; 503 `store_unavailable`
   */
  async attempt<Result>({ account, address }: Attempt, check: () => Awaitable<Result>): Promise<Result> {
    if (typeof account !== "string" || typeof address !== "string") {
      throw new TypeError(
        "attempt() takes { account, address }, both texts: the name that was given, and req.ip",
      );
    }
    const keys = keysOf(account, address);
    const counted = await this.#count(keys);
    const result = await this.#checked(check, counted);
    if (result) await this.#succeeded(keys, counted);
    return result;
  }

  async #count(keys: ThrottleKeys): Promise<readonly Counted[]> {
    const { known } = keys;
    const isKnown = known !== null && (await answered(() => this.#store.read(known))) !== null;
    const counters = [
      ...(keys.pair === null ? [] : [new Counter(this.#store, keys.pair, this.#pair)]),
      ...(keys.address === null ? [] : [new Counter(this.#store, keys.address, this.#address)]),
      ...(isKnown ? [] : [new Counter(this.#store, keys.account, this.#account)]),
    ];
    // All are read before one is counted: who is refused anyway is not counted for it.
    const states = await Promise.all(counters.map((counter) => counter.read()));
    refuseWhileBlocked(states);
    const counted: Counted[] = [];
    try {
      for (const [index, counter] of counters.entries()) {
        counted.push(await counter.count(states[index] ?? null));
      }
    } catch (error) {
      await takeBack(counted);
      throw error;
    }
    return counted;
  }

  async #checked<Result>(check: () => Awaitable<Result>, counted: readonly Counted[]): Promise<Result> {
    try {
      return await check();
    } catch (error) {
      if (error instanceof HTTPError && error.code === BUSY) await takeBack(counted);
      throw error;
    }
  }

  /** The pair begins anew; of the others this attempt alone is taken back, or each success would buy new guesses. */
  async #succeeded({ known }: ThrottleKeys, counted: readonly Counted[]): Promise<void> {
    if (known === null) return takeBack(counted);
    const [pair, ...others] = counted;
    await pair?.counter.clear();
    await takeBack(others);
    const mark = await answered(() => this.#store.read(known));
    const expiresAt = Date.now() + KNOWN_FOR;
    if (mark !== null && mark.expiresAt > expiresAt - KNOWN_FOR / 2) return;
    const fresh = { failures: (mark?.failures ?? 0) + 1, blockedUntil: 0, expiresAt };
    await answered(() => this.#store.replace(known, mark, fresh));
  }
}

async function takeBack(counted: readonly Counted[]): Promise<void> {
  for (const one of counted) await one.counter.takeBack(one);
}

function allowance(name: string, given: Partial<Allowance> = {}, standard: Allowance): Allowance {
  const { free, longest, forgive } = {
    ...standard,
    ...checkOptions(`${NAME}: ${name}`, given, ["free", "longest", "forgive"]),
  };
  if (!Number.isSafeInteger(free) || free < 0) {
    throw new RangeError(`${NAME}: ${name}.free takes a whole number, 0 or more`);
  }
  if (!(longest >= 1 && longest <= A_DAY) || !(forgive >= 1 && forgive <= A_DAY)) {
    throw new RangeError(`${NAME}: ${name}.longest and ${name}.forgive take seconds, from 1 to ${A_DAY}`);
  }
  return { free, longest, forgive };
}
