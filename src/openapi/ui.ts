import { fileURLToPath } from "node:url";
import type { UIFile } from "./routes.ts";

/**
 * Where a file of the page is. The build copies Swagger UI beside the code; in development, where this file is still
 * TypeScript, it is where npm put it.
 */
export function pathOfFile(name: UIFile): string {
  const isBuilt = !import.meta.url.endsWith(".ts");
  const isOurs = name === "init.js" || isBuilt;
  return fileURLToPath(
    isOurs ? new URL(`ui/${name}`, import.meta.url) : import.meta.resolve(`swagger-ui-dist/${name}`),
  );
}
