import { type API, recordsOf } from "../api.ts";
import { type GuardNode, nodeOf, schemesOf } from "../auth/guard.ts";
import { accessOf } from "../registration/access.ts";
import type { RouteRecord } from "../registration/record.ts";
import { arrange } from "../runtimes/in-process.ts";
import { type Attempt, attempts } from "./attempts.ts";

/** One way to be wrong at one guarded route. */
export interface DenialCase {
  /** For the test's title: `GET /me: no credential`. */
  readonly name: string;
  readonly method: string;
  /** The path as it is sent. */
  readonly path: string;
  /** What must come back. */
  readonly expected: { readonly status: number; readonly challenges: readonly string[] };
  /** Sends the request, and tells whether the handler was reached. */
  send(): Promise<{ response: Response; reached: boolean }>;
  /** Sends it and throws an Error that says what was wrong, unless it was refused as it should be. */
  check(): Promise<void>;
}

type AnyAPI = Pick<API, "fetch">;

/**
 * A case for every guarded route and every way to be wrong: no credential, a malformed one, another scheme's, a wrong
 * one, too few scopes, an encoded path, a trailing slash, and for what answers GET also HEAD, OPTIONS and a method that
 * nobody answers. Each must be refused with the
 * right status and challenge, and its handler never reached. Verifiers are called with wrong credentials, so they need
 * what they need in any test.
 *
 * @example
 * for (const denial of denials(api)) {
 *   test(denial.name, () => denial.check());
 * }
 */
export function denials(api: AnyAPI): readonly DenialCase[] {
  return [...recordsOf(api as API<never, never, never>)].flatMap((record) => {
    const { auth } = accessOf(record);
    if (auth === undefined) return [];
    const node = nodeOf(auth);
    return attempts(record, node).map((attempt) => caseOf(api, record, node, attempt));
  });
}

function caseOf(api: AnyAPI, record: RouteRecord, node: GuardNode, attempt: Attempt): DenialCase {
  const { method, path } = attempt;
  const send = async () => {
    const request = new Request(`https://localhost${path}`, { method, headers: attempt.headers });
    let reached = false;
    arrange(request, { posed: attempt.posed, onAnswer: (entered) => (reached = entered) });
    return { response: await api.fetch(request), reached };
  };
  const expected = {
    status: attempt.posed ? 403 : 401,
    challenges: attempt.posed ? [] : schemesOf(node).map(({ challenge }) => challenge.scheme),
  };
  const name = `${method} ${record.pattern.text}: ${attempt.name}`;
  return {
    name,
    method,
    path,
    expected,
    send,
    check: async () => {
      const { response, reached } = await send();
      const given = response.headers.get("www-authenticate") ?? "";
      const missing = expected.challenges.filter((scheme) => !challengesBy(scheme, given));
      if (reached) throw new Error(`${name}: the handler was reached`);
      if (attempt.orStatus?.includes(response.status)) return;
      if (response.status !== expected.status) {
        throw new Error(`${name}: answered ${response.status}, not ${expected.status}`);
      }
      if (missing.length > 0)
        throw new Error(`${name}: the answer has no challenge of ${missing.join(", ")}`);
    },
  };
}

/** Whether a `WWW-Authenticate` field, its lines joined, challenges by a scheme. */
function challengesBy(scheme: string, field: string): boolean {
  return new RegExp(`(^|,\\s*)${RegExp.escape(scheme)}(\\s|,|$)`, "i").test(field);
}
