import type { FetchTarget } from "../exchange/fetch-request.ts";
import { checkOptions } from "../options.ts";
import { type JoinedPattern, parsePattern } from "../routing/pattern.ts";
import { checkedAccess } from "./access.ts";
import { DOCUMENTATION, documentationOf } from "./documentation.ts";
import type { EnvironmentIn } from "./handler-request.ts";
import { mountHandler } from "./mount.ts";
import { ALL_METHODS, type AnyHook, type CommonRecord } from "./record.ts";
import { checkedHook, connect, hookList, internals, Registry } from "./registry.ts";
import { resourceRecords } from "./resource.ts";
import { checkedSchemas, REQUEST_PARTS } from "./schemas.ts";
import type {
  AccessOptions,
  AnyEnvironment,
  AnyRouteOptions,
  Environment,
  Exact,
  GroupOptions,
  Handler,
  Hook,
  Resource,
  RouteOptions,
} from "./types.ts";

const ACCESS_OPTIONS = ["auth", "public"] as const;
const HOOK_OPTIONS = ["beforeRequest", "afterRequest"] as const;
const ROUTE_OPTIONS = [
  "name",
  ...HOOK_OPTIONS,
  ...ACCESS_OPTIONS,
  ...REQUEST_PARTS,
  "response",
  ...DOCUMENTATION,
] as const;
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Z]+$/;

/** The verbs with which routes are registered: on the application, a group, or a router that stands alone. */
export abstract class Routes<Env extends Environment, Prefix extends string = ""> extends Registry {
  /** Answers GET, and HEAD without the body. */
  get<const Path extends string>(path: Path, handler: Handler<JoinedPattern<Prefix, Path>, Env>): this;
  get<const Path extends string, const Options extends RouteOptions<Env>>(
    path: Path,
    options: Exact<Options, RouteOptions>,
    handler: Handler<JoinedPattern<Prefix, Path>, Env, Options>,
  ): this;
  get(path: string, ...rest: VerbArguments): this {
    return this.#verb("GET", path, rest);
  }

  /** Answers POST. */
  post<const Path extends string>(path: Path, handler: Handler<JoinedPattern<Prefix, Path>, Env>): this;
  post<const Path extends string, const Options extends RouteOptions<Env>>(
    path: Path,
    options: Exact<Options, RouteOptions>,
    handler: Handler<JoinedPattern<Prefix, Path>, Env, Options>,
  ): this;
  post(path: string, ...rest: VerbArguments): this {
    return this.#verb("POST", path, rest);
  }

  /** Answers PUT. */
  put<const Path extends string>(path: Path, handler: Handler<JoinedPattern<Prefix, Path>, Env>): this;
  put<const Path extends string, const Options extends RouteOptions<Env>>(
    path: Path,
    options: Exact<Options, RouteOptions>,
    handler: Handler<JoinedPattern<Prefix, Path>, Env, Options>,
  ): this;
  put(path: string, ...rest: VerbArguments): this {
    return this.#verb("PUT", path, rest);
  }

  /** Answers PATCH. */
  patch<const Path extends string>(path: Path, handler: Handler<JoinedPattern<Prefix, Path>, Env>): this;
  patch<const Path extends string, const Options extends RouteOptions<Env>>(
    path: Path,
    options: Exact<Options, RouteOptions>,
    handler: Handler<JoinedPattern<Prefix, Path>, Env, Options>,
  ): this;
  patch(path: string, ...rest: VerbArguments): this {
    return this.#verb("PATCH", path, rest);
  }

  /** Answers DELETE. */
  delete<const Path extends string>(path: Path, handler: Handler<JoinedPattern<Prefix, Path>, Env>): this;
  delete<const Path extends string, const Options extends RouteOptions<Env>>(
    path: Path,
    options: Exact<Options, RouteOptions>,
    handler: Handler<JoinedPattern<Prefix, Path>, Env, Options>,
  ): this;
  delete(path: string, ...rest: VerbArguments): this {
    return this.#verb("DELETE", path, rest);
  }

  /**
   * Answers all methods, or those that `methods` lists, with a handler or a resource.
   *
   * @throws TypeError for a pattern, an option or a method that is none, and for a second route of the same method
   * whose pattern matches the same paths
   * @example
   * api.route("/hello/{name}", (req, resp) => {
   *   resp.text = `Hello, ${req.params.name}!`;
   * });
   */
  route<const Path extends string>(
    path: Path,
    handler: Handler<JoinedPattern<Prefix, Path>, Env> | Resource<JoinedPattern<Prefix, Path>, Env>,
  ): this;
  route<const Path extends string, const Options extends AnyRouteOptions<Env>>(
    path: Path,
    options: Exact<Options, AnyRouteOptions>,
    handler:
      | Handler<JoinedPattern<Prefix, Path>, Env, Options>
      | Resource<JoinedPattern<Prefix, Path>, Env, Options>,
  ): this;
  route(path: string, ...rest: VerbArguments): this {
    const [options, target] = splitArguments(path, rest);
    const checked = checkOptions<AnyRouteOptions>(`The route "${path}"`, options, [
      ...ROUTE_OPTIONS,
      "methods",
    ]);
    if (typeof target === "function") {
      if (isResourceClass(target))
        throw new TypeError(`The route "${path}" takes an instance: write new ${target.name}()`);
      const methods = checkedMethods(path, checked.methods ?? ALL_METHODS);
      internals.accept(this, {
        ...this.#common(path, checked),
        methods,
        anyMethod: checked.methods === undefined,
        handlers: [target as AnyHook],
      });
      return this;
    }
    if (typeof target !== "object" || target === null)
      throw new TypeError(`The route "${path}" needs a handler`);
    if (checked.methods)
      throw new TypeError(`The route "${path}" has a resource, whose on… methods say what it answers`);
    for (const record of resourceRecords(this.#common(path, checked), target)) internals.accept(this, record);
    return this;
  }

  /** Runs a hook before every handler here; on the application, before the answer to an unknown path too. */
  beforeRequest(hook: Hook<Env>): this {
    this.checkOpen();
    internals.scope(this).before.push(checkedHook(hook));
    return this;
  }

  /** Runs a hook after every handler here; it sees answers that a before hook or an error made, too. */
  afterRequest(hook: Hook<Env>): this {
    this.checkOpen();
    internals.scope(this).after.push(checkedHook(hook));
    return this;
  }

  /**
   * A group of routes under a prefix, with hooks of its own.
   *
   * @example
   * const admin = api.group("/admin", { beforeRequest: requireRole("admin") });
   * admin.get("/users", listUsers);
   */
  group<const Path extends string>(prefix: Path): Router<EnvironmentIn<Env, {}>, JoinedPattern<Prefix, Path>>;
  group<const Path extends string, const Options extends GroupOptions<Env>>(
    prefix: Path,
    options: Exact<Options, GroupOptions>,
  ): Router<EnvironmentIn<Env, Options>, JoinedPattern<Prefix, Path>>;
  group<const Path extends string, const Options extends GroupOptions<Env>>(
    prefix: Path,
    options?: Options,
  ): Router<EnvironmentIn<Env, Options>, JoinedPattern<Prefix, Path>> {
    type Inner = EnvironmentIn<Env, Options>;
    const own = options as GroupOptions<Inner> | undefined;
    const group = new Router<Inner, JoinedPattern<Prefix, Path>>(own, `The group "${prefix}"`);
    connect(group, this, prefix);
    return group;
  }

  /** Takes in a router's routes, those that it gets later too. Its hooks and its guard are for its routes alone. */
  include<RouterEnv extends Environment>(
    router: Router<RouterEnv> & ([Env] extends [RouterEnv] ? unknown : never),
    options: { prefix?: string } = {},
  ): this {
    const { prefix = "" } = checkOptions("include()", options, ["prefix"]);
    if (!(router instanceof Router))
      throw new TypeError("include() takes a Router; another application goes to mount()");
    connect(router, this, prefix);
    return this;
  }

  /**
   * Hands every request under a prefix to another application or Fetch handler, which sees the path without it. The
   * guard here comes first, and the other application's own after it.
   *
   * @param prefix literal segments, such as `/blog`
   * @param target what has `fetch(request)`, or the function itself
   */
  mount(prefix: string, target: FetchTarget, options: AccessOptions = {}): this {
    if (prefix === "/" || parsePattern(prefix).names.length > 0) {
      throw new TypeError('mount() takes a prefix of literal segments, such as "/blog"');
    }
    const checked = checkOptions(`mount("${prefix}")`, options, ACCESS_OPTIONS);
    const handlers = [mountHandler(prefix, target)];
    for (const path of [prefix, `${prefix}/{rest:path}`]) {
      const common = this.#common(path, { ...checked, hidden: true });
      internals.accept(this, { ...common, methods: [...ALL_METHODS, "OPTIONS"], anyMethod: true, handlers });
    }
    return this;
  }

  #verb(method: string, path: string, rest: VerbArguments): this {
    const [options, handler] = splitArguments(path, rest);
    const checked = checkOptions<RouteOptions>(`The route "${path}"`, options, ROUTE_OPTIONS);
    if (typeof handler !== "function") {
      throw new TypeError(`${method} ${path} needs a handler function; a resource goes to route()`);
    }
    internals.accept(this, {
      ...this.#common(path, checked),
      methods: [method],
      anyMethod: false,
      handlers: [handler as AnyHook],
    });
    return this;
  }

  #common(path: string, options: RouteOptions): CommonRecord {
    const owner = `The route "${path}"`;
    return {
      ...checkedAccess(owner, options),
      pattern: parsePattern(path),
      name: options.name,
      before: hookList(options.beforeRequest),
      after: hookList(options.afterRequest),
      schemas: checkedSchemas(owner, options),
      documentation: documentationOf(options),
      scopes: [internals.scope(this)],
    };
  }
}

/**
 * Routes that stand on their own until an application includes them.
 *
 * @example
 * const notes = new Router();
 * notes.get("/", listNotes);
 * api.include(notes, { prefix: "/notes" });
 */
export class Router<
  Env extends Environment = AnyEnvironment,
  Prefix extends string = "",
  const Options extends GroupOptions<Env> = {},
> extends Routes<EnvironmentIn<Env, Options>, Prefix> {
  // With `Env` given in words there is nothing to infer `Options` from: a guard would be enforced and not typed.
  constructor(options?: Options & Omit<GroupOptions<Env>, keyof AccessOptions>, label = "A router") {
    const checked = checkOptions<GroupOptions<Env>>(label, options ?? {}, [
      ...HOOK_OPTIONS,
      ...ACCESS_OPTIONS,
    ]);
    super(label, checkedAccess(label, checked));
    internals.scope(this).before.push(...hookList(checked.beforeRequest));
    internals.scope(this).after.push(...hookList(checked.afterRequest));
  }
}

type VerbArguments = [handler: unknown] | [options: object, handler: unknown];

/** @throws TypeError where the handler comes first or not at all */
function splitArguments(path: string, rest: VerbArguments): [options: object, handler: unknown] {
  if (rest[0] === undefined || (rest.length === 2 && typeof rest[0] === "function")) {
    throw new TypeError(
      `The route "${path}" takes its handler last: (path, handler) or (path, options, handler)`,
    );
  }
  return rest.length === 1 ? [{}, rest[0]] : rest;
}

function checkedMethods(path: string, methods: readonly string[]): readonly string[] {
  if (methods.length === 0) throw new TypeError(`The route "${path}" answers no method: "methods" is empty`);
  for (const method of methods) {
    if (!METHOD.test(method))
      throw new TypeError(`The route "${path}": ${JSON.stringify(method)} is no method in upper case`);
  }
  return [...new Set(methods)];
}

function isResourceClass(target: Function): boolean {
  const methods = (target as { prototype?: object }).prototype ?? {};
  return ["onGet", "onPost", "onRequest"].some((name) => name in methods);
}
