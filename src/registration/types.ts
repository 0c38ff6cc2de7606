import type { AnyGuard } from "../auth/guard.ts";
import type { Answer } from "../exchange/answer.ts";
import type { HttpRequest } from "../exchange/request.ts";
import type { HttpResponse } from "../exchange/response.ts";
import type { ParamsOf } from "../routing/pattern.ts";
import type { SessionData } from "../sessions/session.ts";
import type { Documentation } from "./documentation.ts";
import type { HandlerRequest } from "./handler-request.ts";
import type { RouteSchemas } from "./schemas.ts";

/** What an application adds to every request's types: its state, its session, and whom its guard lets in. */
export interface Environment {
  state: object;
  session: object;
  /** Absent, or `Unguarded`, where no guard covers the routes. */
  principal?: unknown;
}

/**
 * What a hook or a handler knows that is written for no one application: some state, and a session of any keys. It
 * fits every application whose session has no type of its own.
 */
export interface AnyEnvironment {
  state: object;
  session: SessionData;
}

/** What a hook or a handler may give back: an answer, nothing, or a promise of either. */
export type Outcome = Answer | void | Promise<Answer | void>;

/** The types of a request to `Path` in an application. */
export type TypesOf<Path extends string, Env extends Environment> = {
  params: ParamsOf<Path>;
  state: Env["state"];
  session: Env["session"];
};

/**
 * Answers the requests of one route. It may be synchronous, which costs no promise. What `req` holds beyond a plain
 * request follows from the route's options: whom the guard let in, and what the schemas made of the request.
 *
 * @example
 * const hello: Handler<"/hello/{name}"> = (req, resp) => {
 *   resp.text = `Hello, ${req.params.name}!`;
 * };
 */
export type Handler<
  Path extends string = string,
  Env extends Environment = AnyEnvironment,
  Options extends object = {},
> = (req: HandlerRequest<Path, Env, Options>, resp: HttpResponse<TypesOf<Path, Env>>) => Outcome;

/**
 * Runs before or after handlers. A before hook that sets a status, a body or a redirect, returns an answer or throws
 * stops the request there; one that does none of these lets it go on. Before hooks run ahead of the guard, so nobody
 * is known yet.
 */
export type Hook<Env extends Environment = AnyEnvironment> = (
  req: HttpRequest<TypesOf<string, Env>>,
  resp: HttpResponse<TypesOf<string, Env>>,
) => Outcome;

/** Answers an error that a hook or a handler threw. */
export type ExceptionHandler<Thrown, Env extends Environment = AnyEnvironment> = (
  req: HttpRequest<TypesOf<string, Env>>,
  resp: HttpResponse<TypesOf<string, Env>>,
  error: Thrown,
) => Outcome;

/** A resource: one object, or class instance, for all methods of a path. */
export interface Resource<
  Path extends string = string,
  Env extends Environment = AnyEnvironment,
  Options extends object = {},
> {
  /** Runs first, whatever the method, and may answer in place of the others; with it the resource answers every method. */
  onRequest?: Handler<Path, Env, Options>;
  onGet?: Handler<Path, Env, Options>;
  onPost?: Handler<Path, Env, Options>;
  onPut?: Handler<Path, Env, Options>;
  onPatch?: Handler<Path, Env, Options>;
  onDelete?: Handler<Path, Env, Options>;
  onHead?: Handler<Path, Env, Options>;
  onOptions?: Handler<Path, Env, Options>;
}

/** Who may enter: a guard, or everybody. Together they contradict each other, and the registration throws. */
export interface AccessOptions {
  /** Who may enter. Default: the innermost group's guard, else the application's, which this one replaces. */
  auth?: AnyGuard;
  /** True, or the reason: everybody may enter. Default: whoever the guard lets in. */
  public?: boolean | string;
}

/** What a route may be given beside its handler. */
export interface RouteOptions<Env extends Environment = AnyEnvironment>
  extends AccessOptions,
    RouteSchemas,
    Documentation {
  /** The name for `api.urlFor(name, params)`. Default: none, so that no URL can be made for it. */
  name?: string;
  /** One hook or several that run before the guard and the handler, after those of the application and its groups. */
  beforeRequest?: Hook<Env> | readonly Hook<Env>[];
  /** One hook or several that run after it, before those of the groups and the application. */
  afterRequest?: Hook<Env> | readonly Hook<Env>[];
}

/** {@link RouteOptions}, for `route()`, which answers several methods. */
export interface AnyRouteOptions<Env extends Environment = AnyEnvironment> extends RouteOptions<Env> {
  /** Default: all there are, but TRACE and CONNECT, with OPTIONS answered by the framework. */
  methods?: readonly string[];
}

/** What a group or a router shares among its routes. */
export interface GroupOptions<Env extends Environment = AnyEnvironment> extends AccessOptions {
  beforeRequest?: Hook<Env> | readonly Hook<Env>[];
  afterRequest?: Hook<Env> | readonly Hook<Env>[];
}

/** Makes an unknown option of a route a type error, which a type parameter would let pass. */
export type Exact<Options, Known> = Options & {
  readonly [Key in Exclude<keyof Options, keyof Known>]: never;
};
