import type * as YAML from "yaml";
import { HTTPError } from "../http/errors.ts";
import { malformed, refuseConstructorKey, refuseProtoKey } from "./faults.ts";
import { MAX_DEPTH } from "./limits.ts";
import { decodeUTF8 } from "./text.ts";

type YAMLModule = typeof YAML;

/**
 * A YAML body as data: one document of the core schema (YAML 1.2), so no dates, no custom tags, no merge keys.
 * Keys are strings.
 *
 * @throws HTTPError 400 `malformed_body` or `forbidden_key`
 */
export async function decodeYAML(bytes: Uint8Array): Promise<unknown> {
  if (bytes.length === 0) throw malformed("The body is empty where YAML is expected");
  const text = decodeUTF8(bytes);
  refuseDeepFlow(text);
  const yaml = await import("yaml");
  try {
    const document = yaml.parseDocument(text, {
      schema: "core",
      version: "1.2",
      merge: false,
      resolveKnownTags: false,
      stringKeys: true,
      uniqueKeys: false, // the library compares each key with all before it; the builder below uses the object
      prettyErrors: false,
      logLevel: "error",
    });
    if (document.errors.length > 0 || document.warnings.length > 0) {
      throw malformed("The body is not one valid YAML document of the core schema");
    }
    return new Builder(yaml, text.length).value(document.contents, 0);
  } catch (error) {
    if (error instanceof HTTPError) throw error;
    throw malformed("The body is not valid YAML");
  }
}

/**
 * The parser takes its time over brackets that are opened and never closed, before anybody can count levels. In a text
 * they are counted too: nobody writes that many.
 */
function refuseDeepFlow(text: string): void {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth -= 1;
    if (depth > MAX_DEPTH) throw malformed("The body nests too deeply");
  }
}

/** What an anchor stands for. It has no value while its own node is being read. */
interface Anchored {
  value: unknown;
  size: number;
  complete: boolean;
}

/**
 * Makes plain data of a document in one pass. The library's own conversion takes time quadratic in the number of
 * aliases; this one also knows how large the data is with every alias written out, and stops there.
 */
class Builder {
  readonly #yaml: YAMLModule;
  readonly #anchors = new Map<string, Anchored>();
  readonly #maxSize: number;
  #size = 0;

  constructor(yaml: YAMLModule, length: number) {
    this.#yaml = yaml;
    this.#maxSize = 10 * length + 1_000; // without aliases there is never more than a value a character
  }

  value(node: unknown, depth: number): unknown {
    if (this.#yaml.isAlias(node)) return this.#alias(node.source);
    const before = this.#size;
    this.#grow(1);
    if (!this.#yaml.isNode(node)) return null;
    const anchored: Anchored = { value: undefined, size: 0, complete: false };
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, anchored);
    anchored.value = this.#content(node, depth);
    anchored.size = this.#size - before;
    anchored.complete = true;
    return anchored.value;
  }

  #content(node: YAML.Node, depth: number): unknown {
    if (this.#yaml.isScalar(node)) return node.value;
    if (depth === MAX_DEPTH) throw malformed(`The body nests deeper than ${MAX_DEPTH} levels`);
    if (this.#yaml.isSeq(node)) return node.items.map((item) => this.value(item, depth + 1));
    if (this.#yaml.isMap(node)) return this.#map(node, depth);
    throw malformed("The body is not valid YAML");
  }

  #map(node: YAML.YAMLMap, depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (const pair of node.items) {
      const key = this.#yaml.isScalar(pair.key) ? pair.key.value : null;
      if (typeof key !== "string") throw malformed("The keys of a YAML body must be strings");
      refuseProtoKey(key);
      if (Object.hasOwn(object, key)) throw malformed("The YAML body has the same key twice");
      if (this.#yaml.isScalar(pair.key) && pair.key.anchor !== undefined) this.value(pair.key, depth + 1);
      object[key] = this.value(pair.value, depth + 1);
    }
    refuseConstructorKey(object);
    return object;
  }

  #alias(name: string): unknown {
    const anchored = this.#anchors.get(name);
    if (!anchored?.complete) throw malformed("The YAML body has an alias without a value");
    this.#grow(anchored.size);
    return anchored.value;
  }

  #grow(size: number): void {
    this.#size += size;
    if (this.#size > this.#maxSize) throw malformed("The aliases of the YAML body grow it too much");
  }
}
