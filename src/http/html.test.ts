import { describe, expect, it } from "vitest";
import { Html, type HtmlValue, html } from "./html.ts";

/** A value that the types refuse, as it comes from code without types. */
function untyped(value: unknown): HtmlValue {
  return value as HtmlValue;
}

const attack = `<b>&"'`;
const escaped = "&lt;b&gt;&amp;&quot;&#39;";

describe("html in text", () => {
  it("escapes the five characters", () => {
    expect(html`<p>${attack}</p>`.toString()).toBe(`<p>${escaped}</p>`);
  });

  it("renders numbers, bigints and true, and nothing for null, undefined and false", () => {
    expect(html`${0} ${-1.5} ${10n} ${true}|${null}${undefined}${false}|`.toString()).toBe(
      "0 -1.5 10 true||",
    );
  });

  it("nests markup without escaping it twice", () => {
    expect(html`<ul>${html`<li>${attack}</li>`}</ul>`.toString()).toBe(`<ul><li>${escaped}</li></ul>`);
  });

  it("renders the members of arrays, nested ones too, without separators", () => {
    expect(html`<p>${["a", ["<", 1], html`<br>`, null]}</p>`.toString()).toBe("<p>a&lt;1<br></p>");
  });

  it("takes html.raw as it stands", () => {
    expect(html`<p>${html.raw("<b>x</b>")}</p>`.toString()).toBe("<p><b>x</b></p>");
  });

  it("counts <title> and <textarea> as text, and keeps nested markup from ending them", () => {
    expect(html`<title>${attack}</title><p>${1}</p>`.toString()).toBe(`<title>${escaped}</title><p>1</p>`);
    expect(html`<textarea>${html`a &amp; </textarea><b>`}</textarea>`.toString()).toBe(
      "<textarea>a &amp; &lt;/textarea>&lt;b></textarea>",
    );
  });

  it("sees text after comments, doctypes, void elements and a lone <", () => {
    const page = html`<!doctype html><!-- a > b --><!--> --><?x?></3><br/>1 < 2 ${"<"}`;
    expect(page.toString()).toContain("1 < 2 &lt;");
  });
});

describe("html in attributes", () => {
  it("escapes quoted values, in double and in single quotes", () => {
    expect(html`<p title="${attack}" lang='${attack}'>`.toString()).toBe(
      `<p title="${escaped}" lang='${escaped}'>`,
    );
  });

  it("takes markup for text there, html.raw's too", () => {
    expect(html`<p title="${html`<b class="x">`}">`.toString()).toBe(
      '<p title="&lt;b class=&quot;x&quot;&gt;">',
    );
    expect(html`<p title="${html.raw('"')}">`.toString()).toBe('<p title="&quot;">');
  });

  it("lets a quote stay open at the end of a template", () => {
    expect(html`<p title="${attack}`.toString()).toBe(`<p title="${escaped}`);
  });
});

describe("html refuses a value where none can stand", () => {
  const refused: [place: string, make: () => Html][] = [
    ["unquoted", () => html`<p title=${"x"}>`],
    ["unquoted", () => html`<p title=a${"x"}>`],
    ["unquoted", () => html`<p title= /${"x"}>`],
    ["tag's name", () => html`<${"p"}>`],
    ["tag's name", () => html`<p${"x"}>`],
    ["tag's name", () => html`</${"p"}>`],
    ["attribute's name", () => html`<p ${"x"}>`],
    ["attribute's name", () => html`<p data-${"x"}="1">`],
    ["attribute's name", () => html`<p title ${"x"}>`],
    ["attribute's name", () => html`<p title="a"${"x"}>`],
    ["attribute's name", () => html`<p title="${"a"}"${"x"}>`],
    ["attribute's name", () => html`<p/${"x"}>`],
    ["comment", () => html`<!-- ${"x"} -->`],
    ["comment", () => html`<!-${"x"}->`],
    ["comment", () => html`<!doctype ${"x"}>`],
    ["comment", () => html`<?${"x"}>`],
    ["attribute's name", () => html`<!-- --!><p title="a" ${"-->"}>`],
    ["event handler", () => html`<!-- --!><p onclick="-->${"x"}">`],
    ["event handler", () => html`<!--><p onclick="-->${"x"}">`],
    ["which is a comment in HTML", () => html`<![CDATA[${"x"}]]>`],
    ["event handler attribute onclick=", () => html`<p onclick="f('${"x"}')">`],
    ["event handler attribute onclick=", () => html`<p ONCLICK = '${"x"}'>`],
    ["in style=: use", () => html`<p style="color: ${"x"}">`],
    ["page of its own", () => html`<iframe srcdoc="${"x"}"></iframe>`],
    ["inside <iframe>", () => html`<iframe>${"x"}</iframe>`],
    ["inside <xmp>", () => html`<xmp>${"x"}</xmp>`],
    ["which no tag ends", () => html`<plaintext>${"x"}`],
    ["in attributeName=:", () => html`<svg><set attributeName="${"href"}" to="x" /></svg>`],
    ['"<" in the text of <title>', () => html`<svg><title><a href="${"x"}"></title></svg>`],
    ['"<" in the text of <title>', () => html`<title>a</ti${"tle "}>`],
    ['"<" in the text of <textarea>', () => html`<textarea><${"/textarea "}>`],
    ["not a tag to every browser", () => html`<noscript><p title="</noscript><p onclick='">${"x"}`],
    ["after <style/>:", () => html`<svg><style/><p title="${"x"}"></svg>`],
  ];
  it.each(refused)("%s (%#)", (place, make) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(place);
  });

  it("each time, not only the first", () => {
    const make = () => html`<p title=${"x"}>`;
    expect(make).toThrow("quote it");
    expect(make).toThrow("quote it");
  });

  it("never tells the value", () => {
    expect(() => html`<p title=${"hunter2"}>`).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
    );
  });
});

describe("html inside <script> and <style>", () => {
  it("takes html.raw alone", () => {
    expect(html`<script>f(${html.raw("1 < 2")})</script>`.toString()).toBe("<script>f(1 < 2)</script>");
    expect(html`<style>p { color: ${[html.raw("red"), null]} }</style>`.toString()).toContain("color: red }");
    expect(() => html`<script>f("${"x"}")</script>`).toThrow(
      /inside <script> is code.*data- attribute.*html\.raw/,
    );
    expect(() => html`<script>f(${1})</script>`).toThrow(TypeError);
    expect(() => html`<style>p { color: ${"red"} }</style>`).toThrow("inside <style>");
    expect(() => html`<script>${html`x`}</script>`).toThrow("inside <script>");
  });

  it.each(["</script><img src=x onerror=alert(1)>", "</SCRIPT ", "<!--<script>", "<", "</scr", "x <!-"])(
    "refuses html.raw(%j), which ends or hides the script",
    (code) => {
      expect(() => html`<script>${html.raw(code)}</script>`).toThrow("\\u003c");
    },
  );

  it("refuses parts that end the script together", () => {
    expect(() => html`<script>${html.raw("<")}${html.raw("/script>")}</script>`).toThrow(TypeError);
    expect(() => html`<script>${[html.raw("</scr"), html.raw("ipt>")]}</script>`).toThrow(TypeError);
    expect(() => html`<script>a <${html.raw("/script>")}</script>`).toThrow(TypeError);
  });

  it("refuses html.raw that ends the style", () => {
    expect(() => html`<style>${html.raw("</style><b>")}</style>`).toThrow("\\3c");
  });

  it("knows that </script> does not end a script after <!--<script>", () => {
    expect(() => html`<script><!--<script></script>${html.raw("x")}`).toThrow("inside <script>");
    expect(html`<script><!--<script></script>--></script>${"<"}`.toString()).toMatch(/&lt;$/);
    expect(html`<script><!--></script>${"<"}`.toString()).toMatch(/&lt;$/);
  });

  it("is not fooled by tags in a script's strings", () => {
    expect(html`<script>const a = "<p title='", b = "</scripty>"</script>${"<"}`.toString()).toMatch(/&lt;$/);
  });
});

describe("html takes no other values", () => {
  it.each([
    ["await it", Promise.resolve("x")],
    ["call it", () => "x"],
    ["String(value)", { toString: () => "<b>" }],
    ["String(value)", new Date(0)],
    ["pass a string", Symbol("x")],
  ])("and advises: %s", (advice, value) => {
    expect(() => html`<p>${untyped(value)}</p>`).toThrow(advice);
    expect(() => html`<p title="${untyped(value)}"></p>`).toThrow(TypeError);
    expect(() => html`<p>${[untyped(value)]}</p>`).toThrow(TypeError);
  });

  it("nested markup that ends inside a tag, a comment or a raw text element", () => {
    for (const open of [
      html`<p title="`,
      html`<a `,
      html`<!-- `,
      html`<script>`,
      html`<title>`,
      html`<svg>`,
    ]) {
      expect(() => html`${open}${"x"}`).toThrow("close it");
    }
  });
});

describe("Html", () => {
  it("is made by the tag and by html.raw only", () => {
    const construct = Html as unknown as new (...args: unknown[]) => Html;
    expect(() => new construct("<b>")).toThrow("html.raw");
    expect(() => new construct(Symbol("html"), "<b>", true, true)).toThrow("html.raw");
    expect(() => html("<b>" as unknown as TemplateStringsArray)).toThrow("html.raw");
    expect(() => html(["<b>"] as unknown as TemplateStringsArray)).toThrow("html.raw");
    expect(() => html.raw(untyped({}) as string)).toThrow("html.raw takes a string, not object");
  });

  it("is told from what looks like it", () => {
    expect(Html.isHtml(html`<b>`)).toBe(true);
    expect(Html.isHtml("<b>")).toBe(false);
    expect(Html.isHtml(Object.create(Html.prototype))).toBe(false);
    expect(() => html`<p>${Object.create(Html.prototype)}</p>`).toThrow(TypeError);
  });

  it("refuses a template with a bad escape", () => {
    const strings = Object.assign([undefined], { raw: ["\\u"] }) as unknown as TemplateStringsArray;
    expect(() => html(strings)).toThrow("escape");
  });
});
