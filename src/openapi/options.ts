import { checkOptions } from "../options.ts";
import { checkedAccess } from "../registration/access.ts";
import { parsePattern } from "../routing/pattern.ts";
import type { Info, Server } from "./types.ts";

/** Where the OpenAPI document and its page are, and who may see them. */
export interface OpenAPIOptions {
  /**
   * The document's path without its ending. Default `"/schema"`: it is served as `/schema.yml` and `/schema.json`.
   */
  documentPath?: string;
  /** The page's path; its files are served below it. Default `"/docs"`. */
  docsPath?: string;
  /**
   * True, or the reason: everybody may see the document and the page. Default: whoever the application's `auth` lets
   * in; a browser sends no bearer token of its own accord, so with such a guard alone nobody sees the page.
   */
  public?: boolean | string;
  /** Where the application answers. Default: where the document was loaded from. */
  servers?: readonly Server[];
}

/** What `new API()` may be told of the document. */
export interface DescriptionOptions {
  /** The application's name, in the OpenAPI document and on its page. Default `"API"`. */
  title?: string;
  /** The version of the application's interface, for the document. Default `"0.0.0"`. */
  version?: string;
  /** What the application is for, in CommonMark, for the document. Default: none. */
  description?: string;
  /**
   * The OpenAPI document at `/schema.yml` and `/schema.json`, and its page at `/docs`. Default true: they are routes like
   * any other, behind the application's `auth`, and take those paths before any pattern with parameters does.
   * `{ public: true }` opens them; false leaves them out, and route schemas need no JSON Schema then.
   */
  openapi?: boolean | OpenAPIOptions;
}

/** {@link DescriptionOptions}, checked, with every default filled in. */
export interface DescriptionSettings {
  readonly info: Info;
  readonly documentPath: string;
  readonly docsPath: string;
  readonly public: true | string | undefined;
  readonly servers: readonly Server[];
  /** Whether document and page are served. */
  readonly served: boolean;
}

const OWNER = "openapi";
const OPTIONS = [
  "documentPath",
  "docsPath",
  "public",
  "servers",
] as const satisfies readonly (keyof OpenAPIOptions)[];

/**
 * Checks what is said of the document and fills in the defaults.
 *
 * @throws TypeError for a value of the wrong kind, an unknown option, and a path that is none
 */
export function resolveDescription(given: DescriptionOptions): DescriptionSettings {
  const { title = "API", version = "0.0.0", description, openapi = true } = given;
  for (const [name, text] of Object.entries({ title, version, description: description ?? "none" })) {
    if (typeof text !== "string" || text === "")
      throw new TypeError(`${name} takes a text that is not empty`);
  }
  if (typeof openapi !== "boolean" && (typeof openapi !== "object" || openapi === null)) {
    throw new TypeError(`${OWNER} takes true, false or an object of options`);
  }
  const options = checkOptions<OpenAPIOptions>(OWNER, typeof openapi === "boolean" ? {} : openapi, OPTIONS);
  const { documentPath = "/schema", docsPath = "/docs" } = options;
  return Object.freeze({
    info: { title, version, ...(description !== undefined && { description }) },
    documentPath: checkedPath("documentPath", documentPath),
    docsPath: checkedPath("docsPath", docsPath),
    public: checkedAccess(OWNER, options).public,
    servers: checkedServers(options.servers ?? [{ url: pathFrom(documentPath, "/") || "." }]),
    served: openapi !== false,
  });
}

/**
 * One path as seen from another, so that an application may be mounted under any prefix.
 *
 * @example
 * pathFrom("/internal/docs", "/schema.json"); // "../schema.json"
 */
export function pathFrom(from: string, to: string): string {
  const folders = from.split("/").slice(1, -1);
  const target = to.split("/").slice(1);
  let shared = 0;
  while (shared < folders.length && shared < target.length - 1 && folders[shared] === target[shared])
    shared++;
  const up = folders.slice(shared).map(() => "..");
  return [...up, ...target.slice(shared)].filter((part) => part !== "").join("/");
}

function checkedPath(name: string, path: unknown): string {
  const isLiteral =
    typeof path === "string" && path.length > 1 && !path.endsWith("/") && path.startsWith("/");
  if (!isLiteral || parsePattern(path).names.length > 0) {
    throw new TypeError(`${OWNER}: ${name} takes a path of literal segments, such as "/internal/docs"`);
  }
  return path;
}

function checkedServers(servers: unknown): readonly Server[] {
  const isServer = (server: unknown) =>
    typeof server === "object" && server !== null && typeof (server as Partial<Server>).url === "string";
  if (!Array.isArray(servers) || servers.length === 0 || !servers.every(isServer)) {
    throw new TypeError(`${OWNER}: servers takes a list such as [{ url: "https://api.example.com" }]`);
  }
  return servers;
}
