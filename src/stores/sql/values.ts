/** Half a surrogate pair is no Unicode text and NUL ends a text, for one driver or another: both would be changed. */
const UNKEEPABLE = /\0|\p{Surrogate}/u;

/**
 * A string on its way into a statement. One that would be changed on the way would then be another's name; something else
 * than a string is what some drivers make SQL of.
 *
 * @throws TypeError for either
 */
export function text(value: string): string {
  if (typeof value !== "string") throw new TypeError("A store takes strings for ids and names");
  if (UNKEEPABLE.test(value))
    throw new TypeError("A string with NUL or half a surrogate pair cannot be kept");
  return value;
}

/** As {@link text}, where there may be none. */
export function textOrNull(value: string | null): string | null {
  return value === null ? null : text(value);
}

/** A number that a driver may have handed back as text. */
export function instant(value: number | string): number {
  return Number(value);
}

/** As {@link instant}, where there may be none. */
export function instantOrNull(value: number | string | null): number | null {
  return value === null ? null : Number(value);
}

/** The text of a JSON column, which some drivers parse. */
export function parsed(value: unknown): unknown {
  return typeof value === "string" ? JSON.parse(value) : value;
}

/** Whether one of the conditions of a select without a table holds: true, 1 or "1", as the driver has it. */
export function isTrue(value: unknown): boolean {
  return value === true || Number(value) === 1;
}
