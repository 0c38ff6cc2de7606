/** How a value is put into an attribute. */
export type AttributeRule =
  | { readonly kind: "text" }
  | { readonly kind: "url"; readonly separator: RegExp | null }
  | { readonly kind: "refused"; readonly place: string };

const TEXT: AttributeRule = { kind: "text" };
const ONE_URL: AttributeRule = { kind: "url", separator: null };
const IMAGE_CANDIDATES: AttributeRule = { kind: "url", separator: /,/ };

const ONE_URL_NAMES = "href xlink:href src action formaction poster cite data background longdesc manifest";

const URL_ATTRIBUTES: ReadonlyMap<string, AttributeRule> = new Map<string, AttributeRule>([
  ...ONE_URL_NAMES.split(" ").map((name): [string, AttributeRule] => [name, ONE_URL]),
  ["ping", { kind: "url", separator: /[\t\n\f\r ]+/ }],
  ["srcset", IMAGE_CANDIDATES],
  ["imagesrcset", IMAGE_CANDIDATES],
]);

/** SVG animations can set `href`: their values count as URLs. */
const ANIMATED_VALUES: ReadonlyMap<string, AttributeRule> = new Map<string, AttributeRule>([
  ["to", ONE_URL],
  ["from", ONE_URL],
  ["by", ONE_URL],
  ["values", { kind: "url", separator: /;/ }],
  ["attributename", { kind: "refused", place: "in attributeName=: write the name in the template" }],
]);

/** The rule for an attribute, both names in lower case. */
export function attributeRule(element: string, attribute: string): AttributeRule {
  if (attribute.startsWith("on")) {
    return {
      kind: "refused",
      place: `in the event handler attribute ${attribute}=: use a data- attribute, and addEventListener in a script`,
    };
  }
  if (attribute === "style") {
    return { kind: "refused", place: "in style=: use a class, or a data- attribute" };
  }
  if (attribute === "srcdoc") {
    return {
      kind: "refused",
      place: "in srcdoc=, which is a page of its own: serve it from its own URL by src=",
    };
  }
  const animated = element === "animate" || element === "set" ? ANIMATED_VALUES.get(attribute) : undefined;
  return animated ?? URL_ATTRIBUTES.get(attribute) ?? TEXT;
}
