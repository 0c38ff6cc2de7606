import leven from "leven";

/**
 * Checks that `given` has known keys only, and freezes a copy of it.
 *
 * @param owner how the message names the thing that takes the options, such as `new API()`
 * @throws TypeError for an unknown key, naming the nearest known one
 */
export function checkOptions<Options extends object>(
  owner: string,
  given: Options,
  known: readonly (keyof Options & string)[],
): Readonly<Options> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new TypeError(`${owner} takes an object of options`);
  }
  for (const key of Object.keys(given)) {
    if (!(known as readonly string[]).includes(key)) {
      throw new TypeError(`${owner} has no option "${key}". ${suggestion(key, known)}`);
    }
  }
  return Object.freeze({ ...given });
}

/** "Did you mean …?" where a known name is near, else the list of them. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = known
    .map((candidate) => ({ candidate, distance: leven(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && near.distance <= Math.max(2, name.length / 2)
    ? `Did you mean "${near.candidate}"?`
    : `Known are: ${known.join(", ")}.`;
}
