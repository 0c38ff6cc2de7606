import { type CookieOptions, ResponseCookies } from "../http/cookies.ts";
import type { CookieContext, SessionCookie } from "./backend.ts";
import type { ResolvedSessionOptions } from "./options.ts";

/** A cookie's name and settings. */
export interface CookieForm {
  readonly name: string;
  readonly options: Readonly<CookieOptions>;
  /** The length in bytes of a `Set-Cookie` line with an empty value. */
  readonly overhead: number;
}

/** The two forms of a session's cookie: over https, and over plain http from loopback in development. */
export class CookieForms<Data extends object> {
  readonly #secure: CookieForm;
  readonly #loopback: CookieForm;

  constructor(options: ResolvedSessionOptions<Data>) {
    this.#secure = cookieForm(`__Host-${options.cookieName}`, true, options);
    this.#loopback = cookieForm(options.cookieName, false, options);
  }

  of(context: CookieContext): CookieForm {
    return context.insecureLoopback ? this.#loopback : this.#secure;
  }
}

/** Sets a session's cookie, for so many seconds. */
export function setCookie({ name, options }: CookieForm, value: string, maxAge: number): SessionCookie {
  return { name, value, options: { ...options, maxAge } };
}

/** Deletes a session's cookie where the client has one. */
export function dropCookie(form: CookieForm, context: CookieContext): SessionCookie | undefined {
  return context.cookie(form.name) === undefined ? undefined : setCookie(form, "", 0);
}

function cookieForm<Data extends object>(
  name: string,
  secure: boolean,
  { sameSite, absoluteTimeout }: ResolvedSessionOptions<Data>,
): CookieForm {
  const options = Object.freeze({ path: "/", httpOnly: true, secure, sameSite });
  const cookies = new ResponseCookies();
  cookies.set(name, "", { ...options, maxAge: absoluteTimeout });
  return { name, options, overhead: [...cookies.lines()].join("").length };
}
