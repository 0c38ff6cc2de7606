import { API } from "../api.ts";
import type { AnyGuard } from "./guard.ts";

/** What came of one request to an application behind a guard. */
export interface Asked {
  status: number;
  /** The problem's code, or undefined where somebody was let in. */
  code: string | undefined;
  challenge: string | null;
  location: string | null;
  /** Whether the handler ran, and whom it saw. */
  reached: boolean;
  principal: unknown;
  scheme: string | undefined;
  /** All that was logged. */
  logged: readonly unknown[];
}

/** One request's fields, and more of it where that matters. */
export interface Asking {
  method?: string;
  path?: string;
  headers?: ConstructorParameters<typeof Headers>[0];
}

/** Sends one request to an application behind a guard. */
export async function ask(
  guard: AnyGuard,
  { method = "GET", path = "/", headers }: Asking = {},
): Promise<Asked> {
  const logged: unknown[] = [];
  const log = (...line: unknown[]) => void logged.push(...line);
  let seen: { principal?: unknown; auth?: { scheme: string } | null } | undefined;
  const api = new API({ auth: guard, logger: { info: log, warn: log, error: log } });
  api.route("/", (req, resp) => {
    seen = req;
    resp.text = "in";
  });
  const response = await api.fetch(
    new Request(`https://app.example${path}`, { method, ...(headers && { headers }) }),
  );
  const isProblem = response.headers.get("content-type") === "application/problem+json";
  return {
    status: response.status,
    code: isProblem ? ((await response.json()) as { code: string }).code : undefined,
    challenge: response.headers.get("www-authenticate"),
    location: response.headers.get("location"),
    reached: seen !== undefined,
    principal: seen?.principal,
    scheme: seen?.auth?.scheme,
    logged,
  };
}
