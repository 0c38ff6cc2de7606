/**
 * A cache that holds at most `size` entries and gives up those not asked for lately. It keeps two generations: what is
 * asked for moves to the young one, and when that is half of `size`, the old one goes at once. So a hit costs a look-up,
 * and nothing is sorted or timed.
 */
export class BoundedCache<Value> {
  readonly #half: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** @throws RangeError for a size that is no whole number from 2 */
  constructor(size: number) {
    if (!Number.isSafeInteger(size) || size < 2)
      throw new RangeError("A cache's size is a whole number from 2");
    this.#half = Math.floor(size / 2);
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** How many entries there are, none twice. */
  get size(): number {
    return new Set([...this.#young.keys(), ...this.#old.keys()]).size;
  }
}
