/**
 * As much of `vitest` as the behavioural suite uses, for runtimes that Vitest does not run on. The matchers are Vitest's
 * own. A bundle has this file in the place of `vitest`.
 */
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  type ExpectStatic,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";
import * as chai from "chai";
import { Group, group, within } from "./cases.ts";
import { titleOf } from "./titles.ts";

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);
const globals = globalThis as unknown as Record<symbol, object>;

export const expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  globals[ASYMMETRIC_MATCHERS_OBJECT],
  { getState: () => getState(expect), setState: (state: object) => setState(state, expect) },
) as unknown as ExpectStatic;
globals[GLOBAL_EXPECT] = expect;
setState({ assertionCalls: 0 }, expect);

type Body = (...values: unknown[]) => unknown;

/** A `describe` or an `it`, with its `each`. */
function withEach(define: (title: string, body: () => unknown) => void) {
  const each = (rows: readonly unknown[]) => (title: string, body: Body) => {
    for (const [index, row] of rows.entries()) {
      const values = Array.isArray(row) ? row : [row];
      define(titleOf(title, values, index), () => body(...values));
    }
  };
  return Object.assign(define, { each });
}

export const describe = withEach((title, body) => within(new Group(title, group()), body));
export const it = withEach((title, body) => group().cases.push({ title, body }));
export const test = it;

export const beforeAll = (hook: () => unknown) => group().beforeAll.push(hook);
export const afterAll = (hook: () => unknown) => group().afterAll.push(hook);
export const beforeEach = (hook: () => unknown) => group().beforeEach.push(hook);
export const afterEach = (hook: () => unknown) => group().afterEach.push(hook);

const RealDate = Date;
const stubbed = new Map<string, string | undefined>();
let now = 0;

class FakeDate extends RealDate {
  constructor(...given: [] | [number | string | Date]) {
    super(...((given.length === 0 ? [now] : given) as [number]));
  }
  static override now(): number {
    return now;
  }
}

export const vi = {
  /** The clock alone: that is all that the suite asks for. */
  useFakeTimers(options: { toFake: readonly ["Date"] }): void {
    if (String(options?.toFake) !== "Date") throw new Error("Only Date can be faked here");
    now = RealDate.now();
    globalThis.Date = FakeDate as DateConstructor;
  },
  advanceTimersByTime(milliseconds: number): void {
    now += milliseconds;
  },
  useRealTimers(): void {
    globalThis.Date = RealDate;
  },
  stubEnv(name: string, value: string): void {
    if (!stubbed.has(name)) stubbed.set(name, process.env[name]);
    process.env[name] = value;
  },
  unstubAllEnvs(): void {
    for (const [name, value] of stubbed) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    stubbed.clear();
  },
};
