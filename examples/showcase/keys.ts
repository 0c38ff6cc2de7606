import { ApiKeys, OPERATOR } from "responder-ts/keys";
import type { Store } from "responder-ts/stores";

/** Keys for other programs. The store has their digests alone. */
export function makeKeys(store: Store) {
  return new ApiKeys({ store, prefix: "marginalia", scopes: ["stats:read"] });
}

export type ShowcaseKeys = ReturnType<typeof makeKeys>;

/** A key to try the service with, good for a day. */
export async function demoKey(keys: ShowcaseKeys): Promise<string> {
  const DAY = 86_400;
  const { key } = await keys.create(OPERATOR, {
    owner: "operator",
    name: "service",
    scopes: ["stats:read"],
    expiresIn: DAY,
  });
  return key;
}
