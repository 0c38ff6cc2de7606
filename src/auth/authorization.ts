import type { HttpRequest } from "../exchange/request.ts";
import { MALFORMED } from "./scheme.ts";

/** RFC 9110, 5.6.2: the name of a scheme. */
const SCHEME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/;
/** RFC 9110, 11.2. */
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * The credentials of an `Authorization` field of one scheme, whose name has any case (RFC 9110, 11.1): undefined when
 * the field is absent, empty or another scheme's, `MALFORMED` when it begins with no scheme's name, or what follows is no
 * space and a token68. Two fields come joined by a comma, and are malformed too.
 */
export function authorizationOf(req: HttpRequest, scheme: string): string | typeof MALFORMED | undefined {
  const field = req.headers.get("authorization") ?? "";
  if (field === "") return undefined;
  const name = SCHEME.exec(field)?.[0] ?? "";
  if (name === "") return MALFORMED;
  if (name.length !== scheme.length || name.toLowerCase() !== scheme) return undefined;
  const credentials = field.slice(name.length).replace(/^ +/, "");
  return field[name.length] === " " && TOKEN68.test(credentials) ? credentials : MALFORMED;
}
