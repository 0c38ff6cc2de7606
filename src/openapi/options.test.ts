import { describe, expect, it } from "vitest";
import { API } from "../api.ts";
import { pathFrom, resolveDescription } from "./options.ts";

describe("what an application says of itself", () => {
  it("is sensible without a word", () => {
    expect(resolveDescription({})).toEqual({
      info: { title: "API", version: "0.0.0" },
      documentPath: "/schema",
      docsPath: "/docs",
      public: undefined,
      servers: [{ url: "." }],
      served: true,
    });
  });

  it("may be turned off", () => {
    expect(resolveDescription({ openapi: false }).served).toBe(false);
    expect(resolveDescription({ openapi: true }).served).toBe(true);
  });

  it.each([
    [{ title: "" }, "title takes a text"],
    [{ version: 1 as unknown as string }, "version takes a text"],
    [{ description: "" }, "description takes a text"],
    [{ openapi: "off" as unknown as boolean }, "openapi takes true, false or an object"],
    [{ openapi: { docPath: "/x" } as object }, 'Did you mean "docsPath"?'],
    [{ openapi: { docsPath: "docs" } }, "docsPath takes a path of literal segments"],
    [{ openapi: { docsPath: "/" } }, "docsPath takes a path of literal segments"],
    [{ openapi: { docsPath: "/docs/" } }, "docsPath takes a path of literal segments"],
    [{ openapi: { documentPath: "/{name}" } }, "documentPath takes a path of literal segments"],
    [{ openapi: { public: "" } }, "public takes true, or the reason"],
    [{ openapi: { servers: [] } }, "servers takes a list"],
    [{ openapi: { servers: [{ address: "x" }] as never } }, "servers takes a list"],
  ])("%o is refused when the application is made", (options, message) => {
    expect(() => new API(options)).toThrow(message);
  });
});

describe("a path as seen from another", () => {
  it.each([
    ["/docs", "/docs/init.js", "docs/init.js"],
    ["/docs", "/schema.json", "schema.json"],
    ["/internal/docs", "/internal/docs/init.js", "docs/init.js"],
    ["/internal/docs", "/schema.json", "../schema.json"],
    ["/a/b/docs", "/a/c/schema.json", "../c/schema.json"],
    ["/schema", "/", ""],
    ["/a/b/schema", "/", "../.."],
  ])("from %s to %s is %s", (from, to, expected) => {
    expect(pathFrom(from, to)).toBe(expected);
    const base = new URL(from, "https://example.com");
    expect(new URL(pathFrom(from, to) || ".", base).pathname).toBe(to);
  });
});
