import { attributeRule } from "./html-attributes.ts";
import {
  endsInScriptStop,
  type Hole,
  MARKUP_START,
  REFUSED_PLACES,
  SCRIPT_HOLE,
  type ScannedTemplate,
  styleHole,
  type URLHole,
} from "./html-holes.ts";
import {
  ATTRIBUTE_NAME,
  BETWEEN_ATTRIBUTES,
  commentEnd,
  RAW_ELEMENTS,
  SCRIPT_STEPS,
  skip,
  TAG_NAME,
  UNQUOTED_VALUE,
  WHITESPACE,
} from "./html-tokens.ts";
import { isSafeTemplateURL, maskReferences, urlStart } from "./html-url.ts";

type Mode = "text" | "raw" | "quoted" | keyof typeof REFUSED_PLACES;

/**
 * Scans a template's own text as a browser's tokenizer does, to know each hole's context. Where tree building
 * could change the tokenizer's state (foreign content, `<noscript>`), holes after the doubtful spot are refused.
 *
 * @throws TypeError for a hole where no value can stand, naming the place and the way out
 */
export function scanTemplate(strings: readonly (string | undefined)[]): ScannedTemplate {
  const scanner = new Scanner();
  const holes: Hole[] = [];
  for (const [index, chunk] of strings.entries()) {
    if (chunk === undefined) throw new TypeError("html: the template has a bad escape sequence");
    scanner.read(chunk);
    if (index < strings.length - 1) holes.push(scanner.hole());
  }
  return { holes, endsInText: scanner.finish() };
}

class Scanner {
  #mode: Mode = "text";
  #chunk = "";
  /** Why the rest cannot be trusted; empty while all is clear. */
  #unclear = "";
  #tag = "";
  #closing = false;
  #attribute = "";
  #quote = "";
  /** The text of the quoted value since it began; holes leave none. */
  #value = "";
  #lastURL: URLHole | undefined;
  /** Which of `SCRIPT_STEPS` the script's text is in. */
  #scriptStep: 0 | 1 | 2 = 0;
  readonly #foreign: string[] = [];
  #noscript = false;

  read(chunk: string): void {
    this.#chunk = chunk;
    let at = 0;
    while (at < chunk.length && this.#unclear === "") {
      const from = at;
      const wasNoscript = this.#noscript;
      at = this.#step(at);
      // With scripting <noscript> is raw text, and ends even within an attribute or a comment.
      if (wasNoscript && this.#noscript && /<\/noscript/i.test(chunk.slice(from, at))) {
        this.#unclear = "after a </noscript> that is not a tag to every browser: write &lt;/noscript";
      }
    }
  }

  hole(): Hole {
    if (this.#unclear !== "") throw this.#refuse(this.#unclear);
    if (this.#mode === "text") return { kind: "text" };
    if (this.#mode === "raw") return this.#rawHole();
    if (this.#mode === "quoted") return this.#attributeHole();
    throw this.#refuse(REFUSED_PLACES[this.#mode]);
  }

  finish(): boolean {
    if (this.#lastURL) this.#lastURL.last = true;
    return this.#mode === "text" && this.#unclear === "" && this.#foreign.length === 0;
  }

  #step(at: number): number {
    if (this.#mode === "raw") return this.#raw(at);
    return this.#mode === "quoted" ? this.#quoted(at) : this.#text(at);
  }

  #text(at: number): number {
    const chunk = this.#chunk;
    const open = chunk.indexOf("<", at);
    if (open < 0) return chunk.length;
    const next = chunk[open + 1];
    if (next === undefined) return this.#end("tagName");
    if (/[a-z]/i.test(next)) return this.#tagName(open + 1, false);
    if (next === "!" || next === "?") return this.#comment(open);
    if (next !== "/") return open + 1;
    const name = chunk[open + 2];
    if (name === undefined) return this.#end("tagName");
    if (/[a-z]/i.test(name)) return this.#tagName(open + 2, true);
    return this.#comment(open);
  }

  #comment(open: number): number {
    const chunk = this.#chunk;
    if (/^<!\[CDATA\[/.test(chunk.slice(open, open + 9))) {
      this.#unclear = "after <![CDATA[, which is a comment in HTML: write the text itself";
      return chunk.length;
    }
    const end = commentEnd(chunk, open);
    return end < 0 ? this.#end("comment") : end;
  }

  #raw(at: number): number {
    const chunk = this.#chunk;
    if (this.#tag === "script" && this.#foreign.length === 0) return this.#script(at);
    const open = chunk.indexOf("<", at);
    if (open < 0) return chunk.length;
    const after = open + 2 + this.#tag.length;
    if (
      chunk.slice(open, after).toLowerCase() === `</${this.#tag}` &&
      /[\t\n\f\r />]/.test(chunk[after] ?? "")
    ) {
      return this.#tagName(open + 2, true);
    }
    if (!MARKUP_START.test(chunk.slice(open, open + 2))) return open + 1;
    this.#unclear = `after "<" in the text of <${this.#tag}>: write it as a character reference or an escape`;
    return chunk.length;
  }

  #script(at: number): number {
    const steps = SCRIPT_STEPS[this.#scriptStep];
    steps.lastIndex = at;
    const match = steps.exec(this.#chunk);
    if (!match) return this.#chunk.length;
    const found = match[0].toLowerCase();
    if (found === "</script" && this.#scriptStep < 2) return this.#tagName(match.index + 2, true);
    if (found === "-->") this.#scriptStep = 0;
    else this.#scriptStep = found === "<script" ? 2 : 1;
    // The dashes of "<!--" may be those of "-->" as well.
    return found === "<!--" ? match.index + 2 : steps.lastIndex;
  }

  #tagName(at: number, closing: boolean): number {
    const end = skip(TAG_NAME, this.#chunk, at);
    if (end === this.#chunk.length) return this.#end("tagName");
    this.#tag = this.#chunk.slice(at, end).toLowerCase();
    this.#closing = closing;
    return this.#attributes(end);
  }

  #attributes(start: number): number {
    const chunk = this.#chunk;
    let at = skip(BETWEEN_ATTRIBUTES, chunk, start);
    while (at < chunk.length) {
      if (chunk[at] === ">") {
        this.#tagEnd(chunk[at - 1] === "/" && at > start);
        return at + 1;
      }
      const nameEnd = skip(ATTRIBUTE_NAME, chunk, at);
      this.#attribute = chunk.slice(at, nameEnd).toLowerCase();
      at = skip(WHITESPACE, chunk, nameEnd);
      if (chunk[at] === "=") {
        at = skip(WHITESPACE, chunk, at + 1);
        const quote = chunk[at];
        if (quote === '"' || quote === "'") {
          this.#mode = "quoted";
          this.#quote = quote;
          this.#value = "";
          return at + 1;
        }
        at = skip(UNQUOTED_VALUE, chunk, at);
        if (at === chunk.length) return this.#end("unquoted");
      }
      start = at;
      at = skip(BETWEEN_ATTRIBUTES, chunk, at);
    }
    return this.#end("attributeName");
  }

  #quoted(at: number): number {
    const close = this.#chunk.indexOf(this.#quote, at);
    const text = this.#chunk.slice(at, close < 0 ? undefined : close);
    this.#value += text;
    if (this.#lastURL) this.#lastURL.suffix = text;
    if (close < 0) return this.#chunk.length;
    if (this.#lastURL) this.#lastURL.last = true;
    this.#lastURL = undefined;
    return this.#attributes(close + 1);
  }

  #tagEnd(selfClosing: boolean): void {
    const tag = this.#tag;
    this.#mode = "text";
    if (this.#closing) {
      if (tag === "noscript") this.#noscript = false;
      const opened = this.#foreign.lastIndexOf(tag);
      if (opened >= 0) this.#foreign.length = opened;
    } else if (tag === "svg" || tag === "math") {
      if (!selfClosing) this.#foreign.push(tag);
    } else if (tag === "noscript") {
      this.#noscript = true;
    } else if (tag === "plaintext") {
      this.#unclear = "after <plaintext>, which no tag ends: use <pre>";
    } else if (RAW_ELEMENTS.has(tag)) {
      this.#mode = "raw";
      this.#scriptStep = 0;
      if (selfClosing && this.#foreign.length > 0) this.#unclear = `after <${tag}/>: write the end tag`;
    }
  }

  #rawHole(): Hole {
    const element = this.#tag;
    if (element === "title" || element === "textarea") return { kind: "rcdata" };
    if (element === "style" || (element === "script" && this.#foreign.length > 0)) {
      return styleHole(element);
    }
    if (element !== "script") throw this.#refuse(`inside <${element}>: put it outside`);
    if (this.#scriptStep > 0) throw this.#refuse('after "<!--" inside <script>: take the "<!--" out');
    if (endsInScriptStop(this.#chunk)) throw this.#refuse('after "<" inside <script>: put a space between');
    return SCRIPT_HOLE;
  }

  #attributeHole(): Hole {
    const rule = attributeRule(this.#tag, this.#attribute);
    if (rule.kind === "refused") throw this.#refuse(rule.place);
    if (rule.kind === "text") return { kind: "attribute" };
    if (!this.#lastURL && !rule.separator) {
      const start = maskReferences(this.#value);
      if (!isSafeTemplateURL(start)) {
        throw this.#refuse(
          `in ${this.#attribute}="${this.#value}…": the rest of such a URL can be code, so take the whole URL ` +
            "from one value, or write its scheme without character references",
        );
      }
      if (urlStart(start) !== "open") return { kind: "attribute" };
    }
    const prefix = this.#lastURL ? undefined : this.#value;
    this.#lastURL = { kind: "url", prefix, separator: rule.separator, suffix: "", last: false };
    return this.#lastURL;
  }

  #end(mode: Mode): number {
    this.#mode = mode;
    return this.#chunk.length;
  }

  #refuse(place: string): TypeError {
    return new TypeError(`html: no value can stand ${place} (after \`${this.#chunk.slice(-40)}\`)`);
  }
}
