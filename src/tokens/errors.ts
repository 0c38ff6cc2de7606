/** Why a token was refused. Each keeps its meaning between versions. */
export type TokenErrorCode =
  /** It is no token in compact form: three parts, canonical base64url, an object of JSON in the first. */
  | "token_malformed"
  /** Over 8 KiB. */
  | "token_too_long"
  /** The key is of another algorithm than the token names; `none` is no key's. */
  | "algorithm_refused"
  /** No key of the ring has the token's `kid`. */
  | "key_unknown"
  /** It has a critical header parameter (`crit`), and we know none. */
  | "header_refused"
  | "signature_invalid"
  /** Its `typ` is another one: an ID token or a refresh token is no access token. */
  | "type_refused"
  | "issuer_refused"
  | "audience_refused"
  | "token_expired"
  | "token_not_yet_valid"
  /** A claim is missing or of the wrong type, or the schema refuses it. */
  | "claims_invalid"
  | "token_revoked";

const MESSAGES: Readonly<Record<TokenErrorCode, string>> = {
  token_malformed: "This is no token in compact form",
  token_too_long: "The token is longer than 8 KiB",
  algorithm_refused: "The token names another algorithm than its key has",
  key_unknown: "No key has the token's kid",
  header_refused: "The token has a critical header parameter that is not understood",
  signature_invalid: "The token's signature does not fit",
  type_refused: "The token is of another type",
  issuer_refused: "The token is of another issuer",
  audience_refused: "The token is for another audience",
  token_expired: "The token has expired",
  token_not_yet_valid: "The token is not valid yet",
  claims_invalid: "A claim of the token is missing or not as it should be",
  token_revoked: "The token was revoked",
};

/** Every code there is. */
export const TOKEN_ERROR_CODES = Object.keys(MESSAGES) as readonly TokenErrorCode[];

/** A token that is refused. Nothing of the token is in it, so that it can be logged. */
export class TokenError extends Error {
  override readonly name = "TokenError";
  readonly code: TokenErrorCode;

  constructor(code: TokenErrorCode) {
    super(MESSAGES[code]);
    this.code = code;
  }
}
