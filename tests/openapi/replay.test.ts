import { beforeAll, describe, expect, it } from "vitest";
import type { OpenAPIDocument, Operation, SecurityRequirement } from "../../src/openapi/types.ts";
import { KEY, notesAPI, PASSWORD, TOKENS } from "./notes.ts";

/** Plays every operation of the document against the application: what the document says of guards is what happens. */
const api = notesAPI();
const document = (await (await api.requests.get("/schema.json")).json()) as OpenAPIDocument;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);
const guarded = operations.filter(({ operation }) => operation.security.length > 0);
const isOptional = ({ security }: Operation) => security.some((one) => Object.keys(one).length === 0);

const SAMPLES: Readonly<Record<string, string>> = {
  folder: "00000000-0000-4000-8000-000000000000",
  rest: "a/b",
  factor: "1.5",
  id: "1",
};
let sessionCookie = "";

beforeAll(async () => {
  const json = { username: "admin", password: "secret" };
  const response = await notesAPI().requests.post("/login", { json });
  sessionCookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
});

/** The header fields that satisfy a requirement, as a client makes them of the document alone. */
function credentials(requirement: SecurityRequirement): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of Object.keys(requirement)) {
    const scheme = document.components.securitySchemes?.[name];
    if (scheme?.type === "http" && scheme.scheme === "bearer")
      headers["authorization"] = `Bearer ${TOKENS.admin}`;
    else if (scheme?.type === "http") headers["authorization"] = `Basic ${btoa(`ops:${PASSWORD}`)}`;
    else if (scheme?.type === "apiKey" && scheme.in === "header") headers[scheme.name] = KEY;
    else if (scheme?.type === "apiKey" && scheme.in === "cookie") {
      expect(sessionCookie).toMatch(new RegExp(`^${scheme.name}=`));
      headers["cookie"] = sessionCookie;
    } else throw new Error(`The document has no scheme ${name}`);
  }
  return headers;
}

async function send(path: string, method: string, headers: Record<string, string> = {}): Promise<number> {
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => SAMPLES[name] ?? "x");
  return (await api.requests.fresh().request(method, address, { headers })).status;
}

describe("each operation of the document", () => {
  it("of which there are guarded and public ones, and some with several ways in", () => {
    expect(operations.length).toBe(11);
    expect(guarded.length).toBe(10);
    expect(guarded.some(({ operation }) => operation.security.length > 1)).toBe(true);
    expect(
      guarded.some(({ operation }) => operation.security.some((one) => Object.keys(one).length > 1)),
    ).toBe(true);
  });

  it.each(guarded)("$method $path is 401 without its security, unless it is optional", async (one) => {
    const status = await send(one.path, one.method);
    if (isOptional(one.operation)) expect(status).not.toBe(401);
    else expect(status).toBe(401);
    expect(Object.keys(one.operation.responses)).toContain("401");
  });

  it.each(guarded)("$method $path is neither 401 nor 403 with any of its requirements", async (one) => {
    for (const requirement of one.operation.security) {
      expect([401, 403]).not.toContain(await send(one.path, one.method, credentials(requirement)));
    }
  });

  it.each(guarded)("$method $path is 401 with all but one of the schemes of a requirement", async (one) => {
    const sets = one.operation.security.map((requirement) => Object.keys(requirement));
    for (const names of sets) {
      for (const missing of names) {
        const rest = names.filter((name) => name !== missing);
        if (sets.some((set) => set.every((name) => rest.includes(name)))) continue;
        const headers = credentials(Object.fromEntries(rest.map((name) => [name, []])));
        expect(await send(one.path, one.method, headers)).toBe(401);
      }
    }
  });

  it.each(operations)("$method $path answers with a status that the document has", async (one) => {
    const known = Object.keys(one.operation.responses);
    for (const requirement of [...one.operation.security, {}]) {
      const status = String(await send(one.path, one.method, credentials(requirement)));
      expect(known.includes(status) || known.includes(`${status[0]}XX`), `${status}`).toBe(true);
    }
  });

  it.each(operations.filter(({ operation }) => operation.security.length === 0))(
    "$method $path asks nobody",
    async (one) => {
      expect([401, 403]).not.toContain(await send(one.path, one.method));
    },
  );
});
