import type { Awaitable } from "../http/awaitable.ts";
import type { SenderOptions } from "./refresh.ts";

/** What a client gets that signs in or refreshes, as OAuth names it (RFC 6749, 5.1). */
export interface TokenResponse {
  access_token: string;
  token_type: "Bearer";
  /** In seconds. */
  expires_in: number;
  refresh_token: string;
  scope?: string;
}

/** What a sign-in was granted. */
export interface Grant<Input extends object> {
  subject: string;
  scope?: string;
  claims: Input;
}

/** What `tokens.refresh` takes. */
export interface RefreshOptions<Input extends object> extends SenderOptions {
  /**
   * Looks again at what somebody is granted, at each refresh: returns what the next access token is made of, or null to
   * end the sign-in. Default: what was granted at the sign-in, until it ends.
   */
  renew?(grant: Grant<Input>): Awaitable<Grant<Input> | null>;
}
