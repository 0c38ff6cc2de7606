import type { Answer } from "../exchange/answer.ts";
import type { HttpRequest } from "../exchange/request.ts";
import type { HttpResponse } from "../exchange/response.ts";
import type { ParamsOf } from "../routing/pattern.ts";

/** What an application adds to every request's types: its state and its session. */
export interface Environment {
  state: object;
  session: object;
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
 * Answers the requests of one route. It may be synchronous, which costs no promise.
 *
 * @example
 * const hello: Handler<"/hello/{name}"> = (req, resp) => {
 *   resp.text = `Hello, ${req.params.name}!`;
 * };
 */
export type Handler<Path extends string = string, Env extends Environment = Environment> = (
  req: HttpRequest<TypesOf<Path, Env>>,
  resp: HttpResponse<TypesOf<Path, Env>>,
) => Outcome;

/**
 * Runs before or after handlers. A before hook that sets a status, a body or a redirect, returns an answer or throws
 * stops the request there; one that does none of these lets it go on.
 */
export type Hook<Env extends Environment = Environment> = Handler<string, Env>;

/** Answers an error that a hook or a handler threw. */
export type ExceptionHandler<Thrown, Env extends Environment = Environment> = (
  req: HttpRequest<TypesOf<string, Env>>,
  resp: HttpResponse<TypesOf<string, Env>>,
  error: Thrown,
) => Outcome;

/** A resource: one object, or class instance, for all methods of a path. */
export interface Resource<Path extends string = string, Env extends Environment = Environment> {
  /** Runs first, whatever the method, as a before hook does; with it the resource answers every method. */
  onRequest?: Handler<Path, Env>;
  onGet?: Handler<Path, Env>;
  onPost?: Handler<Path, Env>;
  onPut?: Handler<Path, Env>;
  onPatch?: Handler<Path, Env>;
  onDelete?: Handler<Path, Env>;
  onHead?: Handler<Path, Env>;
  onOptions?: Handler<Path, Env>;
}

/** What a route may be given beside its handler. */
export interface RouteOptions<Env extends Environment = Environment> {
  /** The name for `api.urlFor(name, params)`. Default: none, so that no URL can be made for it. */
  name?: string;
  /** One hook or several that run before this route's handler, after those of the application and its groups. */
  beforeRequest?: Hook<Env> | readonly Hook<Env>[];
  /** One hook or several that run after it, before those of the groups and the application. */
  afterRequest?: Hook<Env> | readonly Hook<Env>[];
}

/** {@link RouteOptions}, for `route()`, which answers several methods. */
export interface AnyRouteOptions<Env extends Environment = Environment> extends RouteOptions<Env> {
  /** Default: all of GET, HEAD, POST, PUT, PATCH and DELETE, with OPTIONS answered by itself. */
  methods?: readonly string[];
}

/** What a group or a router shares among its routes. */
export interface GroupOptions<Env extends Environment = Environment> {
  beforeRequest?: Hook<Env> | readonly Hook<Env>[];
  afterRequest?: Hook<Env> | readonly Hook<Env>[];
}
