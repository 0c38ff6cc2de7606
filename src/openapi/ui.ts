import { fileURLToPath } from "node:url";

/** The files of the page, by name. */
export const UI_FILES = ["swagger-ui.css", "swagger-ui-bundle.js", "init.js"] as const;

/**
 * Where a file of the page is. The build copies Swagger UI beside the code; in development, where this file is still
 * TypeScript, it is where npm put it.
 */
export function pathOfFile(name: (typeof UI_FILES)[number]): string {
  const isBuilt = !import.meta.url.endsWith(".ts");
  const isOurs = name === "init.js" || isBuilt;
  return fileURLToPath(
    isOurs ? new URL(`ui/${name}`, import.meta.url) : import.meta.resolve(`swagger-ui-dist/${name}`),
  );
}
