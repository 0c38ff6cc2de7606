import { contextOf } from "./api-context.ts";
import { API_OPTIONS, type APIOptions } from "./api-options.ts";
import type { AnyGuard } from "./auth/guard.ts";
import type { AppContext } from "./exchange/context.ts";
import { HTTPError } from "./http/errors.ts";
import { askedToListen, inspectionUnderWay, NOT_LISTENING } from "./inspection.ts";
import { Lifecycle, type LifecycleEvent, type LifecycleHook } from "./lifecycle.ts";
import { checkDescribed } from "./openapi/check.ts";
import { type DescriptionSettings, resolveDescription } from "./openapi/options.ts";
import { checkFree, descriptionRoutes } from "./openapi/routes.ts";
import { lazyDocument } from "./openapi/source.ts";
import type { OpenAPIDocument } from "./openapi/types.ts";
import { checkOptions } from "./options.ts";
import { BackgroundTasks } from "./pipeline/background.ts";
import { Pipeline } from "./pipeline/pipeline.ts";
import { PlanTable } from "./pipeline/plan-table.ts";
import { checkedAccess } from "./registration/access.ts";
import { checkGuards, checkLoginPaths } from "./registration/check.ts";
import { ExceptionHandlers, type ThrownClass } from "./registration/exceptions.ts";
import type { Unguarded } from "./registration/handler-request.ts";
import type { RouteRecord } from "./registration/record.ts";
import { internals as registry } from "./registration/registry.ts";
import { Routes } from "./registration/routes.ts";
import { summaryOf } from "./registration/summary.ts";
import { RouteTable } from "./registration/table.ts";
import type { ExceptionHandler } from "./registration/types.ts";
import { answerFetch } from "./runtimes/fetch.ts";
import { FetchIncoming } from "./runtimes/fetch-incoming.ts";
import { type FetchPlatform, platformOf, type WorkerContext } from "./runtimes/platform.ts";
import { type Application, defaultPort, isPort, type RunningServer, serverHere } from "./runtimes/server.ts";
import type { SessionAdministration } from "./sessions/backend.ts";
import type { SessionData } from "./sessions/session.ts";
import { TestClient } from "./testing/client.ts";

/** Where `api.listen()` listens. */
export interface ListenOptions {
  /** Default: the environment's `PORT`, else 5042. 0 takes a free one. */
  port?: number;
  /** Default `127.0.0.1`: reachable from this machine alone. `0.0.0.0` is reachable from everywhere. */
  host?: string;
}

/** Milliseconds that running requests have after the stop was asked for. */
const GRACE = 10_000;

/** All routes of an application, registered for good, for what lists or tests them. @internal */
export let recordsOf: (api: API<never, never, never>) => Iterable<RouteRecord>;

/**
 * An application: what is registered on it, and the ways to run it.
 *
 * @example
 * const api = new API();
 * api.get("/hello/{name}", (req, resp) => {
 *   resp.media = { hello: req.params.name };
 * });
 * await api.run();
 */
export class API<
  State extends object = {},
  Session extends object = SessionData,
  Principal = Unguarded,
> extends Routes<{ state: State; session: Session; principal: Principal }> {
  readonly #table = new RouteTable();
  readonly #exceptions = new ExceptionHandlers();
  readonly #lifecycle = new Lifecycle();
  readonly #context: AppContext;
  readonly #background: BackgroundTasks;
  readonly #redirectSlashes: boolean;
  readonly #description: DescriptionSettings;
  #isDescribed = false;
  readonly #document: () => Promise<OpenAPIDocument>;
  #application: Application | undefined;
  #server: Promise<RunningServer> | undefined;
  #closing: Promise<void> | undefined;
  #client: TestClient | undefined;

  static {
    recordsOf = (api) => api.#finalRecords();
  }

  /**
   * @throws TypeError for an option that is unknown, naming the nearest, or not of its kind, and in production for a
   * `secretKey` under 32 characters
   */
  constructor(options: APIOptions<State, Session, Principal> = {}) {
    const checked = checkOptions("new API()", options, API_OPTIONS);
    super(
      "the application",
      checkedAccess("new API()", Object.hasOwn(checked, "auth") ? { auth: checked.auth as AnyGuard } : {}),
    );
    const logger = checked.logger ?? console;
    this.#background = new BackgroundTasks(logger);
    this.#context = contextOf(checked, logger, this.#background);
    this.#redirectSlashes = checked.redirectSlashes ?? true;
    this.#description = resolveDescription(checked);
    this.#document = lazyDocument({
      settings: this.#description,
      records: () => this.#table.records(),
      sessionCookie: `__Host-${checked.sessions?.cookieName ?? "session"}`,
      answersProblem: (status) => this.#exceptions.find(new HTTPError(status)) === undefined,
    });
    registry.listen(this, (record) => this.#table.add(record));
    inspectionUnderWay()?.applications.push({
      api: this,
      routes: () => [...this.#finalRecords()].map(summaryOf),
      document: this.#document,
      run: () => this.run(),
    });
  }

  /**
   * Answers what hooks and handlers throw: instances of a class, or any HTTPError of a status. The most derived class
   * wins; a status is more particular than `HTTPError` itself; one for `Error` leaves HTTPErrors alone. An HTTPError's
   * headers, a 401's challenge say, are on `resp` before its handler runs, and its status is the answer's unless the
   * handler sets another. A handler that answers nothing leaves the error to the framework.
   *
   * @throws TypeError for a second handler of the same class or status
   * @example
   * api.exceptionHandler(AuthError, (req, resp, error) => {
   *   resp.statusCode = error.statusCode;
   *   resp.media = { error: error.message };
   * });
   */
  exceptionHandler<Thrown>(
    thrown: ThrownClass<Thrown>,
    handler: ExceptionHandler<Thrown, { state: State; session: Session }>,
  ): this;
  exceptionHandler<const Status extends number>(
    statusCode: Status,
    handler: ExceptionHandler<500 extends Status ? unknown : HTTPError, { state: State; session: Session }>,
  ): this;
  exceptionHandler(key: unknown, handler: unknown): this {
    this.checkOpen();
    this.#exceptions.add(key, handler);
    return this;
  }

  /** Runs a task before the first request is taken, or after the last is answered. */
  on(event: LifecycleEvent, hook: LifecycleHook): this {
    this.#lifecycle.add(event, hook);
    return this;
  }

  /**
   * The path of a named route, its parameters percent-encoded.
   *
   * @throws TypeError for an unknown name, and for parameters that do not fit
   * @example
   * api.urlFor("user", { name: "a/b" }); // "/users/a%2Fb"
   */
  urlFor(name: string, params: Readonly<Record<string, string | number>> = {}): string {
    return this.#table.urlFor(name, params);
  }

  /**
   * Answers one Fetch request: a whole server for any runtime that has a `fetch` handler, and for mounting.
   * It needs no `this`.
   *
   * @param platform what you know of the request beyond itself; what a host passes here of its own accord, such as its
   * server or its environment, is not looked at
   * @param context of a Worker: background tasks are handed to its `waitUntil`, and `platform` is its environment then
   * @example
   * const response = await api.fetch(new Request("https://app.example/hello"), { ip: "203.0.113.7" });
   */
  readonly fetch = (
    request: Request,
    platform?: FetchPlatform | object,
    context?: WorkerContext,
  ): Response | Promise<Response> => {
    const { ip, waitUntil } = platformOf(platform, context);
    const answer = () =>
      answerFetch(this.#assembled(), { request, incoming: new FetchIncoming(request, ip), waitUntil });
    return this.#lifecycle.ready ? answer() : this.#lifecycle.start().then(answer);
  };

  /** Looks after the sessions of users from outside their requests: lists them, ends them. */
  get sessions(): SessionAdministration {
    return this.#context.sessions.administration;
  }

  /** A client in this process, with a cookie jar of its own. */
  get requests(): TestClient {
    this.#client ??= new TestClient((request) => this.fetch(request, { ip: "127.0.0.1" }));
    return this.#client;
  }

  /**
   * Starts listening and returns; the process's signals are left alone. On Node, Bun and Deno, each with its own server.
   *
   * @throws Error when a startup hook fails, or host and port cannot be had
   */
  async listen(options: ListenOptions = {}): Promise<RunningServer> {
    const given = checkOptions("listen()", options, ["port", "host"]);
    const { mayListen, supervision } = askedToListen();
    if (!mayListen) return NOT_LISTENING;
    const { port = defaultPort(), host = "127.0.0.1" } = { ...given, ...supervision?.address };
    if (!isPort(port)) throw new TypeError("listen(): port takes a whole number from 0 to 65,535");
    if (this.#server) throw new Error("This application listens already, or is about to");
    const starting = this.#startServer({ port, host });
    this.#server = starting;
    try {
      const server = await starting;
      supervision?.listening?.(server, () => this.close());
      return server;
    } catch (error) {
      if (this.#server === starting) this.#server = undefined;
      throw error;
    }
  }

  async #startServer(address: { port: number; host: string }): Promise<RunningServer> {
    const { serve } = await serverHere();
    const app = this.#assembled();
    await this.#lifecycle.start();
    return serve(app, address);
  }

  /**
   * Listens, says where, and stops gracefully on SIGTERM and SIGINT: exit status 0 then, 1 when the start fails. A
   * second signal ends the process at once.
   *
   * @returns what listens, once it does
   */
  async run(options: ListenOptions = {}): Promise<RunningServer> {
    const { mayListen, supervision } = askedToListen();
    if (!mayListen) return NOT_LISTENING;
    const { runUntilSignal } = await import("./runtimes/node-process.ts");
    return runUntilSignal({
      listen: () => this.listen(options),
      close: () => this.close(),
      logger: this.#context.logger,
      isSupervised: supervision?.listening !== undefined,
    });
  }

  /**
   * Stops: no new connections, running requests finish within 10 seconds, then background tasks and shutdown hooks run.
   */
  close(): Promise<void> {
    this.#closing ??= this.#stop().finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    // One that is still starting is stopped once it runs; one that fails to start has nothing to stop.
    await (await server?.catch(() => undefined))?.stop(GRACE);
    await this.#background.settled();
    await this.#lifecycle.stop(this.#context.logger);
  }

  /** @internal */
  protected override checkOpen(): void {
    if (this.#application) {
      throw new Error(
        "Routes, hooks and exception handlers are registered before the first request, not after",
      );
    }
  }

  #assembled(): Application {
    if (this.#application === undefined) {
      checkGuards(this.#table.records(), registry.scopes(this));
      if (this.#description.served && !this.#isDescribed) this.#addDescription();
      const plans = new PlanTable(this.#table, registry.scope(this), this.#redirectSlashes);
      checkLoginPaths(this.#table.records(), (path) => plans.guardAt(path));
      this.#application = {
        pipeline: new Pipeline(plans, this.#exceptions, this.#context),
        background: this.#background,
        context: this.#context,
      };
    }
    return this.#application;
  }

  #finalRecords(): Iterable<RouteRecord> {
    this.#assembled();
    return this.#table.records();
  }

  /** Last of all routes, so that a guard that covers these alone counts as one that covers none. */
  #addDescription(): void {
    checkDescribed(this.#table.records());
    const routes = descriptionRoutes(this.#description, registry.scope(this), this.#document);
    checkFree(routes, this.#table);
    for (const route of routes) registry.accept(this, route);
    this.#isDescribed = true;
  }
}
