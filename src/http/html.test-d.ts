import { describe, expectTypeOf, it } from "vitest";
import { Html, type HtmlValue, html } from "./html.ts";

describe("the types of html", () => {
  it("give Html, and nothing is any", () => {
    expectTypeOf(html`<p>${"text"}</p>`).toEqualTypeOf<Html>();
    expectTypeOf(html.raw("<hr>")).toEqualTypeOf<Html>();
    expectTypeOf<HtmlValue>().not.toBeAny();
    expectTypeOf(html).parameters.toEqualTypeOf<[strings: TemplateStringsArray, ...values: HtmlValue[]]>();
  });

  it("take text, numbers, booleans, nothing, markup, and arrays of them", () => {
    expectTypeOf<string | number | bigint | boolean | null | undefined | Html>().toExtend<HtmlValue>();
    expectTypeOf<readonly (Html | readonly string[])[]>().toExtend<HtmlValue>();
  });

  it("refuse what renders as no text", () => {
    expectTypeOf<Promise<string>>().not.toExtend<HtmlValue>();
    expectTypeOf<() => string>().not.toExtend<HtmlValue>();
    expectTypeOf<{ name: string }>().not.toExtend<HtmlValue>();
    expectTypeOf<symbol>().not.toExtend<HtmlValue>();
    expectTypeOf<Date>().not.toExtend<HtmlValue>();
    expectTypeOf<URL>().not.toExtend<HtmlValue>();
    expectTypeOf<unknown>().not.toExtend<HtmlValue>();
  });

  it("let no string and no look-alike pass for markup", () => {
    expectTypeOf<string>().not.toExtend<Html>();
    expectTypeOf<{ toString(): string }>().not.toExtend<Html>();
    // @ts-expect-error the constructor is private
    void (() => new Html("<b>"));
    // @ts-expect-error html is a template tag
    void (() => html("<b>"));
  });

  it("narrow by Html.isHtml", () => {
    const value: unknown = html``;
    if (Html.isHtml(value)) expectTypeOf(value).toEqualTypeOf<Html>();
  });
});
