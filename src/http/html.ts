import type { CodeHole, ScannedTemplate } from "./html-holes.ts";
import { scanTemplate } from "./html-scanner.ts";
import { INVALID_URL, isSafeURL, maskReferences } from "./html-url.ts";

/** What an `html` template takes. null, undefined and false give nothing, true gives "true". */
export type HtmlValue = string | number | bigint | boolean | null | undefined | Html | readonly HtmlValue[];

/** The `html` template tag, and `html.raw`. */
export interface HtmlTag {
  /**
   * Makes markup from a template. Values are escaped by where they stand: in text and in quoted attribute
   * values. In URL attributes (`href`, `src`, `action`, …) only http, https, mailto, tel and relative URLs
   * pass; others become `about:invalid`. Arrays render their members one after the other; {@link Html} is
   * markup in text, and plain text in an attribute. null, undefined and false give nothing, true gives "true".
   *
   * @throws TypeError for a value where none can stand: in a tag or attribute name, an unquoted attribute, a
   * comment, `on…=`, `style=`, `srcdoc=`, and, but for `html.raw`, inside `<script>` and `<style>`
   * @throws TypeError for a value that is not an {@link HtmlValue}: an object, a function, a promise, a symbol
   * @throws TypeError for nested markup that ends inside a tag, a comment, `<svg>` or a raw text element
   * @example
   * resp.html = html`<ul>${names.map((name) => html`<li title="${name}">${name}</li>`)}</ul>`;
   */
  (strings: TemplateStringsArray, ...values: HtmlValue[]): Html;
  /**
   * Takes a string for markup, unescaped. Whoever can write to that string owns the page: give it your own
   * text, or what a sanitizer returned, and never a request's.
   *
   * @throws TypeError when `markup` is not a string
   * @example
   * html`<script>const user = ${html.raw(JSON.stringify(user).replaceAll("<", "\\u003c"))}</script>`;
   */
  raw(markup: string): Html;
}

const KEY = Symbol("html");

// The class hands these out from within, so that the module alone can make and open markup.
let create: (markup: string, isRaw: boolean, endsInText: boolean) => Html;
let isRaw: (value: Html) => boolean;
let nested: (value: Html) => string;

/** Markup: made by the {@link html} template tag or by `html.raw`, and by nothing else. */
export class Html {
  readonly #markup: string;
  readonly #isRaw: boolean;
  readonly #endsInText: boolean;

  private constructor(key: symbol, markup: string, isRaw: boolean, endsInText: boolean) {
    if (key !== KEY)
      throw new TypeError("Html is made by html`…`, or by html.raw(string) for your own markup");
    this.#markup = markup;
    this.#isRaw = isRaw;
    this.#endsInText = endsInText;
  }

  /** Whether a value is markup. An object that only looks like it is not. */
  static isHtml(value: unknown): value is Html {
    return typeof value === "object" && value !== null && #markup in value;
  }

  /** The markup as a string. */
  toString(): string {
    return this.#markup;
  }

  static {
    create = (markup, isRaw, endsInText) => new Html(KEY, markup, isRaw, endsInText);
    isRaw = (value) => value.#isRaw;
    nested = (value) => {
      if (value.#endsInText) return value.#markup;
      throw new TypeError(
        "html: nested markup ends inside a tag, a comment, <svg> or a raw text element: close it in its own template",
      );
    };
  }
}

const templates = new WeakMap<TemplateStringsArray, ScannedTemplate>();

function tag(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  let template = templates.get(strings);
  if (template === undefined) {
    if (!Array.isArray(strings) || !Array.isArray(strings.raw)) {
      throw new TypeError("html is a template tag: write html`…`, or html.raw(string) for your own markup");
    }
    template = scanTemplate(strings);
    templates.set(strings, template);
  }
  return create(render(strings, template, values), false, template.endsInText);
}

/** Escaped markup from templates: see {@link HtmlTag}. */
export const html: HtmlTag = Object.freeze(
  Object.assign(tag, {
    raw(markup: string): Html {
      if (typeof markup !== "string") throw new TypeError(`html.raw takes a string, not ${nameOf(markup)}`);
      return create(markup, true, true);
    },
  }),
);

function render(
  strings: TemplateStringsArray,
  template: ScannedTemplate,
  values: readonly HtmlValue[],
): string {
  let out = strings[0]!;
  let urlFrom = 0;
  let url = "";
  for (let index = 0; index < template.holes.length; index++) {
    const hole = template.holes[index]!;
    const value = values[index];
    const next = strings[index + 1]!;
    switch (hole.kind) {
      case "text":
        out += inText(value) + next;
        break;
      case "attribute":
        out += escapeHtml(plain(value)) + next;
        break;
      case "rcdata":
        out += inRcdata(value) + next;
        break;
      case "code":
        out += inCode(value, hole) + next;
        break;
      case "url": {
        if (hole.prefix !== undefined) {
          urlFrom = out.length - hole.prefix.length;
          url = maskReferences(hole.prefix);
        }
        const text = plain(value);
        url += text + maskReferences(hole.suffix);
        if (hole.last && !(hole.separator ? url.split(hole.separator).every(isSafeURL) : isSafeURL(url))) {
          out = out.slice(0, urlFrom) + INVALID_URL + next.slice(hole.suffix.length);
        } else {
          out += escapeHtml(text) + next;
        }
      }
    }
  }
  return out;
}

function inText(value: HtmlValue): string {
  if (typeof value === "string") return escapeHtml(value);
  if (isList(value)) return value.map(inText).join("");
  return Html.isHtml(value) ? nested(value) : escapeHtml(plain(value));
}

/** Tags are text here, so that an end tag in the markup must not end the element. */
function inRcdata(value: HtmlValue): string {
  if (isList(value)) return value.map(inRcdata).join("");
  return Html.isHtml(value) ? value.toString().replaceAll("<", "&lt;") : escapeHtml(plain(value));
}

function inCode(value: HtmlValue, hole: CodeHole): string {
  const text = rawText(value, hole.element);
  if (hole.admits(text)) return text;
  throw new TypeError(
    `html: html.raw inside <${hole.element}> holds a "<" that can end the element or hide what follows: ` +
      (hole.element === "script"
        ? 'write it as "\\u003c" in a string, or put a space after it'
        : 'write it as "\\3c "'),
  );
}

function rawText(value: HtmlValue, element: string): string {
  if (value === null || value === undefined || value === false) return "";
  if (isList(value)) return value.map((member) => rawText(member, element)).join("");
  if (Html.isHtml(value) && isRaw(value)) return value.toString();
  throw new TypeError(
    `html: a value inside <${element}> is code: put it in a data- attribute, or take it for code with html.raw` +
      (element === "script" ? '(JSON.stringify(value).replaceAll("<", "\\\\u003c"))' : "(string)"),
  );
}

/** A value as text, not yet escaped. */
function plain(value: HtmlValue): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined || value === false) return "";
  if (typeof value === "number" || typeof value === "bigint" || value === true) return String(value);
  if (isList(value)) return value.map(plain).join("");
  if (Html.isHtml(value)) return value.toString();
  throw new TypeError(`html takes no ${nameOf(value)}: ${adviceFor(value)}`);
}

function isList(value: HtmlValue): value is readonly HtmlValue[] {
  return Array.isArray(value);
}

function nameOf(value: unknown): string {
  if (value instanceof Promise) return "promise";
  return value === null ? "null" : typeof value;
}

function adviceFor(value: unknown): string {
  if (value instanceof Promise) return "await it first";
  if (typeof value === "function") return "call it, and pass what it returns";
  if (typeof value === "symbol") return "pass a string";
  return "pass one of its fields, or String(value)";
}

/** Escapes `&`, `<`, `>`, `"` and `'` for text and for quoted attribute values. */
export function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, reference) : text;
}

function reference(character: string): string {
  switch (character) {
    case "&":
      return "&amp;";
    case "<":
      return "&lt;";
    case ">":
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return "&#39;";
  }
}
