import type { CookieContext, SessionCookie } from "./backend.ts";
import { CookieSessions } from "./cookie-sessions.ts";
import type { SessionOptions } from "./options.ts";
import type { Session } from "./session.ts";

export const SECRET = "a-secret-of-at-least-32-characters!!";
export const DAY = 86_400;
export const NAME = "__Host-session";

/** A browser with one cookie jar, and a server with a clock that the test moves. */
export class World {
  seconds = 1_800_000_000;
  jar: string | undefined;
  readonly sessions: CookieSessions;

  constructor(options: SessionOptions = {}, keys: readonly string[] = [SECRET]) {
    this.sessions = new CookieSessions(keys, options, () => this.seconds * 1000 + 999);
  }

  context(): CookieContext {
    return { cookie: (name) => (name === NAME ? this.jar : undefined), insecureLoopback: false };
  }

  /** One request: what it does to the session, and the cookie of its answer. */
  request(act: (session: Session) => void): SessionCookie | undefined {
    const session = this.sessions.open(this.context());
    act(session);
    const cookie = this.sessions.commit(session, this.context()) as SessionCookie | undefined;
    if (cookie) {
      this.jar = cookie.options.maxAge === 0 ? undefined : cookie.value;
    }
    return cookie;
  }

  signIn(): SessionCookie | undefined {
    return this.request((session) => session.set("user", "ada"));
  }

  data(): Record<string, unknown> {
    return Object.fromEntries(this.sessions.open(this.context()).entries());
  }

  payload(): { id: string; created: number; seen: number; data: unknown } {
    return JSON.parse(Buffer.from(this.jar?.split(".")[0] ?? "", "base64url").toString());
  }
}
