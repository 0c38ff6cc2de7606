import type { UIFile } from "./routes.ts";

/**
 * Where a file of the page is. The build copies Swagger UI beside the code; in development, where this file is still
 * TypeScript, it is where npm put it.
 */
export async function pathOfFile(name: UIFile): Promise<string> {
  const { fileURLToPath } = await import("node:url");
  const isBuilt = !import.meta.url.endsWith(".ts");
  const isOurs = name === "init.js" || isBuilt;
  return fileURLToPath(
    isOurs ? new URL(`ui/${name}`, import.meta.url) : import.meta.resolve(`swagger-ui-dist/${name}`),
  );
}
