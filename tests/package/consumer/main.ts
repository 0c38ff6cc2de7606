import assert from "node:assert/strict";
import { API } from "responder-ts";
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

console.log(`it runs on Node ${process.version}`);
