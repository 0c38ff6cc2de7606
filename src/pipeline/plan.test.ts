import { expect, it } from "vitest";
import { parsePattern } from "../routing/pattern.ts";
import { pathPlans, planFor } from "./plan.ts";

const record = {
  pattern: parsePattern("/x"),
  methods: ["GET"],
  anyMethod: true,
  name: undefined,
  auth: undefined,
  public: undefined,
  before: [],
  after: [],
  handlers: [() => "x"],
  schemas: {},
  documentation: {},
  scopes: [],
};
const plans = pathPlans({ pattern: record.pattern, records: new Map([["GET", record]]) });

it("a method that is not in upper case is none, though a route takes all there are", () => {
  expect(planFor(plans, "PURGE")).toBe(plans.open);
  for (const method of ["purge", "get", "Get", "", "G\u00cbT", "GET "])
    expect(planFor(plans, method)).toBe(plans.refusal);
});

it("TRACE and CONNECT are nobody's", () => {
  for (const method of ["TRACE", "CONNECT"]) expect(planFor(plans, method)).toBe(plans.refusal);
});
