import fc from "fast-check";
import { API } from "responder-ts";
import { describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

/** `next` parameters that some browser follows to another origin. */
const EVIL = [
  "https://evil.example",
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "\\/evil.example",
  "https:evil.example",
  "https:/evil.example",
  "http:\\\\evil.example",
  "\t//evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  " //evil.example",
  "\u0000//evil.example",
  "/%09/evil.example",
  "/.//evil.example",
  "/x/..//evil.example",
  "javascript:alert(1)",
  "java\nscript:alert(1)",
  "JAVASCRIPT:alert(1)",
  "data:text/html,x",
  "https://127.0.0.1@evil.example",
  "//127.0.0.1:80@evil.example",
  "https://127.0.0.1.evil.example",
  "ftp://127.0.0.1/",
  "?next=//evil.example",
  "/dashboard",
];

/** Where a browser at `from` ends up. */
function followed(location: string, from: string): URL {
  return new URL(location, from);
}

overTransports("a redirect to where the request says", (serve) => {
  const login = () =>
    new API({ logger: recordingLogger() }).get("/login", (req, resp) =>
      resp.redirect(req.query.get("next") ?? "/"),
    );

  it.each(EVIL)("%j never leads to another origin", async (next) => {
    const send = await serve(login());
    const response = await send(`/login?next=${encodeURIComponent(next)}`);
    const location = response.headers.get("location");
    if (location === null) expect(response.status).toBe(500);
    else expect(followed(location, send.origin).origin).toBe(send.origin);
  });

  it("whatever it says, stays on the own origin", async () => {
    const send = await serve(login());
    const piece = fc.constantFrom(
      "/",
      "\\",
      ":",
      "@",
      "evil.example",
      "https",
      "http",
      "javascript",
      ".",
      "..",
      "\t",
      "\n",
      "\r",
      " ",
      "?",
      "#",
      "%",
      "%2f",
      "%5c",
      "ü",
      "[",
      "]",
      "127.0.0.1",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 7 }), async (pieces) => {
        const response = await send(`/login?next=${encodeURIComponent(pieces.join(""))}`);
        const location = response.headers.get("location");
        if (location === null) {
          expect(response.status).toBe(500);
        } else {
          expect(location).toMatch(/^[\x21-\x7e]+$/);
          expect(followed(location, send.origin).origin).toBe(send.origin);
        }
      }),
      { numRuns: 150 },
    );
  });
});

overTransports("the framework's own redirect", (serve) => {
  it.each([
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "/%2Fevil.example/",
    "/.//evil.example/",
    "//evil.example%2F/",
  ])("of %s to its form without the slash stays here", async (target) => {
    const api = new API()
      .get("/{rest:path}", () => "any")
      .get("/{a}", () => "one")
      .get("/{a}/{b}", () => "two");
    const only = new API()
      .get("/{a}", () => "one")
      .get("/{a}/{b}", () => "two")
      .get("/{a}/{b}/{c}", () => "three");
    for (const app of [api, only]) {
      const send = await serve(app);
      const location = (await send(target)).headers.get("location");
      if (location !== null) expect(followed(location, `${send.origin}${target}`).origin).toBe(send.origin);
    }
  });
});

describe("a Host of the attacker's", () => {
  it("does not turn a relative redirect into an absolute one", async () => {
    const api = new API().get("/go", (_req, resp) => resp.redirect("/there"));
    const response = await api.requests.get("/go", { headers: { host: "evil.example" }, redirect: "manual" });
    expect(response.headers.get("location")).toBe("/there");
  });
});
