import type {
  RefreshAttempt,
  RefreshClaim,
  RefreshFamily,
  RefreshTokenStore,
  StoredRefreshToken,
} from "../contracts/index.ts";
import type { Shelf } from "./shelf.ts";

/** A family with its tokens. */
export interface FamilyOnShelf {
  readonly family: RefreshFamily;
  readonly expiresAt: number;
  readonly revoked: boolean;
  readonly tokens: Map<string, { readonly expiresAt: number; claimed?: RefreshAttempt }>;
}

export class MemoryRefreshTokens implements RefreshTokenStore {
  readonly #families: Shelf<FamilyOnShelf>;

  constructor(families: Shelf<FamilyOnShelf>) {
    this.#families = families;
  }

  async start(family: RefreshFamily, token: StoredRefreshToken): Promise<void> {
    const tokens = new Map([[token.digest, { expiresAt: token.expiresAt }]]);
    this.#families.add(family.id, {
      family: { ...family },
      expiresAt: family.expiresAt,
      revoked: false,
      tokens,
    });
  }

  async claim(familyId: string, digest: string, attempt: RefreshAttempt): Promise<RefreshClaim> {
    const held = this.#families.get(familyId);
    const token = held?.tokens.get(digest);
    if (!held || !token) return { outcome: "unknown" };
    const { family } = held;
    if (held.revoked) return { outcome: "revoked", family };
    // A claimed token stays known past its own end, so that a thief who is late is noticed.
    if (token.claimed) {
      const { at, sender, salt } = token.claimed;
      return { outcome: "repeated", family, at, sender, salt };
    }
    if (token.expiresAt <= Date.now()) return { outcome: "unknown" };
    token.claimed = attempt;
    held.tokens.set(attempt.successor.digest, { expiresAt: attempt.successor.expiresAt });
    return { outcome: "claimed", family };
  }

  async revokeFamily(familyId: string): Promise<boolean> {
    const held = this.#families.get(familyId);
    if (!held || held.revoked) return false;
    this.#families.set(familyId, { ...held, revoked: true });
    return true;
  }

  async revokeSubject(subject: string): Promise<number> {
    const families = await this.list(subject);
    for (const { id } of families) await this.revokeFamily(id);
    return families.length;
  }

  async list(subject: string): Promise<readonly RefreshFamily[]> {
    return [...this.#families.values()]
      .filter(({ family, revoked }) => family.subject === subject && !revoked)
      .map(({ family }) => family)
      .sort((a, b) => b.createdAt - a.createdAt);
  }
}
