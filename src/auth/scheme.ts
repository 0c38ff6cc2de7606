import type { HttpRequest } from "../exchange/request.ts";
import type { Awaitable } from "../http/awaitable.ts";

/** What a scheme's `extract` returns for a credential that is there and is none: `Bearer` without a token, say. */
export const MALFORMED: unique symbol = Symbol("malformed credential");

/** What `verify` may return; everything that is no principal denies. */
export type Verdict<Principal> = Awaitable<Principal | null | undefined | false>;

/** The principal that a `verify` function gives when it gives one. */
export type PrincipalOf<Result> = Exclude<Awaited<Result>, null | undefined | false>;

/** A security scheme of an OpenAPI 3.1 document. */
export type SecurityScheme =
  | { type: "http"; scheme: string; bearerFormat?: string; description?: string }
  | { type: "apiKey"; in: "header" | "query" | "cookie"; name: string; description?: string }
  | { type: "oauth2"; flows: object; description?: string }
  | { type: "openIdConnect"; openIdConnectUrl: string; description?: string }
  | { type: "mutualTLS"; description?: string };

/** A challenge of a `WWW-Authenticate` field (RFC 9110, 11.6.1): a scheme and its parameters. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** One way to say who one is: how the credential is pulled out, verified, asked for, and documented. */
export interface Scheme {
  /** Unique in an application; the name of the scheme in the OpenAPI document. */
  readonly name: string;
  /** Where the credential stands. Of schemes that read the same place, one that is content is enough. */
  readonly source: string;
  /** undefined or null when the request presents none. */
  extract(req: HttpRequest): unknown;
  verify(credential: unknown, req: HttpRequest): Verdict<unknown>;
  readonly challenge: Challenge;
  readonly openapi: SecurityScheme | ((app: { sessionCookie: string }) => SecurityScheme);
  /** What a principal may do. Undefined: the scheme yields no scopes, and none can be required of it. */
  readonly scopes: ((principal: never) => readonly string[]) | undefined;
  /** Where a browser is sent that presents none. */
  readonly loginPath?: string;
  /** Whether browsers send the credential by themselves, for other sites' pages too. */
  readonly ambient: boolean;
  /** What the scheme was made from: two schemes of one name must have the same. */
  readonly settings: object;
}
