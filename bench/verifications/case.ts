import type { Act } from "./pace.ts";
import type { PlaceName } from "./places.ts";

export const KINDS = [
  "api-key-remembered",
  "api-key",
  "session",
  "cookie-signed",
  "cookie-encrypted",
  "token-remembered",
  "token-hs256",
  "token-es256",
  "token-eddsa",
  "token-asked",
  "refresh",
  "password",
] as const;
export type Kind = (typeof KINDS)[number];

/** One kind of credential in one place, and what it is compared with. */
export interface Case {
  readonly kind: Kind;
  readonly place: PlaceName;
  readonly ours: Act;
  readonly bare: Act;
  /** What `bare` does, for the table. */
  readonly bareIs: string;
  /** What `ours` does besides the verification: its time is taken off. */
  readonly besides?: Act;
  /** A wrong credential, which has to give null or false. */
  readonly wrong: Act;
  /** How many are measured under way at once, one after the other. */
  readonly concurrencies: readonly number[];
}

/** @throws Error where the bad credential is let in, or the good one is not */
export async function checkCase({ kind, place, ours, wrong }: Case): Promise<void> {
  if (await wrong(0, 0)) throw new Error(`${kind} on ${place}: a wrong credential was not refused`);
  if (!(await ours(0, 0))) throw new Error(`${kind} on ${place}: a good credential was refused`);
}
