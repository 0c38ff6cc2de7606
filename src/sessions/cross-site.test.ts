import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCrossSite, normalizeOrigin, trustedOriginSet } from "./cross-site.ts";

const OWN = "https://app.example";
const TRUSTED = trustedOriginSet(["https://partner.example"]);

function check(headers: Record<string, string>, method = "POST", origin = OWN): boolean {
  return isCrossSite({ method, origin, header: (name) => headers[name] ?? null }, TRUSTED);
}

describe("isCrossSite", () => {
  it.each(["GET", "HEAD", "OPTIONS", "TRACE"])("%s is safe wherever it comes from", (method) => {
    expect(check({ "sec-fetch-site": "cross-site", origin: "https://evil.example" }, method)).toBe(false);
  });

  it.each(["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "get", ""])("%s is unsafe", (method) => {
    expect(check({ "sec-fetch-site": "cross-site" }, method)).toBe(true);
  });

  it("passes a request with neither header, which no browser sends", () => {
    expect(check({})).toBe(false);
  });

  describe("with Sec-Fetch-Site", () => {
    it.each(["same-origin", "none"])("%s passes", (site) => {
      expect(check({ "sec-fetch-site": site })).toBe(false);
    });

    it.each(["same-site", "cross-site", "", "future-value", "Same-Origin", "same-origin "])(
      "%j is refused",
      (site) => {
        expect(check({ "sec-fetch-site": site })).toBe(true);
        expect(check({ "sec-fetch-site": site, origin: "https://evil.example" })).toBe(true);
        expect(check({ "sec-fetch-site": site, origin: "null" })).toBe(true);
      },
    );

    it("passes another site that is trusted", () => {
      expect(check({ "sec-fetch-site": "cross-site", origin: "https://partner.example" })).toBe(false);
      expect(check({ "sec-fetch-site": "same-site", origin: "https://PARTNER.example:443" })).toBe(false);
    });

    it("decides over Origin: a form under Referrer-Policy no-referrer sends null", () => {
      expect(check({ "sec-fetch-site": "same-origin", origin: "null" })).toBe(false);
    });

    it("decides over Origin: the own origin does not save a request that says cross-site", () => {
      expect(check({ "sec-fetch-site": "cross-site", origin: OWN })).toBe(true);
    });
  });

  describe("with Origin alone", () => {
    it.each([OWN, "https://app.example:443", "HTTPS://APP.example"])(
      "passes the own origin as %s",
      (origin) => {
        expect(check({ origin })).toBe(false);
      },
    );

    it("compares whatever way the own origin is written", () => {
      expect(check({ origin: "http://localhost:5042" }, "POST", "http://LOCALHOST:5042")).toBe(false);
      expect(check({ origin: "http://[::1]:80" }, "POST", "http://[0:0::1]")).toBe(false);
      expect(check({ origin: "https://xn--bcher-kva.example" }, "POST", "https://bücher.example")).toBe(
        false,
      );
    });

    it("passes a trusted origin", () => {
      expect(check({ origin: "https://partner.example" })).toBe(false);
    });

    it.each([
      ["another host", "https://evil.example"],
      ["a subdomain", "https://a.app.example"],
      ["the parent domain", "https://example"],
      ["another scheme", "http://app.example"],
      ["another port", "https://app.example:8443"],
      ["an opaque origin", "null"],
      ["nothing", ""],
      ["a host as prefix", "https://app.example.evil.example"],
    ])("refuses %s", (_name, origin) => {
      expect(check({ origin })).toBe(true);
    });

    it("refuses everything when the own origin is unknown", () => {
      expect(check({ origin: "null" }, "POST", "null")).toBe(true);
      expect(check({ origin: "" }, "POST", "")).toBe(true);
    });
  });

  describe("attack: malformed or repeated headers", () => {
    it.each([
      "https://app.example/",
      "https://app.example/path",
      "https://app.example?q",
      "https://app.example#h",
      "https://user@app.example",
      "https:app.example",
      "https:/app.example",
      "https:\\\\app.example",
      "//app.example",
      "app.example",
      " https://app.example",
      "https://app.example\t",
      "https://app.\nexample",
      "javascript://app.example",
      "https://app.example:99999",
    ])("Origin %j is refused", (origin) => {
      expect(check({ origin })).toBe(true);
    });

    it("two Origin lines are refused, equal ones too", () => {
      expect(check({ origin: `${OWN}, ${OWN}` })).toBe(true);
      expect(check({ origin: `${OWN},https://evil.example` })).toBe(true);
      expect(check({ "sec-fetch-site": "same-origin", origin: `${OWN}, https://evil.example` })).toBe(true);
    });

    it("two Sec-Fetch-Site lines are refused, even from a trusted origin", () => {
      expect(check({ "sec-fetch-site": "same-origin, same-origin" })).toBe(true);
      expect(check({ "sec-fetch-site": "same-origin, cross-site", origin: "https://partner.example" })).toBe(
        true,
      );
    });
  });

  it("passes by Origin nothing but the own origin and trusted ones, whatever comes", () => {
    const allowed = new Set([OWN, "https://partner.example"]);
    const part = fc.constantFrom(
      "https://",
      "http://",
      "app.example",
      "partner.example",
      ":443",
      ".",
      "/",
      "@",
      "%2e",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 6 }), (parts) => {
        const origin = parts.join("");
        if (!check({ origin })) {
          expect(allowed).toContain(normalizeOrigin(origin));
        }
      }),
    );
  });
});

describe("trustedOriginSet", () => {
  it("normalises", () => {
    expect([...trustedOriginSet(["HTTPS://A.example:443", "http://b.example:8080"])]).toEqual([
      "https://a.example",
      "http://b.example:8080",
    ]);
  });

  it.each(["null", "*", "https://*.example", "https://a.example/", "a.example", "", 1])(
    "refuses %j",
    (origin) => {
      expect(() => trustedOriginSet([origin as string])).toThrow(TypeError);
    },
  );
});
