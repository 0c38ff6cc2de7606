import fc from "fast-check";
import { API } from "responder-ts";
import { apiKey } from "responder-ts/auth";
import { describe, expect, it } from "vitest";
import { type GuardNode, makeGuard, nodeOf } from "../../src/auth/guard.ts";
import type { OpenAPIDocument, SecurityRequirement } from "../../src/openapi/types.ts";

/** The document and the guard say the same of every combination of credentials, for any guard there can be. */
const NAMES = ["a", "b", "c"] as const;
const SCOPES = ["x", "y"] as const;
type Name = (typeof NAMES)[number];
type Yields = Readonly<Record<Name, readonly string[]>>;

const ALL: Yields = { a: SCOPES, b: SCOPES, c: SCOPES };

const scopes = fc.uniqueArray(fc.constantFrom(...SCOPES), { minLength: 1 });

/** Any guard of three schemes; only what is allowed of `optional` and of requirements over `allOf`. */
function guardsOf(yields: Yields, everything: boolean): fc.Arbitrary<GuardNode> {
  const schemes = NAMES.map((name) =>
    nodeOf(apiKey({ keys: ["good"], header: `X-${name}`, name, scopes: () => yields[name] })),
  );
  const scheme = fc.constantFrom(...schemes);
  return fc.letrec<{ guard: GuardNode; flat: GuardNode }>((tie) => {
    const list = (part: "guard" | "flat") => fc.array(tie(part), { minLength: 2, maxLength: 3 });
    const combined = (part: "guard" | "flat"): fc.Arbitrary<GuardNode>[] => [
      list(part).map((of) => ({ kind: "anyOf", of })),
      fc
        .tuple(tie(everything ? "guard" : "flat"), scopes)
        .map(([of, list]) => ({ kind: "requires", of, scopes: list })),
      tie(part).map((of) => ({ kind: "where", of, rule: () => true, name: "anything" })),
    ];
    const more: fc.Arbitrary<GuardNode>[] = [
      list("guard").map((of) => ({ kind: "allOf", of })),
      ...(everything ? [tie("guard").map((of): GuardNode => ({ kind: "optional", of }))] : []),
    ];
    const choose = (...others: fc.Arbitrary<GuardNode>[]) =>
      fc.oneof({ depthSize: "small", maxDepth: 4, withCrossShrink: true }, scheme, ...others);
    return { flat: choose(...combined("flat")), guard: choose(...combined("guard"), ...more) };
  }).guard;
}

/** What a document's `security` says of somebody who presents these. */
function allowed(
  security: readonly SecurityRequirement[],
  presented: readonly Name[],
  yields: Yields,
): boolean {
  return security.some((requirement) =>
    Object.entries(requirement).every(
      ([name, required]) =>
        presented.includes(name as Name) && required.every((scope) => yields[name as Name].includes(scope)),
    ),
  );
}

const SUBSETS = Array.from({ length: 2 ** NAMES.length }, (_, bits) =>
  NAMES.filter((_name, index) => bits & (1 << index)),
);

async function expectAgreement(node: GuardNode, yields: Yields): Promise<void> {
  const api = new API({ openapi: { public: true } });
  api.get("/x", { auth: makeGuard<unknown, never>(node) }, () => "in");
  const document = (await (await api.requests.get("/schema.json")).json()) as OpenAPIDocument;
  const security = document.paths["/x"]?.["get"]?.security ?? [];
  for (const presented of SUBSETS) {
    const headers = Object.fromEntries(presented.map((name) => [`X-${name}`, "good"]));
    const { status } = await api.requests.get("/x", { headers });
    expect({ presented, security, entered: status === 200 }).toEqual({
      presented,
      security,
      entered: allowed(security, presented, yields),
    });
  }
}

describe("the security in the document is what the guard enforces", () => {
  it("for any combination of anyOf, allOf, optional, requires and where", async () => {
    await fc.assert(
      fc.asyncProperty(guardsOf(ALL, true), (node) => expectAgreement(node, ALL)),
      { numRuns: 150 },
    );
  });

  it("for credentials that yield some scopes and not others", async () => {
    const some = fc.subarray([...SCOPES]);
    const yielding = fc.record({ a: some, b: some, c: some });
    const cases = yielding.chain((yields) => guardsOf(yields, false).map((node) => [yields, node] as const));
    await fc.assert(
      fc.asyncProperty(cases, ([yields, node]) => expectAgreement(node, yields)),
      { numRuns: 150 },
    );
  });
});
