import { hkdfSync } from "node:crypto";
import type { Store } from "responder-ts/stores";
import { Tokens } from "responder-ts/tokens";
import { Person } from "./people.ts";

const ISSUER = "marginalia";

/**
 * Access tokens for the JSON API, good for 15 minutes, and refresh tokens that get the next one. A token says itself who
 * holds it and as what; it is verified once, and remembered.
 *
 * @param secret the application's secret; tokens get a key of their own from it
 */
export function makeTokens(secret: string, store: Store) {
  const key = new Uint8Array(hkdfSync("sha256", secret, "", "marginalia access token v1", 32));
  return new Tokens({
    issuer: ISSUER,
    audience: ISSUER,
    keys: [{ alg: "HS256", key }],
    claims: Person,
    store,
  });
}

export type ShowcaseTokens = ReturnType<typeof makeTokens>;
