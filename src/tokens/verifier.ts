import { deepFreeze } from "../auth/freeze.ts";
import { BoundedCache } from "../bounded-cache.ts";
import { type Awaitable, andThen } from "../http/awaitable.ts";
import type { RevocationQuery } from "../stores/contracts/index.ts";
import { type ClaimRules, checkClaims, type VerifiedClaims } from "./claims.ts";
import { TokenError } from "./errors.ts";
import { type SignedPayload, verifySignature } from "./jws.ts";
import type { FoundKeys } from "./key-ring.ts";
import type { Revocations } from "./revocations.ts";

/** What a verifier is made of. */
export interface VerifierParts {
  readonly rules: ClaimRules;
  /** The keys that a header may mean. */
  find(kid: string | undefined): Awaitable<FoundKeys>;
  /** The version of the keys there are now: what was verified under another one is verified again. */
  version(): unknown;
  readonly revocations?: Revocations | undefined;
  /** How many tokens are remembered; 0 for none. */
  readonly cacheSize: number;
}

/** A token that was verified, by its exact text. */
interface Remembered {
  readonly claims: VerifiedClaims<object>;
  readonly query: RevocationQuery;
  /** In milliseconds since 1970. */
  readonly until: number;
  readonly version: unknown;
  /** When the store was asked last, on the monotonic clock. */
  askedAt: number;
  asking: { readonly since: number; readonly answer: Promise<boolean> } | undefined;
  /** For good: nothing takes a revocation back, so that the store is asked no more. */
  isRevoked: boolean;
}

/** Signature, claims, revocation, in this order; and what was found good is remembered. */
export class Verifier {
  readonly #parts: VerifierParts;
  readonly #known: BoundedCache<Remembered> | undefined;

  constructor(parts: VerifierParts) {
    this.#parts = parts;
    this.#known = parts.cacheSize === 0 ? undefined : new BoundedCache(parts.cacheSize);
  }

  /** What a token says: at once where it is remembered. null for one that is refused. */
  verify(token: unknown): Awaitable<VerifiedClaims<object> | null> {
    const known = this.#recall(token);
    if (known === undefined) return this.#verifyAnew(token).catch(refused);
    return andThen(this.#isRevoked(known), (isRevoked) => (isRevoked ? null : known.claims));
  }

  /** @throws TokenError for one that is refused */
  async verifyOrThrow(token: unknown): Promise<VerifiedClaims<object>> {
    const known = this.#recall(token);
    if (known === undefined) return this.#verifyAnew(token);
    if (await this.#isRevoked(known)) throw new TokenError("token_revoked");
    return known.claims;
  }

  #recall(token: unknown): Remembered | undefined {
    if (this.#known === undefined || typeof token !== "string") return undefined;
    const known = this.#known.get(token);
    if (known === undefined) return undefined;
    if (Date.now() < known.until && known.version === this.#parts.version()) return known;
    this.#known.delete(token);
    return undefined;
  }

  #isRevoked(known: Remembered): Awaitable<boolean> {
    const { revocations } = this.#parts;
    if (revocations === undefined) return false;
    if (known.isRevoked || revocations.isKnown(known.query)) return true;
    const now = performance.now();
    if (now - known.askedAt < revocations.delay) return false;
    // Requests that come together ask together, but by no question that is older than an answer may be.
    if (known.asking && now - known.asking.since < revocations.delay) return known.asking.answer;
    const ask = async () => {
      try {
        if (await revocations.isRevoked(known.query)) known.isRevoked = true;
        else known.askedAt = Math.max(known.askedAt, now);
        return known.isRevoked;
      } finally {
        if (known.asking === asking) known.asking = undefined;
      }
    };
    const asking = { since: now, answer: ask() };
    known.asking = asking;
    return asking.answer;
  }

  async #verifyAnew(token: unknown): Promise<VerifiedClaims<object>> {
    const { rules, revocations } = this.#parts;
    const signed = await verifySignature(token, (kid) => this.#parts.find(kid));
    const claims = await checkClaims(signed, rules);
    const query = queryOf(signed);
    const askedAt = performance.now();
    const isRevoked = revocations !== undefined && (await revocations.isRevoked(query));
    const entry: Remembered = {
      claims: deepFreeze(claims),
      query,
      until: Math.min(endOf(claims, rules), signed.keyUntil),
      version: signed.version,
      askedAt,
      asking: undefined,
      isRevoked,
    };
    this.#known?.set(token as string, entry);
    if (isRevoked) throw new TokenError("token_revoked");
    return entry.claims;
  }
}

function refused(error: unknown): null {
  if (error instanceof TokenError) return null;
  throw error;
}

function queryOf({ payload }: SignedPayload): RevocationQuery {
  const { jti, sub, iat } = payload as { jti?: string; sub: string; iat?: number };
  return { id: jti, subject: sub, issuedAt: Math.round((iat ?? 0) * 1000) };
}

/** In milliseconds since 1970: when a token is over, by its own word or by its age. */
export function endOf({ exp, iat }: { exp: number; iat?: number }, { leeway, mostAge }: ClaimRules): number {
  return (Math.min(exp, (iat ?? Number.POSITIVE_INFINITY) + mostAge) + leeway) * 1000;
}
