import { API } from "responder-ts";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const send = (api: API, path: string, body?: unknown) =>
  Promise.resolve(
    api.fetch(
      new Request(`https://localhost${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body ?? {}),
      }),
    ),
  );

describe("attack: a refusal that is larger than the request", () => {
  it("a key of a megabyte that a hundred faults name is cut short in each of them", async () => {
    const api = new API();
    api.post("/x", { body: z.record(z.string(), z.array(z.number())) }, () => "passed");
    const response = await send(api, "/x", { ["k~/".repeat(300_000)]: Array(200).fill("no number") });
    expect(response.status).toBe(422);
    const text = await response.text();
    expect(text.length).toBeLessThan(100_000);
    expect(JSON.parse(text).errors[0].pointer).toMatch(/^\/k~0~1k/);
  });
});

describe("attack: a query that takes time by the square of its length", () => {
  it("20,000 different names cost no more than a few times what one long value costs", async () => {
    const api = new API();
    api.post("/x", { query: z.record(z.string(), z.unknown()) }, (req) => ({
      fields: Object.keys(req.query).length,
    }));
    const query = Array.from({ length: 20_000 }, (_, index) => `n${index}=1`).join("&");
    const start = performance.now();
    expect(await (await send(api, `/x?${query}`)).json()).toEqual({ fields: 20_000 });
    // By the square it is over 4 s on the slowest machine that this has run on, and 20 ms otherwise.
    expect(performance.now() - start).toBeLessThan(1500);
  });

  it("a repeated name is a list in its order, and a single one a text", async () => {
    const api = new API();
    api.post("/x", { query: z.unknown() }, (req) => ({ query: req.query }));
    const response = await send(api, "/x?a=1&b=2&a=3&a=4&__proto__=5");
    expect(await response.text()).toBe('{"query":{"a":["1","3","4"],"b":"2","__proto__":"5"}}');
  });
});

describe("a schema library that fails without saying why", () => {
  it("fails the request all the same", async () => {
    const schema = {
      "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [] }) },
    } as const;
    const api = new API({ openapi: false });
    api.post("/x", { body: schema }, () => "passed");
    const response = await send(api, "/x");
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ in: "body", pointer: "" }] });
  });
});
