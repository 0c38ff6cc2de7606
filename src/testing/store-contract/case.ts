import type { Store } from "../../stores/contracts/index.ts";

/** The parts of a store that keep records. */
export type StorePart = "sessions" | "apiKeys" | "refreshTokens" | "revocations" | "throttles";

/** One promise of the contract, as a case for any test runner. */
export interface StoreCase {
  readonly part: StorePart | "upkeep";
  /** For the test's title: `sessions: parallel patches of different keys all last`. */
  readonly name: string;
  /** Rejects with an Error that says what was wrong. */
  run(): Promise<void>;
}

/** What a part promises, each with the steps that would show it broken. */
export type Promises<Part> = Readonly<Record<string, (part: Part) => Promise<void>>>;

export type PartPromises = { readonly [Part in StorePart]: Promises<Store[Part]> };

/** @throws Error with `what`, unless it holds */
export function holds(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** @throws Error with both values, unless they are the same down to the last field */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [written(actual), written(expected)];
  if (got !== wanted) throw new Error(`${what}: got ${shortened(got)}, expected ${shortened(wanted)}`);
}

/** @throws Error with `what`, unless the promise rejects */
export async function rejects(promise: Promise<unknown>, what: string): Promise<void> {
  const outcome = await settled(promise);
  holds("error" in outcome, what);
}

/** What became of a promise, without a throw. */
export async function settled<Value>(
  promise: Promise<Value>,
): Promise<{ value: Value } | { error: unknown }> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

/** Asks for something `count` times at once. */
export function atOnce<Value>(count: number, ask: (index: number) => Promise<Value>): Promise<Value[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
}

/** A new id each time, in the alphabet of digests, so that cases can share a database. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace("=", "");
}

/** Waits until an instant has come by this process's clock. */
export async function until(instant: number): Promise<void> {
  while (Date.now() < instant) await new Promise((resolve) => setTimeout(resolve, instant - Date.now()));
}

/**
 * Holds a record to its end, to the millisecond: whoever asks from `expiresAt` on no longer finds it, and nobody who was
 * answered before misses it.
 */
export async function endsAt(expiresAt: number, isThere: () => Promise<boolean>): Promise<void> {
  for (;;) {
    const askedAt = Date.now();
    const found = await isThere();
    if (found) holds(askedAt < expiresAt, `It was there ${askedAt - expiresAt} ms after its end`);
    else holds(Date.now() >= expiresAt, `It was gone ${expiresAt - Date.now()} ms before its end`);
    if (!found) return;
    // The last milliseconds are asked for without a pause, to meet the very one.
    if (expiresAt - Date.now() > 5) await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

class TooSlow extends Error {}

/**
 * Runs steps that have to be done before something ends. Where they were not, because the machine is busy, they say
 * nothing about the store, and are run again with longer lifetimes.
 *
 * @param steps are given how much longer lifetimes are, and a check that is called, with the first end, before results count
 */
export async function paced(
  steps: (pace: number, doneBefore: (end: number) => void) => Promise<void>,
): Promise<void> {
  const doneBefore = (end: number) => {
    if (Date.now() >= end) throw new TooSlow("The store was too slow to be looked at before a record's end");
  };
  for (const pace of [1, 4, 16]) {
    const outcome = await settled(steps(pace, doneBefore));
    if ("value" in outcome) return;
    if (!(outcome.error instanceof TooSlow) || pace === 16) throw outcome.error;
  }
}

/** JSON text with sorted keys, so that neither their order nor a prototype counts. */
function written(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? "undefined");
  }
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, held]) => `${JSON.stringify(key)}:${written(held)}`).join(",")}}`;
}

function shortened(text: string): string {
  return text.length > 1_000 ? `${text.slice(0, 1_000)}… (${text.length} characters)` : text;
}
