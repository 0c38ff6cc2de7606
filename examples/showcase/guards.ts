import { abort, type Hook } from "responder-ts";
import type { Person, Role } from "./people.ts";
import type { Tokens } from "./tokens.ts";

/** What a request knows beside what was sent: who makes it. An area's guard fills it in. */
export interface State {
  person: Person | undefined;
}

/** What a session holds. Name and role stay in the database, so that a change counts at once. */
export interface ShowcaseSession {
  personId: number;
  /** A sentence for the next page, once. */
  flash: string;
}

export interface Env {
  state: State;
  session: ShowcaseSession;
}

/** Who makes this request. A route that forgot its guard answers 401, not somebody else's data. */
export function signedIn(state: State): Person {
  return state.person ?? abort(401, "Sign in first");
}

/** Lets people of one role pass. */
export function requireRole(role: Role): Hook<Env> {
  return (req) => {
    if (signedIn(req.state).role !== role) {
      abort(403, `This needs the role "${role}"`, { code: "insufficient_role" });
    }
  };
}

/** Lets holders of a token pass (RFC 6750). */
export function requireToken(tokens: Tokens): Hook<Env> {
  return async (req) => {
    const authorization = req.headers.get("Authorization");
    if (authorization === null) {
      abort(401, "Missing bearer token", {
        code: "missing_token",
        headers: { "WWW-Authenticate": "Bearer" },
      });
    }
    const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization) ?? [];
    req.state.person = token === undefined ? undefined : await tokens.verify(token);
    if (!req.state.person) {
      abort(401, "Invalid or expired token", {
        code: "invalid_token",
        headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' },
      });
    }
  };
}
