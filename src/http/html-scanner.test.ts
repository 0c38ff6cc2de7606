import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { html } from "./html.ts";

interface ParsedNode {
  nodeName: string;
  value?: string;
  attrs?: { name: string; value: string }[];
  childNodes?: ParsedNode[];
  content?: ParsedNode;
}
interface Parser {
  parseFragment(markup: string, options?: { scriptingEnabled: boolean }): ParsedNode;
}
const { parseFragment } = createRequire(import.meta.url)("parse5") as Parser;

/** Elements and attribute names of a tree; what text they hold is left out. */
function shapeOf(node: ParsedNode): string {
  const attributes = (node.attrs ?? []).map((attribute) => attribute.name).join(" ");
  const children = [...(node.childNodes ?? []), ...(node.content ? [node.content] : [])];
  const inner = children.filter((child) => child.nodeName !== "#text").map(shapeOf);
  return `${node.nodeName}[${attributes}](${inner.join()})`;
}

/** Where a text stands in a tree: `text in p`, `p title`, `#comment`. */
function placesOf(marker: string, node: ParsedNode): string[] {
  const places: string[] = [];
  const visit = (at: ParsedNode, parent: string): void => {
    if (at.nodeName.includes(marker)) places.push("tag name");
    if (at.nodeName === "#text" && at.value?.includes(marker)) places.push(`text in ${parent}`);
    if (at.nodeName === "#comment" && JSON.stringify((at as { data?: string }).data).includes(marker))
      places.push("#comment");
    for (const { name, value } of at.attrs ?? []) {
      if (name.includes(marker)) places.push("attribute name");
      if (value.includes(marker)) places.push(`attribute ${name}`);
    }
    for (const child of at.childNodes ?? []) visit(child, at.nodeName);
    if (at.content) visit(at.content, at.nodeName);
  };
  visit(node, "");
  return places;
}

function template(chunks: string[], values: string[]): string {
  return html(Object.assign([...chunks], { raw: chunks }), ...values).toString();
}

const attacks = fc.oneof(
  fc.constantFrom(
    `"><img src=x onerror=alert(1)>`,
    `'><script>alert(1)</script>`,
    `--><b>`,
    `</title><b>`,
    `</textarea ><b>`,
    `/textarea `,
    `]]><b>`,
    `</noscript><b>`,
    `" onclick="alert(1)`,
    `' onclick='alert(1)`,
    "x onclick=alert(1)",
    "javascript:alert(1)",
    "#106;avascript:alert(1)",
    "&quot;><b>",
    "!--",
    "/",
    "`",
  ),
  fc.string({ unit: "binary", minLength: 1 }).filter((text) => /[^\s\0]/.test(text)),
);

describe("html, as an HTML parser reads it", () => {
  it("keeps any text in text and in quoted attributes, and gives it back unchanged", () => {
    fc.assert(
      fc.property(attacks, attacks, (text, attribute) => {
        const markup = html`<p title="${attribute}" lang='${attribute}'>${text}</p><i>${text}</i>`.toString();
        expect(shapeOf(parseFragment(markup))).toBe("#document-fragment[](p[title lang](),i[]())");
        const title = parseFragment(markup).childNodes?.[0]?.attrs?.[0]?.value;
        // The parser replaces NUL and reads every line end as LF; nothing else may change.
        expect(title).toBe(attribute.replace(/\r\n?/g, "\n").replaceAll("\0", "\ufffd").toWellFormed());
      }),
      { numRuns: 500 },
    );
  });

  it("leaves no character in escaped text that could be markup", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const out = html`${text}`.toString();
        expect(out).not.toMatch(/[<>"']/);
        expect(out.replace(/&(?:amp|lt|gt|quot|#39);/g, "")).not.toContain("&");
      }),
    );
  });

  // Random pieces make random templates: what the scanner lets through must land where it said, to a real parser.
  const piece = fc.constantFrom(
    ...'<p |<a |<b>|</b>|<div/|>|/>|>|>|"|\'|=|href|href="|title="|title=\'|onclick="|style="|src=|" | |/|<|</|<!|<!--|-->|--!>|--|-|<!-->|!'.split(
      "|",
    ),
    ..."<script>|</script>|</script |<script|<title>|</title>|<textarea>|</textarea>|<style>|</style>|<svg>|</svg>|<svg/>|<math>|</math>".split(
      "|",
    ),
    ..."<noscript>|</noscript>|<iframe>|</iframe>|<xmp>|</xmp>|<![CDATA[|]]>|<?x|<!doctype html>|<table>|<td>|<select>|<template>|&|&#|x|java|:|?".split(
      "|",
    ),
  );
  const chunk = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(""));
  const templates = fc
    .array(chunk, { minLength: 2, maxLength: 4 })
    .chain((chunks) =>
      fc.tuple(
        fc.constant(chunks),
        fc.array(attacks, { minLength: chunks.length - 1, maxLength: chunks.length - 1 }),
      ),
    );

  it("never lets a value change the tree, in any template that it accepts", () => {
    let accepted = 0;
    fc.assert(
      fc.property(templates, fc.boolean(), ([chunks, values], scriptingEnabled) => {
        const markers = values.map((_, index) => `zq${index}zq`);
        let plain: string;
        try {
          plain = template(chunks, markers);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        accepted++;
        const options = { scriptingEnabled };
        const tree = parseFragment(plain, options);
        expect(shapeOf(parseFragment(template(chunks, values), options))).toBe(shapeOf(tree));
        const refused =
          /name|#comment|attribute (?:on|style$|srcdoc$)|text in (?:script|style|iframe|xmp|noembed|noframes)$/;
        for (const marker of markers) {
          for (const place of placesOf(marker, tree)) expect(place).not.toMatch(refused);
        }
      }),
      { numRuns: 5_000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it("never lets a value choose a dangerous scheme, in any template that it accepts", () => {
    const url = fc.constantFrom(
      "java",
      "script",
      ":",
      "javascript:x",
      "data:text/html,x",
      "\t",
      "/",
      "#58;",
      "a",
    );
    const text = fc.constantFrom(
      "",
      "java",
      "script",
      ":",
      "/",
      "&",
      "&#",
      "x",
      " ",
      "\n",
      "&colon;",
      "&#115;",
    );
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 2, maxLength: 4 }),
        fc.array(url, { minLength: 3, maxLength: 3 }),
        (texts, values) => {
          const chunks = texts.map(
            (part, index) =>
              `${index === 0 ? '<a href="' : ""}${part}${index === texts.length - 1 ? '">' : ""}`,
          );
          let markup: string;
          try {
            markup = template(chunks, values.slice(0, chunks.length - 1));
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError);
            return;
          }
          const href = parseFragment(markup).childNodes?.[0]?.attrs?.[0]?.value ?? "";
          expect(["http:", "about:"]).toContain(URL.parse(href, "http://base.example/")?.protocol ?? "http:");
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
