import assert from "node:assert/strict";
import { API } from "responder-ts";
import { bearer } from "responder-ts/auth";
import { denials } from "responder-ts/testing";
import { register } from "./app.js";

const api = new API({ state: () => ({ userId: "" }) });
register(api);

const server = await api.listen({ port: 0 });
const answer = async (path: string) => (await fetch(server.url + path)).text();
assert.equal(await answer("/hello/Ada"), "Hello, Ada!");
assert.equal(await answer("/double/21"), '{"double":42}');
assert.equal(await answer("/page"), "<p>&lt;3</p>");
assert.equal(await answer("/notes"), "no notes");
assert.equal((await fetch(`${server.url}/teapot`)).status, 418);
assert.equal((await fetch(`${server.url}/nowhere`)).status, 404);
assert.match(await answer("/schema.yml"), /^openapi: 3\.1/);
assert.match(await answer("/docs"), /docs\/swagger-ui-bundle\.js/);
assert.match(await answer("/docs/swagger-ui-bundle.js"), /SwaggerUIBundle/);
assert.match(await answer("/docs/init.js"), /SwaggerUIBundle/);
await api.close();

const client = new API().get("/", () => "in process").requests;
assert.equal(await (await client.get("/")).text(), "in process");

// A guard and a test case of one entry, an application of another: to each, the other's classes must be its own.
const verify = (token: string) => (token === "toy" ? { name: "Ada" } : null);
const guarded = new API({ auth: bearer({ verify }) }).get("/me", (req) => req.principal.name);
const me = (token: string) => guarded.requests.get("/me", { headers: { Authorization: `Bearer ${token}` } });
assert.equal(await (await me("toy")).text(), "Ada");
assert.equal((await me("other")).status, 401);
const cases = denials(guarded);
assert.ok(cases.length > 5);
for (const denial of cases) await denial.check();

console.log(`it runs on Node ${process.version}`);
