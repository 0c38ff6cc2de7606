import { type GuardNode, schemesOf } from "../auth/guard.ts";
import type { Scheme, SecurityScheme } from "../auth/scheme.ts";
import type { PosedPrincipal } from "../http/transport.ts";
import type { RouteRecord } from "../registration/record.ts";
import { fillPattern } from "../routing/pattern.ts";

/** A request that a guard must refuse. */
export interface Attempt {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What may come back besides the refusal, where the path's own rules come first: another route's guard, a 404. */
  readonly orStatus?: readonly number[];
  /** Somebody known, with no scopes: refused with 403 instead of 401. */
  readonly posed?: PosedPrincipal;
}

/** A value of each converter, for paths. */
const SAMPLES = {
  str: "sample-of-denials",
  int: 1,
  float: 1.5,
  uuid: "00000000-0000-4000-8000-000000000000",
  path: "sample-of-denials",
} as const;

/** Methods that no Fetch request can have. */
const UNSENDABLE: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);

/** Every way to be wrong at a route. */
export function attempts(record: RouteRecord, node: GuardNode): readonly Attempt[] {
  const path = samplePath(record);
  return record.methods
    .filter((method) => !UNSENDABLE.has(method))
    .flatMap((method) => {
      const wrong = wrongCredentials(node, path).map((attempt) => ({ method, path, ...attempt }));
      const scopes = needsScope(node)
        ? [{ name: "too few scopes", method, path, headers: {}, posed: { principal: {}, scopes: [] } }]
        : [];
      return [...(letsNobodyIn(node) ? [] : withoutCredential(record, method, path)), ...wrong, ...scopes];
    });
}

function withoutCredential(record: RouteRecord, method: string, path: string): Attempt[] {
  const headers = {};
  const found: Attempt[] = [
    { name: "no credential", method, path, headers },
    { name: "another scheme", method, path, headers: { Authorization: "Unknown credentials" } },
    { name: "an encoded path", method, path: encoded(path), headers },
  ];
  if (!path.endsWith("/")) {
    found.push({ name: "a trailing slash", method, path: `${path}/`, headers, orStatus: [308, 404] });
  }
  if (method !== "GET") return found;
  // What a path answers to other methods is told to whoever may GET it.
  for (const other of ["HEAD", "OPTIONS", "PURGE"]) {
    if (!record.methods.includes(other)) found.push({ name: `by ${other}`, method: other, path, headers });
  }
  return found;
}

/** Credentials that are none, or nobody's, for every scheme that has a place for them. */
function wrongCredentials(node: GuardNode, path: string): readonly Presented[] {
  return schemesOf(node).flatMap((scheme) => {
    const { openapi } = scheme;
    return typeof openapi === "function" ? [] : presented(scheme, openapi, path);
  });
}

/** A wrong credential as it is sent. */
interface Presented {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly path?: string;
}

function presented({ name }: Scheme, openapi: SecurityScheme, path: string): readonly Presented[] {
  if (openapi.type === "http" && openapi.scheme === "bearer") {
    return [
      { name: `a malformed token for ${name}`, headers: { Authorization: "Bearer not a token" } },
      { name: `a wrong token for ${name}`, headers: { Authorization: "Bearer d3Jvbmc.d3Jvbmc.d3Jvbmc" } },
    ];
  }
  if (openapi.type === "http" && openapi.scheme === "basic") {
    return [
      { name: `malformed credentials for ${name}`, headers: { Authorization: "Basic %%%" } },
      { name: `wrong credentials for ${name}`, headers: { Authorization: `Basic ${btoa("nobody:wrong")}` } },
    ];
  }
  if (openapi.type === "apiKey" && openapi.in === "header") {
    return [{ name: `a wrong key for ${name}`, headers: { [openapi.name]: "wrong" } }];
  }
  if (openapi.type === "apiKey" && openapi.in === "query") {
    const key = `${encodeURIComponent(openapi.name)}=wrong`;
    return [{ name: `a wrong key for ${name}`, headers: {}, path: `${path}?${key}` }];
  }
  if (openapi.type === "apiKey" && openapi.in === "cookie") {
    return [{ name: `a wrong cookie for ${name}`, headers: { Cookie: `${openapi.name}=wrong` } }];
  }
  return [];
}

/** Whether whoever presents nothing gets in, as nobody. */
function letsNobodyIn(node: GuardNode): boolean {
  switch (node.kind) {
    case "optional":
      return true;
    case "anyOf":
      return node.of.some(letsNobodyIn);
    case "allOf":
      return node.of.every(letsNobodyIn);
    default:
      return false;
  }
}

/** Whether somebody known needs a scope, by whichever scheme they enter, and before any rule looks at them. */
function needsScope(node: GuardNode): boolean {
  switch (node.kind) {
    case "requires":
      return !hasRule(node.of);
    case "anyOf":
      return node.of.every(needsScope);
    case "allOf":
      return node.of.some(needsScope) && !hasRule(node);
    case "where":
    case "optional":
      return needsScope(node.of);
    case "scheme":
      return false;
  }
}

function hasRule(node: GuardNode): boolean {
  if (node.kind === "scheme") return false;
  if (node.kind === "anyOf" || node.kind === "allOf") return node.of.some(hasRule);
  return node.kind === "where" || hasRule(node.of);
}

function samplePath(record: RouteRecord): string {
  const params = record.pattern.segments.flatMap((segment) =>
    segment.kind === "parameter" ? [[segment.name, SAMPLES[segment.converter]] as const] : [],
  );
  return fillPattern(record.pattern, Object.fromEntries(params));
}

/** The same path with its first letter or digit percent-encoded, where it has one. */
function encoded(path: string): string {
  return path.replace(/[a-z0-9]/i, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
