import type { Guard } from "../auth/guard.ts";
import type { RoleDefinitions } from "../auth/roles.ts";
import type { Awaitable } from "../http/awaitable.ts";
import { checkOptions } from "../options.ts";
import { checkClaims, type VerifiedClaims } from "./claims.ts";
import { TokenError } from "./errors.ts";
import type { Grant, RefreshOptions, TokenResponse } from "./grant.ts";
import { guardBy, type RequirableOf, type TokenGuardOptions } from "./guard.ts";
import { type CheckedRequest, checkRequest, payloadOf, type TokenRequest } from "./issue.ts";
import { signToken, verifySignature } from "./jws.ts";
import { KeyRing } from "./key-ring.ts";
import type { TokenKey } from "./keys.ts";
import { resolveTokensOptions, type TokensOptions } from "./options.ts";
import { RefreshTokens } from "./refresh.ts";
import { Revocations } from "./revocations.ts";
import { Verifier } from "./verifier.ts";

/**
 * Access tokens (JWT, RFC 9068) by keys of one's own, and refresh tokens.
 *
 * @throws TypeError, RangeError for an option that is not of its kind, and for a weak key
 * @example
 * const tokens = new Tokens({
 *   issuer: "https://auth.example",
 *   audience: "https://api.example",
 *   keys: [{ alg: "HS256", key: randomBytes(32) }],
 * });
 * const api = new API({ auth: tokens.guard() });
 */
export class Tokens<Claims extends object = {}, Input extends object = Claims> {
  readonly #options: ReturnType<typeof resolveTokensOptions>;
  readonly #verifier: Verifier;
  readonly #revocations: Revocations | undefined;
  readonly #refreshTokens: RefreshTokens | undefined;
  #ring: KeyRing;
  #guard: unknown;

  constructor(options: TokensOptions<Claims, Input>) {
    this.#options = resolveTokensOptions(options);
    const { store, rules, cacheSize, revocationDelay, refresh, onReuse } = this.#options;
    this.#ring = new KeyRing(this.#options.keys);
    this.#revocations = store?.revocations && new Revocations(store.revocations, revocationDelay);
    this.#refreshTokens = store?.refreshTokens && new RefreshTokens(store.refreshTokens, refresh, onReuse);
    this.#verifier = new Verifier({
      rules,
      find: (kid) => this.#ring.find(kid),
      version: () => this.#ring,
      revocations: this.#revocations,
      cacheSize,
    });
  }

  /**
   * Issues an access token.
   *
   * @throws TypeError for claims that the schema refuses; Error where no key can sign
   * @example
   * const token = await tokens.issue({ subject: "ada", scope: ["notes:read"] });
   */
  async issue(request: TokenRequest<Input>): Promise<string> {
    const instant = this.#instant();
    return this.#sign(
      await checkRequest("issue()", request as TokenRequest<object>, this.#options.rules),
      instant,
    );
  }

  /**
   * What a token says, or null where it is refused. A token that was verified lately is answered at once, without a
   * promise.
   *
   * @throws HTTPError 503 `store_unavailable` where nobody can say whether it was revoked
   */
  verify(token: string): Awaitable<VerifiedClaims<Claims> | null> {
    return this.#verifier.verify(token) as Awaitable<VerifiedClaims<Claims> | null>;
  }

  /**
   * What a token says.
   *
   * @throws TokenError whose `code` says why it is refused; HTTPError 503 `store_unavailable`
   */
  verifyOrThrow(token: string): Promise<VerifiedClaims<Claims>> {
    return this.#verifier.verifyOrThrow(token) as Promise<VerifiedClaims<Claims>>;
  }

  /**
   * A guard by these tokens, whose principal is what they say. The one without options is made once, and can be asked
   * for anywhere.
   *
   * @example
   * const reader = tokens.guard().requires("notes:read");
   */
  guard<Definitions extends RoleDefinitions = RoleDefinitions>(
    options?: TokenGuardOptions<Claims, Definitions>,
  ): Guard<VerifiedClaims<Claims>, RequirableOf<Definitions>> {
    type Made = Guard<VerifiedClaims<Claims>, RequirableOf<Definitions>>;
    if (options !== undefined) return guardBy("tokens.guard()", this, options);
    this.#guard ??= guardBy("tokens.guard()", this, {});
    return this.#guard as Made;
  }

  /**
   * The handler of a route that publishes the public keys (RFC 7517, 5). Secrets are never among them.
   *
   * @example
   * api.get("/.well-known/jwks.json", { public: "keys to verify with" }, tokens.jwks);
   */
  readonly jwks = (): readonly [string, number, Readonly<Record<string, string>>] => [
    JSON.stringify({ keys: this.#ring.published() }),
    200,
    {
      "Content-Type": "application/jwk-set+json",
      "Cache-Control": `public, max-age=${this.#options.jwksMaxAge}`,
    },
  ];

  /** Takes other keys from now on. What a key signed that is no longer there is refused with the next request. */
  setKeys(keys: readonly TokenKey[]): void {
    this.#ring = new KeyRing(keys);
  }

  /**
   * Revokes a token, or what `verify` gave of it. In this process it is refused from now on, in others after
   * `revocationDelay` seconds at most.
   *
   * @returns false for a text that is no good token any more
   * @throws HTTPError 503 `store_unavailable`; call it again then
   */
  async revoke(token: string | { readonly jti: string; readonly exp: number }): Promise<boolean> {
    const revocations = needed(this.#revocations, "revoke()", "revocations");
    const claims = typeof token === "string" ? await this.#read(token) : token;
    if (claims === null) return false;
    if (typeof claims?.jti !== "string" || !Number.isFinite(claims.exp)) {
      throw new TypeError("revoke() takes a token, or its claims with jti and exp");
    }
    await revocations.revoke(claims.jti, endInStore(claims.exp + this.#options.rules.leeway));
    return true;
  }

  /**
   * Revokes all that a subject has: each access token that was issued by now, and each refresh token. What is issued
   * afterwards is good.
   *
   * @throws TypeError for a subject that is no text; HTTPError 503 `store_unavailable`, call it again then
   */
  async revokeAll(subject: string): Promise<void> {
    const revocations = needed(this.#revocations, "revokeAll()", "revocations");
    if (typeof subject !== "string" || subject === "")
      throw new TypeError("revokeAll() takes a subject, a text");
    revocations.noteBefore(subject);
    // Families first: an access token that is made of one meanwhile is older than the instant that follows.
    await this.#refreshTokens?.revokeSubject(subject);
    const { expiresIn, rules } = this.#options;
    await revocations.revokeBefore(subject, endInStore(Date.now() / 1000 + expiresIn + rules.leeway));
  }

  /**
   * Signs somebody in: an access token, and a refresh token of a new family. Answer with it as it stands.
   *
   * @throws TypeError as `issue`; HTTPError 503 `store_unavailable`
   * @example
   * api.post("/login", { public: true }, () => tokens.start({ subject: "ada", scope: "notes:read" }));
   */
  async start(request: Omit<TokenRequest<Input>, "expiresIn">): Promise<TokenResponse> {
    const refreshTokens = needed(this.#refreshTokens, "start()", "refreshTokens");
    const instant = this.#instant();
    const checked = await checkRequest("start()", request as TokenRequest<object>, this.#options.rules);
    const { subject, scope, claims } = checked;
    const refreshToken = await refreshTokens.start(subject, JSON.stringify({ scope, claims }));
    return this.#response(checked, refreshToken, instant);
  }

  /**
   * Takes a refresh token for a new pair. null where it is refused: it was used before, has ended, was revoked, or is
   * none. A token that is used again, and not by the same sender within `refresh.grace` seconds, ends its whole family.
   *
   * @throws HTTPError 503 `store_unavailable`: nothing is lost, the same sender may try again
   * @example
   * const pair = await tokens.refresh(refreshToken, { sender: `${req.ip} ${req.headers.get("user-agent")}` });
   */
  async refresh(refreshToken: string, options: RefreshOptions<Input> = {}): Promise<TokenResponse | null> {
    const refreshTokens = needed(this.#refreshTokens, "refresh()", "refreshTokens");
    const { sender } = checkOptions("refresh()", options, ["sender", "renew"]);
    // Before the claim, so that a revocation that comes in between catches what is issued.
    const instant = this.#instant();
    const taken = await refreshTokens.take(refreshToken, sender, instant);
    if (taken === null) return null;
    const { subject, claims, id } = taken.family;
    const granted = { subject, ...JSON.parse(claims) } as Grant<Input>;
    const renewed = options.renew ? await options.renew(granted) : granted;
    if (typeof renewed !== "object" || renewed === null) {
      await refreshTokens.revokeFamily(id);
      return null;
    }
    const request = { ...renewed, subject } as unknown as TokenRequest<object>;
    const checked = await checkRequest("refresh()", request, this.#options.rules);
    return this.#response(checked, taken.refreshToken, instant);
  }

  /**
   * Signs out: ends the family of a refresh token. Access tokens of it last until they expire, unless they are revoked.
   *
   * @returns false where there was nothing to end
   * @throws HTTPError 503 `store_unavailable`
   */
  logout(refreshToken: string): Promise<boolean> {
    return needed(this.#refreshTokens, "logout()", "refreshTokens").end(refreshToken);
  }

  async #response(request: CheckedRequest, refreshToken: string, instant: number): Promise<TokenResponse> {
    return {
      access_token: await this.#sign(request, instant),
      token_type: "Bearer",
      expires_in: request.expiresIn,
      refresh_token: refreshToken,
      ...(request.scope !== undefined && { scope: request.scope }),
    };
  }

  #sign(request: CheckedRequest, instant: number): Promise<string> {
    const { rules, typ } = this.#options;
    return signToken(this.#ring, typ, payloadOf(request, rules, instant));
  }

  /** A token's claims, revoked or not; null for one that is refused. */
  async #read(token: string): Promise<VerifiedClaims<object> | null> {
    try {
      return await checkClaims(
        await verifySignature(token, (kid) => this.#ring.find(kid)),
        this.#options.rules,
      );
    } catch (error) {
      if (error instanceof TokenError) return null;
      throw error;
    }
  }

  #instant(): number {
    return this.#revocations?.instant() ?? Date.now();
  }
}

/** @throws Error where a part of the store is missing */
function needed<Part>(part: Part | undefined, method: string, name: string): Part {
  if (part !== undefined) return part;
  throw new Error(`${method} needs new Tokens({ store }) with ${name}, memory() or redis() for instance`);
}

/** The last instant there is (ECMA-262, 21.4.1.1): a token may say a later one, and a column of whole numbers holds none. */
const LAST_INSTANT = 8.64e15;

/** In milliseconds since 1970, a second later than what it is for. */
function endInStore(end: number): number {
  return Math.min(Math.ceil(end * 1000) + 1000, LAST_INSTANT);
}
