/** A service of one route, up to its first answer: what of the packages is read for it, and nothing more. */
import assert from "node:assert/strict";
import { registerHooks } from "node:module";

const loaded: string[] = [];
registerHooks({
  load(url, context, next) {
    const [, file] = url.split("/node_modules/");
    if (file !== undefined) loaded.push(file);
    return next(url, context);
  },
});

const { API } = await import("responder-ts");
const api = new API().get("/", () => "Hello, World!");
const { url } = await api.listen({ port: 0 });
assert.equal(await (await fetch(url)).text(), "Hello, World!");
await api.close();

const own = loaded.filter((file) => file.startsWith("responder-ts/"));
assert.deepEqual(own.sort(), [
  "responder-ts/dist/core.js",
  "responder-ts/dist/index.js",
  "responder-ts/dist/runtimes/node.js",
  "responder-ts/dist/shared.js",
]);
const packages = loaded.filter((file) => !own.includes(file)).map((file) => file.split("/")[0]);
assert.deepEqual(packages.sort(), ["cookie", "ipaddr.js", "leven", "secure-json-parse"]);
console.log(`it answers a first request with ${loaded.length} files`);
