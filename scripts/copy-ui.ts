/** Puts the files of the docs page beside the code: ours, and those of Swagger UI with its license and notice. */
import { copyFile, mkdir } from "node:fs/promises";

const target = new URL("../dist/openapi/ui/", import.meta.url);
const ours = ["init.js"].map((name) => new URL(`../src/openapi/ui/${name}`, import.meta.url));
const theirs = [
  "swagger-ui-bundle.js",
  "swagger-ui-bundle.js.LICENSE.txt",
  "swagger-ui.css",
  "LICENSE",
  "NOTICE",
].map((name) => new URL(`../node_modules/swagger-ui-dist/${name}`, import.meta.url));

await mkdir(target, { recursive: true });
for (const file of [...ours, ...theirs])
  await copyFile(file, new URL(file.href.slice(file.href.lastIndexOf("/") + 1), target));
