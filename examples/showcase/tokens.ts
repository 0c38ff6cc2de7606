import { hkdfSync } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import type { Person } from "./people.ts";

/** Seconds that a token is good for. */
export const TOKEN_LIFETIME = 3600;

const ISSUER = "marginalia";
const Claims = z.object({
  sub: z.coerce.number().int(),
  username: z.string(),
  name: z.string(),
  role: z.enum(["admin", "member"]),
});

/**
 * Access tokens for the JSON API. A token says itself who holds it and as what: nothing is looked up, and nothing can
 * be taken back before its hour is over.
 */
export class Tokens {
  readonly #key: Uint8Array;

  /** @param secret the application's secret; tokens get a key of their own from it */
  constructor(secret: string) {
    this.#key = new Uint8Array(hkdfSync("sha256", secret, "", "marginalia access token v1", 32));
  }

  issue({ id, username, name, role }: Person): Promise<string> {
    return new SignJWT({ username, name, role })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(String(id))
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setIssuedAt()
      .setExpirationTime(`${TOKEN_LIFETIME} s`)
      .sign(this.#key);
  }

  /** Who holds a token; undefined where it is forged, expired, or not one of ours. */
  async verify(token: string): Promise<Person | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ["HS256"], // ours, whatever the token's header says
        issuer: ISSUER,
        audience: ISSUER,
        requiredClaims: ["exp", "sub"],
      });
      const { sub, ...person } = Claims.parse(payload);
      return { id: sub, ...person };
    } catch {
      return undefined;
    }
  }
}
