import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redirectLocation, redirectStatus } from "./redirect.ts";

const base = "https://app.example/login/form?next=1";

function own(location: string, requestURL = base): string {
  return redirectLocation(location, { base: requestURL, external: false });
}

function external(location: string): string {
  return redirectLocation(location, { base, external: true });
}

describe("redirectLocation", () => {
  it.each([
    "/",
    "/dashboard?tab=1#top",
    "next",
    "../list",
    "?page=2",
    "#top",
    "./a:b",
    "/a//b",
    "/login?next=//evil.example",
    "/login?next=https://evil.example",
    "/.//evil.example",
    "https://app.example/next?a=1",
  ])("keeps %j, which stays on this origin", (location) => {
    expect(own(location)).toBe(location);
  });

  it("compares origins, not hosts", () => {
    expect(() => own("http://app.example/")).toThrow("{ external: true }");
    expect(() => own("https://app.example:8443/")).toThrow("{ external: true }");
    expect(own("https://APP.example:443/x")).toBe("https://app.example/x");
    expect(own("http://app.example:443/x", "http://app.example:443/")).toBe("http://app.example:443/x");
    expect(own("//app.example/x")).toBe("//app.example/x");
    expect(redirectLocation("/x y", { base: new URL("http://app.example:8080/"), external: false })).toBe(
      "/x%20y",
    );
  });

  it.each([
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "http:evil.example",
    "https:/evil.example",
    "http:\\\\evil.example",
    "https:app.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n\\evil.example",
    " //evil.example",
    "\u0000\u001f //evil.example",
    "\thttps://evil.example",
    "ht\ntps://evil.example",
    "https://app.example@evil.example/",
    "https://app.example:pw@evil.example/",
    "//app.example@evil.example/",
    "https://app.example.evil.example/",
    "https://evil.example\\@app.example/",
    "https://evil.example#@app.example/",
    "//evil。example",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "blob:https://app.example/1",
    "file:///etc/passwd",
    "myapp://callback",
    "mailto:a@app.example",
  ])("refuses %j as another origin, whether the page came by http or https", (location) => {
    for (const requestURL of ["https://app.example/x/y", "http://app.example/x/y"]) {
      expect(() => own(location, requestURL)).toThrow(TypeError);
      expect(() => own(location, requestURL)).toThrow("redirect to another origin needs { external: true }");
    }
  });

  it("names the origin in the message, and nothing that could be secret", () => {
    const refusals = [
      "https://u:pw@evil.example/cb?token=s3cret#s3cret",
      "myapp://s3cret?token=s3cret",
      "http://[s3cret",
    ];
    for (const location of refusals) {
      expect(() => own(location)).toThrow(
        expect.objectContaining({ message: expect.not.stringMatching(/s3cret|pw|u:/) }),
      );
    }
    expect(() => own("https://evil.example/s3cret")).toThrow(/: https:\/\/evil\.example$/);
  });

  it("goes to another origin when told to", () => {
    expect(external("https://other.example/cb?a=1")).toBe("https://other.example/cb?a=1");
    expect(external("//other.example/x")).toBe("//other.example/x");
    expect(external("//other.example:443/x")).toBe("//other.example:443/x");
    expect(external("//other.example:80/x")).toBe("//other.example:80/x");
    expect(external("\\\\other.example\\x")).toBe("//other.example/x");
    expect(external("https://bücher.example/ü")).toBe("https://xn--bcher-kva.example/%C3%BC");
    expect(external("myapp://callback?code=1")).toBe("myapp://callback?code=1");
    expect(external("com.example.app:/oauth")).toBe("com.example.app:/oauth");
    expect(external("/own")).toBe("/own");
  });

  it.each([
    "javascript:alert(1)",
    " JavaScript:alert(1)",
    "java\tscript:x",
    "data:text/html,x",
    "vbscript:x",
    "blob:https://a.example/1",
    "file:///x",
    "file://host/x",
  ])("refuses %j even then", (location) => {
    expect(() => external(location)).toThrow(TypeError);
  });

  it("refuses a scheme without a host, which browsers read in two ways", () => {
    expect(() => external("https:other.example")).toThrow('needs "//"');
    expect(() => external("http:other.example/x")).not.toThrow(/s3cret/);
  });

  it("refuses a user name or a password in any URL", () => {
    for (const location of ["https://user@app.example/", "//u:p@app.example/"]) {
      expect(() => own(location)).toThrow("user name");
      expect(() => external(location)).toThrow("user name");
    }
  });

  it("refuses what is no URL", () => {
    for (const location of ["http://[", "//", "https://a b/", "", " \t\n", "\0"]) {
      expect(() => own(location)).toThrow(TypeError);
      expect(() => external(location)).toThrow(TypeError);
    }
    expect(() => own(undefined as unknown as string)).toThrow("must be a string");
    expect(() => own("a b", "ftp://app.example/")).toThrow("http or https");
  });

  it("stops header injection: CR, LF, NUL and tab never stay, other characters are percent-encoded", () => {
    expect(own("/a\r\nSet-Cookie: x=1")).toBe("/aSet-Cookie:%20x=1");
    expect(own("/a\0b\tc\u007f")).toBe("/a%00bc%7F");
    expect(own("/ü?q=ü#ü\ud800")).toBe("/%C3%BC?q=%C3%BC#%C3%BC%EF%BF%BD");
    expect(own("a\\b?c\\d")).toBe("a/b?c\\d");
  });

  const pieces = fc.constantFrom(
    ..."/|\\|//|.|..|:|@|?|#|http|https|http:|https:|HTTPS://|app.example|evil.example|javascript:|%2f|%5c|。|／|＠|x| |\t|\n|\r|\0|\u0001|\u00a0|\ufeff|ü|\ud800|[|]|;"
      .split("|")
      .filter((text) => text !== ""),
  );
  const locations = fc.oneof(
    fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join("")),
    fc.string({ unit: "binary" }),
    fc.webUrl(),
  );

  it("throws, or stays on the origin that the browser is on, for any string", () => {
    let passed = 0;
    fc.assert(
      fc.property(locations, fc.constantFrom("http:", "https:"), (location, protocol) => {
        const requestURL = `${protocol}//app.example/x/y`;
        let result: string;
        try {
          result = own(location, requestURL);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        passed++;
        expect(result).toMatch(/^[\x21-\x7e]+$/);
        expect(new URL(result, requestURL).origin).toBe(`${protocol}//app.example`);
        expect(new URL(result, requestURL).href).toBe(new URL(location.toWellFormed(), requestURL).href);
        // Behind a proxy the browser may be on the other scheme: a relative result stays there too.
        const otherURL = `${protocol === "http:" ? "https:" : "http:"}//app.example/x/y`;
        expect(new URL(result, otherURL).host).toBe("app.example");
        if (!/^https?:/.test(result)) expect(new URL(result, otherURL).origin).toBe(new URL(otherURL).origin);
      }),
      { numRuns: 5_000 },
    );
    expect(passed).toBeGreaterThan(500);
  });

  it("gives ASCII without controls, and no script, for any string and any origin", () => {
    fc.assert(
      fc.property(locations, (location) => {
        let result: string;
        try {
          result = external(location);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        expect(result).toMatch(/^[\x21-\x7e]+$/);
        expect(new URL(result, base).protocol).not.toMatch(/^(?:javascript|data|vbscript|blob|file):$/);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("redirectStatus", () => {
  it.each(["GET", "HEAD", "OPTIONS", "TRACE"])("is 302 after %s", (method) => {
    expect(redirectStatus(method)).toBe(302);
  });

  it.each(["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "get"])("is 303 after %s", (method) => {
    expect(redirectStatus(method)).toBe(303);
  });

  it("is 308 when permanent, 307 when the method is preserved, 308 when both", () => {
    for (const method of ["GET", "POST"]) {
      expect(redirectStatus(method, { permanent: true })).toBe(308);
      expect(redirectStatus(method, { preserveMethod: true })).toBe(307);
      expect(redirectStatus(method, { permanent: true, preserveMethod: true })).toBe(308);
      expect(redirectStatus(method, { permanent: false, preserveMethod: false })).toBe(
        method === "GET" ? 302 : 303,
      );
    }
  });
});
