import { suggestion } from "../options.ts";
import { fillPattern, type Pattern } from "../routing/pattern.ts";
import type { RouteRecord } from "./record.ts";

/** One path shape and the routes that answer its methods. */
export interface Endpoint {
  readonly pattern: Pattern;
  readonly records: Map<string, RouteRecord>;
}

/** All routes of an application. */
export class RouteTable {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #named = new Map<string, RouteRecord>();

  /**
   * @throws TypeError when another route answers the same method for the same paths, or has the same name for
   * another path
   */
  add(record: RouteRecord): void {
    const { shape } = record.pattern;
    const endpoint = this.#endpoints.get(shape) ?? { pattern: record.pattern, records: new Map() };
    for (const method of record.methods) {
      const other = endpoint.records.get(method);
      if (other) throw new TypeError(duplicateMessage(method, record, other));
    }
    const namesake = record.name === undefined ? undefined : this.#named.get(record.name);
    if (namesake && namesake.pattern.text !== record.pattern.text) {
      throw new TypeError(`The name "${record.name}" belongs to "${namesake.pattern.text}" already`);
    }
    for (const method of record.methods) endpoint.records.set(method, record);
    this.#endpoints.set(shape, endpoint);
    if (record.name !== undefined) this.#named.set(record.name, record);
  }

  /** The paths, in the order of their first routes. */
  get endpoints(): Iterable<Endpoint> {
    return this.#endpoints.values();
  }

  /** The routes, each once. */
  records(): Iterable<RouteRecord> {
    return new Set([...this.#endpoints.values()].flatMap(({ records }) => [...records.values()]));
  }

  /** The route that answers a method for the paths of a shape. */
  find(shape: string, method: string): RouteRecord | undefined {
    return this.#endpoints.get(shape)?.records.get(method);
  }

  /** @throws TypeError for an unknown name, and for parameters that do not fit */
  urlFor(name: string, params: Readonly<Record<string, string | number>>): string {
    const record = this.#named.get(name);
    if (!record) {
      const names = [...this.#named.keys()];
      throw new TypeError(
        `No route is named "${name}". ${names.length > 0 ? suggestion(name, names) : 'Give one { name: "…" }.'}`,
      );
    }
    return fillPattern(record.pattern, params);
  }
}

function duplicateMessage(method: string, record: RouteRecord, other: RouteRecord): string {
  const both = `${method} ${record.pattern.text}`;
  return other.pattern.text === record.pattern.text
    ? `${both} is registered twice. If one of them is meant for other methods, say so with "methods"`
    : `${both} is ambiguous: it matches the same paths as "${other.pattern.text}"`;
}
