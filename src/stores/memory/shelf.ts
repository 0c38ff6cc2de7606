/** Milliseconds between two looks for what is over. By writes, not by a timer: some runtimes have none at the start. */
const SWEEP_INTERVAL = 60_000;

/** Records that end by themselves, up to a limit. Over it, what is over goes first; then it is full. */
export class Shelf<Value extends { readonly expiresAt: number | null }> {
  readonly #records = new Map<string, Value>();
  readonly #limit: number;
  readonly #what: string;
  #nextSweep = Date.now() + SWEEP_INTERVAL;

  /** @param what names the records in the message of a full shelf */
  constructor(what: string, limit: number) {
    this.#what = what;
    this.#limit = limit;
  }

  get(key: string): Value | undefined {
    const found = this.#records.get(key);
    if (found === undefined || !isOver(found)) return found;
    this.#records.delete(key);
    return undefined;
  }

  /** @throws RangeError where it is full: to forget a revocation, or somebody's key, would be worse */
  set(key: string, value: Value): void {
    const isNew = !this.#records.has(key);
    if (isNew && (this.#records.size >= this.#limit || this.#nextSweep <= Date.now())) {
      this.sweep();
      if (this.#records.size >= this.#limit) {
        throw new RangeError(
          `The memory store is full of ${this.#what} (${this.#limit}): raise its limit, or use sqlite(), sql() or redis()`,
        );
      }
    }
    this.#records.set(key, value);
  }

  /** @throws Error for a key that is taken */
  add(key: string, value: Value): void {
    this.#refuseTaken(key);
    this.set(key, value);
  }

  /**
   * Puts a record in the place of another. It needs no room of its own, so a full shelf lets it happen.
   * @throws Error for a next key that is taken
   */
  move(key: string, nextKey: string, value: Value): void {
    this.#refuseTaken(nextKey);
    this.#records.delete(key);
    this.#records.set(nextKey, value);
  }

  #refuseTaken(key: string): void {
    if (this.get(key) !== undefined)
      throw new Error(`There is a record of ${this.#what} with this id already`);
  }

  delete(key: string): boolean {
    const held = this.get(key) !== undefined;
    this.#records.delete(key);
    return held;
  }

  *values(): Generator<Value> {
    for (const [key, value] of this.#records) {
      if (isOver(value)) this.#records.delete(key);
      else yield value;
    }
  }

  /** @returns how many were over */
  sweep(): number {
    const before = this.#records.size;
    this.#nextSweep = Date.now() + SWEEP_INTERVAL;
    for (const [key, value] of this.#records) if (isOver(value)) this.#records.delete(key);
    return before - this.#records.size;
  }
}

function isOver({ expiresAt }: { readonly expiresAt: number | null }): boolean {
  return expiresAt !== null && expiresAt <= Date.now();
}
