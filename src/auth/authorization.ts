import type { HttpRequest } from "../exchange/request.ts";
import { MALFORMED } from "./scheme.ts";

/** RFC 9110, 11.2. */
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * The credentials of an `Authorization` field of one scheme, whose name has any case (RFC 9110, 11.1): undefined when
 * the field is absent or another scheme's, `MALFORMED` when what follows the name is no token68, two fields included.
 */
export function authorizationOf(req: HttpRequest, scheme: string): string | typeof MALFORMED | undefined {
  const field = req.headers.get("authorization");
  if (field === null) return undefined;
  const end = field.indexOf(" ");
  const name = end === -1 ? field : field.slice(0, end);
  if (name.length !== scheme.length || name.toLowerCase() !== scheme) return undefined;
  const credentials = end === -1 ? "" : field.slice(end).trimStart();
  return TOKEN68.test(credentials) ? credentials : MALFORMED;
}
