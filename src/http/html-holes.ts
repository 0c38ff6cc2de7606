/** A hole in a URL attribute. The holes and the text of one value are checked together. */
export interface URLHole {
  readonly kind: "url";
  /** The value's text before its first hole; undefined for the value's later holes. */
  readonly prefix: string | undefined;
  /** Where the attribute takes a list: what parts its URLs. */
  readonly separator: RegExp | null;
  /** The value's text from this hole to the next one, or to the closing quote. */
  suffix: string;
  /** Whether the value ends after `suffix`. */
  last: boolean;
}

/** A hole in the text of `<script>` or `<style>`, which takes `html.raw` alone. */
export interface CodeHole {
  readonly kind: "code";
  readonly element: string;
  /** Whether text can stand here without ending the element or changing how what follows is read. */
  readonly admits: (text: string) => boolean;
}

/** Where a value lands, as a browser sees it. `rcdata` is the text of `<title>` and `<textarea>`. */
export type Hole = { readonly kind: "text" | "rcdata" | "attribute" } | URLHole | CodeHole;

/** What one template says about its holes. */
export interface ScannedTemplate {
  readonly holes: readonly Hole[];
  /** Whether markup may follow: the template ends outside every tag, comment and raw text element. */
  readonly endsInText: boolean;
}

/** Places in which no value can stand, with what to do instead. */
export const REFUSED_PLACES = {
  tagName: "in a tag's name: write the tag in the template, and choose between two templates",
  attributeName:
    "where an attribute's name stands: write the name in the template, and choose between two templates",
  unquoted: 'in an unquoted attribute value: quote it, name="…"',
  comment: "in a comment or declaration: put it outside",
} as const;

/** A "<" that the tokenizer could take for more than text. */
export const MARKUP_START = /<(?=[a-z/!?]|$)/i;

const SCRIPT_STOP = /<(?=\/script|!--)/i;

/** A hole in a script's text. */
export const SCRIPT_HOLE: CodeHole = {
  kind: "code",
  element: "script",
  admits: (text) => !SCRIPT_STOP.test(text) && !endsInScriptStop(text),
};

/** A hole in the text of `<style>`, or of a `<script>` within `<svg>`, whose text browsers read as markup. */
export function styleHole(element: string): CodeHole {
  return { kind: "code", element, admits: (text) => !MARKUP_START.test(text) };
}

/** Whether the text ends in what could become `</script` or `<!--` with what follows. */
export function endsInScriptStop(text: string): boolean {
  const open = text.lastIndexOf("<");
  const tail = text.slice(open).toLowerCase();
  return open >= 0 && ("</script".startsWith(tail) || "<!--".startsWith(tail));
}
