import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { encodeMedia } from "../media/write.ts";
import type { OpenAPIDocument } from "../openapi/types.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Prints a document as YAML, or writes it to a file, in the format that its ending says.
 *
 * @returns the exit status
 * @throws Error for another ending
 */
export async function writeDocument(
  document: OpenAPIDocument,
  terminal: Terminal,
  output: string | undefined,
): Promise<number> {
  const ending = output === undefined ? ".yml" : extname(output).toLowerCase();
  const isJSON = ending === ".json";
  if (!isJSON && ending !== ".yml" && ending !== ".yaml") {
    throw new Error(
      `${output} should end in .yml, .yaml or .json, to say in which format it is to be written`,
    );
  }
  const text = isJSON
    ? `${JSON.stringify(document, null, 2)}\n`
    : String(await encodeMedia("yaml", document));
  if (output === undefined) await terminal.print(text);
  else await writeFile(output, text);
  return 0;
}
