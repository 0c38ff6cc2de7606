import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { html } from "./html.ts";
import { isSafeURL } from "./html-url.ts";

describe("a URL attribute", () => {
  it.each([
    "https://example.org/?a=1&b=2",
    "HTTP://example.org",
    "mailto:a@example.org",
    "tel:+43",
    "/path",
    "//host/path",
    "path/a:b",
    "?q=javascript:",
    "#a:b",
    "",
    "page",
    "1:2",
  ])("takes %j", (url) => {
    expect(html`<a href="${url}">`.toString()).toBe(`<a href="${url.replaceAll("&", "&amp;")}">`);
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\u0001\u001fjavascript:alert(1)",
    "\0javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\r\nscript\n:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:https://example.org/1",
    "file:///etc/passwd",
    "view-source:x",
  ])("makes %j about:invalid", (url) => {
    expect(html`<a href="${url}">`.toString()).toBe('<a href="about:invalid">');
    expect(html`<a href='${url}' id="${"x"}">`.toString()).toBe(`<a href='about:invalid' id="x">`);
  });

  it("reads no character references in a value: they are text", () => {
    expect(html`<a href="${"&#106;avascript:x"}">`.toString()).toBe('<a href="&amp;#106;avascript:x">');
  });

  it("is checked under each of its names, in any case", () => {
    const x = "javascript:x";
    const page = html`<a HREF="${x}" ping="${`/a ${x}`}"><img src="${x}" srcset="${`a.png, ${x}`}"><form action="${x}">
      <button formaction="${x}"><video poster="${x}"><q cite="${x}"><object data="${x}"><use xlink:href="${x}">
      <animate to="${x}" from="${x}" values="${`#a;${x}`}">`;
    expect(page.toString()).not.toContain("javascript");
    expect(page.toString().match(/"about:invalid"/g)).toHaveLength(13);
  });

  it("is checked as a whole when several values make it", () => {
    expect(html`<a href="${"java"}${"script:alert(1)"}">`.toString()).toBe('<a href="about:invalid">');
    expect(html`<a href="${"javascript"}:${"alert(1)"}" id="a">`.toString()).toBe(
      '<a href="about:invalid" id="a">',
    );
    expect(html`<a href="java${"script:x"}">`.toString()).toBe('<a href="about:invalid">');
    expect(html`<a href=" ${["java", "script:x"]}`.toString()).toBe('<a href="about:invalid');
    expect(html`<a href="${"https"}://${"example.org"}/?a=${"&"}">`.toString()).toBe(
      '<a href="https://example.org/?a=&amp;">',
    );
  });

  it("keeps what a template's references could be out of the scheme", () => {
    expect(html`<a href="${"javascript"}&colon;alert(1)">`.toString()).toBe('<a href="about:invalid">');
    expect(html`<a href="${"/list"}?a=1&amp;b=${"2"}">`.toString()).toBe('<a href="/list?a=1&amp;b=2">');
    expect(() => html`<a href="&#${"106;avascript:x"}">`).toThrow("references");
    expect(() => html`<a href="java&#115;cript:${"x"}">`).toThrow(TypeError);
  });

  it("takes any text after a start that settles the scheme", () => {
    expect(html`<a href="/users/${"a:b"}">`.toString()).toBe('<a href="/users/a:b">');
    expect(html`<a href="?q=${"javascript:"}">`.toString()).toBe('<a href="?q=javascript:">');
    expect(html`<a href="sms:${"123"}">`.toString()).toBe('<a href="sms:123">');
    expect(html`<img src="data:image/png;base64,${"AAAA"}">`.toString()).toContain("base64,AAAA");
  });

  it("refuses a value in a URL that is code", () => {
    expect(() => html`<a href="javascript:f('${"x"}')">`).toThrow(TypeError);
    expect(() => html`<a href="data:text/html,${"x"}">`).toThrow(TypeError);
    expect(() => html`<a href="data:image/svg+xml,${"x"}">`).toThrow(TypeError);
    expect(() => html`<a href="data:${"text/html,x"}">`).toThrow(TypeError);
  });

  it("never passes what the WHATWG parser gives another scheme", () => {
    const noise = fc.constantFrom(
      "",
      "\t",
      "\n",
      "\r",
      " ",
      "\0",
      "\u0001",
      "\u00a0",
      "\ufeff",
      ":",
      "/",
      "&",
      "x",
    );
    const part = fc.constantFrom(
      "java",
      "script",
      ":",
      "JAVASCRIPT",
      "data",
      "vb",
      "ws",
      "http",
      "alert(1)",
      "//",
    );
    const url = fc.oneof(
      fc.array(fc.oneof(noise, part), { maxLength: 8 }).map((parts) => parts.join("")),
      fc.string({ unit: "binary" }),
    );
    const safe = ["http:", "https:", "mailto:", "tel:"];
    fc.assert(
      fc.property(url, (text) => {
        const scheme = URL.parse(text, "http://base.example/")?.protocol;
        return !isSafeURL(text) || scheme === undefined || safe.includes(scheme);
      }),
      { numRuns: 2_000 },
    );
  });
});
