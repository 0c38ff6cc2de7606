import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type } from "arktype";
import { API } from "responder-ts";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { recordingLogger } from "../support/logger.ts";

const SECRET = "hunter2-secret";

interface Library {
  name: string;
  person: StandardSchemaV1<unknown, { name: string; age: number; address?: { city: string } }>;
  numbers: StandardSchemaV1<unknown, { page: number }>;
  picky: StandardSchemaV1<unknown, object>;
}

const libraries: Library[] = [
  {
    name: "zod",
    person: z.object({
      name: z.string().min(2),
      age: z.number(),
      address: z.object({ city: z.string() }).optional(),
    }) as Library["person"],
    numbers: z.object({ page: z.coerce.number() }),
    picky: z.object({
      email: z.email(),
      kind: z.enum(["a", "b"]),
      pin: z.number().max(10),
      flag: z.boolean(),
      pair: z.object({ one: z.string() }).refine(() => false),
    }),
  },
  {
    name: "valibot",
    person: v.object({
      name: v.pipe(v.string(), v.minLength(2)),
      age: v.number(),
      address: v.optional(v.object({ city: v.string() })),
    }) as Library["person"],
    numbers: v.object({ page: v.pipe(v.unknown(), v.transform(Number), v.number()) }),
    picky: v.object({
      email: v.pipe(v.string(), v.email()),
      kind: v.picklist(["a", "b"]),
      pin: v.pipe(v.number(), v.maxValue(10)),
      flag: v.boolean(),
      pair: v.pipe(
        v.object({ one: v.string() }),
        v.check(() => false),
      ),
    }),
  },
  {
    name: "arktype",
    person: type({
      name: "string >= 2",
      age: "number",
      "address?": { city: "string" },
    }) as unknown as Library["person"],
    numbers: type({ page: "string.numeric.parse" }) as unknown as Library["numbers"],
    picky: type({
      email: "string.email",
      kind: "'a' | 'b'",
      pin: "number <= 10",
      flag: "boolean",
      pair: type({ one: "string" }).narrow(() => false),
    }) as unknown as Library["picky"],
  },
];

// Valibot describes itself only with a package of its own, so the document is off.
const OFF = { openapi: false } as const;

describe.each(libraries)("schemas of $name", ({ person, numbers, picky }) => {
  it("parse a body, a query and an answer", async () => {
    const api = new API(OFF).post("/people", { body: person, query: numbers, response: person }, (req) => ({
      ...req.body,
      age: req.body.age + req.query.page,
    }));
    const response = await api.requests.post("/people?page=2", { json: { name: "Ann", age: 40 } });
    expect([response.status, await response.json()]).toEqual([200, { name: "Ann", age: 42 }]);
  });

  it("refuse with a pointer and a message for each fault", async () => {
    const api = new API(OFF).post("/people", { body: person }, () => "in");
    const response = await api.requests.post("/people", {
      json: { name: "A", age: "x", address: { city: 1 } },
    });
    expect(response.status).toBe(422);
    const { errors } = (await response.json()) as {
      errors: { in: string; pointer: string; message: string }[];
    };
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(["/address/city", "/age", "/name"]);
    for (const { message } of errors) expect(message.length).toBeGreaterThan(5);
  });

  const secrets = {
    email: `${SECRET}@@`,
    kind: `"${SECRET}'`,
    pin: 98_765_432,
    flag: SECRET,
    pair: { one: SECRET },
  };

  it("attack: no message holds a value that was sent, in any spelling", async () => {
    const api = new API(OFF).post("/x", { body: picky }, () => "in");
    for (const json of [secrets, { ...secrets, pair: [SECRET] }, [secrets], SECRET]) {
      const response = await api.requests.post("/x", { json });
      expect(response.status).toBe(422);
      const answer = await response.text();
      expect(answer).not.toContain(SECRET);
      expect(answer).not.toContain("98765432");
    }
  });

  it("an answer that breaks its schema is 500 and logged, without the value", async () => {
    const logger = recordingLogger();
    const api = new API({ logger, ...OFF }).get("/x", { response: picky }, () => secrets);
    const response = await api.requests.get("/x");
    expect([response.status, await response.json()]).toEqual([
      500,
      { title: "Internal Server Error", status: 500, code: "internal_error" },
    ]);
    expect(logger.lines).toHaveLength(1);
    const error = logger.lines[0]?.error as Error;
    expect(error.message).toMatch(/^The answer breaks its response schema at .*\/email: /);
    expect(error.message).not.toContain(SECRET);
    expect(error.message).not.toContain("98765432");
  });

  it("attack: an answer's undeclared fields are not sent, however deep, and its value is left alone", async () => {
    const value = {
      name: "Ann",
      age: 40,
      passwordHash: SECRET,
      address: { city: "Rome", geo: SECRET },
    };
    const kept = structuredClone(value);
    const api = new API(OFF).get("/x", { response: person }, () => value);
    expect(await (await api.requests.get("/x")).json()).toEqual({
      name: "Ann",
      age: 40,
      address: { city: "Rome" },
    });
    expect(value).toEqual(kept);
  });
});

describe("a response schema", () => {
  const Ok = z.object({ ok: z.boolean() });

  it("of a status is for that status, one alone for all of 2xx", async () => {
    const api = new API({ logger: recordingLogger() })
      .get("/by-status", { response: { 200: Ok, 404: z.object({ gone: z.string() }) } }, (_req, resp) => {
        resp.statusCode = 404;
        resp.media = { gone: "x", why: SECRET };
      })
      .post("/created", { response: Ok }, () => [{ ok: true, more: SECRET }, 201])
      .get("/other", { response: Ok }, () => [{ anything: 1 }, 418]);
    expect(await (await api.requests.get("/by-status")).json()).toEqual({ gone: "x" });
    expect(await (await api.requests.post("/created")).json()).toEqual({ ok: true });
    expect(await (await api.requests.get("/other")).json()).toEqual({ anything: 1 });
  });

  it("holds for resp.media, a returned object and a promise of one, by onRequest too", async () => {
    const api = new API()
      .get("/set", { response: Ok }, (_req, resp) => {
        resp.media = { ok: true, more: SECRET };
      })
      .get("/promised", { response: Ok }, async () => ({ ok: true, more: SECRET }))
      .route("/resource", { response: Ok }, { onRequest: () => ({ ok: true, more: SECRET }) });
    for (const path of ["/set", "/promised", "/resource"]) {
      expect(await (await api.requests.get(path)).json(), path).toEqual({ ok: true });
    }
  });

  it("leaves pages, texts, redirects and errors alone", async () => {
    const api = new API()
      .get("/text", { response: Ok }, () => "text")
      .get("/away", { response: Ok }, (_req, resp) => resp.redirect("/text"))
      .get("/none", { response: Ok }, (_req, resp) => {
        resp.statusCode = 204;
      });
    expect(await (await api.requests.get("/text")).text()).toBe("text");
    expect((await api.requests.get("/none")).status).toBe(204);
    expect((await api.requests.get("/away", { redirect: "manual" })).status).toBe(302);
  });

  it.each([null, {}, [], "zod", { 200: "zod" }])("is not %j", (wrong) => {
    const register = () => new API().get("/x", { response: wrong as never }, () => "x");
    if (JSON.stringify(wrong) === "{}" || Array.isArray(wrong)) expect(register).not.toThrow();
    else expect(register).toThrow(/The route "\/x": response takes a Standard Schema/);
  });
});

describe("a query field that a schema takes a list of", () => {
  const schemas = {
    zod: z.object({ tag: z.array(z.string()).optional(), q: z.string().optional() }),
    arktype: type({ "tag?": "string[]", "q?": "string" }),
  };

  it.each(Object.entries(schemas))(
    "%s: is a list of one where it comes once, and other fields stay texts",
    async (_name, schema) => {
      const api = new API().get("/", { query: schema as typeof schemas.zod }, (req) => ({
        query: req.query,
      }));
      const ask = async (query: string) => {
        const response = await api.fetch(new Request(`https://localhost/?${query}`));
        return response.status === 200
          ? ((await response.json()) as { query: object }).query
          : response.status;
      };
      expect(await ask("tag=a&q=x")).toEqual({ tag: ["a"], q: "x" });
      expect(await ask("tag=a&tag=b")).toEqual({ tag: ["a", "b"] });
      expect(await ask("")).toEqual({});
      expect(await ask("q=x&q=y")).toBe(422);
    },
  );
});
