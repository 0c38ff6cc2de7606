import type { HttpRequest } from "../exchange/request.ts";
import type { HttpResponse } from "../exchange/response.ts";
import { HTTPError } from "../http/errors.ts";

/** What can be thrown, by its class: an error class or any other. */
export type ThrownClass<Thrown> = abstract new (...args: never[]) => Thrown;

/** An exception handler, as the pipeline calls it. */
export type ThrownHandler = (req: HttpRequest, resp: HttpResponse, thrown: unknown) => unknown;

/** Which handler answers which error. */
export class ExceptionHandlers {
  readonly #byClass = new Map<unknown, ThrownHandler>();
  readonly #byStatus = new Map<number, ThrownHandler>();

  /** @throws TypeError for a second handler of the same class or status, and for what is neither */
  add(key: unknown, handler: unknown): void {
    if (typeof handler !== "function")
      throw new TypeError("exceptionHandler() takes a class or a status, and a function");
    const known: Map<unknown, ThrownHandler> = typeof key === "number" ? this.#byStatus : this.#byClass;
    if (typeof key === "number" ? !(key >= 400 && key <= 599) : typeof key !== "function") {
      throw new TypeError("exceptionHandler() takes an error class or a status from 400 to 599");
    }
    if (known.has(key)) {
      throw new TypeError(`${typeof key === "function" ? key.name : key} has an exception handler already`);
    }
    known.set(key, handler as ThrownHandler);
  }

  /**
   * The handler for what was thrown: the most derived class wins. The framework's own answer to an HTTPError counts as
   * HTTPError's handler, so one for `Error` does not take it over; a status is more particular than HTTPError.
   */
  find(thrown: unknown): ThrownHandler | undefined {
    for (
      let prototype = prototypeOf(thrown);
      prototype !== null;
      prototype = Object.getPrototypeOf(prototype)
    ) {
      if (prototype === HTTPError.prototype) {
        return this.#byStatus.get((thrown as HTTPError).statusCode) ?? this.#byClass.get(HTTPError);
      }
      const handler = this.#byClass.get(prototype.constructor);
      if (handler) return handler;
    }
    return undefined;
  }

  /** The handler for a failure that no class takes: that of status 500. */
  get unhandled(): ThrownHandler | undefined {
    return this.#byStatus.get(500);
  }
}

function prototypeOf(thrown: unknown): { constructor: unknown } | null {
  return typeof thrown === "object" && thrown !== null ? Object.getPrototypeOf(thrown) : null;
}
