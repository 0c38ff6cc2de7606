import { API, type Html, html } from "responder-ts";
import { describe, expectTypeOf, it } from "vitest";

const api = new API();

interface Thing {
  id: number;
  tags: readonly string[];
}

describe("resp", () => {
  it("has nothing that is any", () => {
    api.get("/x", (_req, resp) => {
      expectTypeOf(resp).not.toBeAny();
      expectTypeOf(resp.statusCode).toEqualTypeOf<number>();
      expectTypeOf(resp.media).toEqualTypeOf<unknown>();
      expectTypeOf(resp.media).not.toBeAny();
      expectTypeOf(resp.text).toEqualTypeOf<string | undefined>();
      expectTypeOf(resp.html).toEqualTypeOf<Html | undefined>();
      expectTypeOf(resp.content).toEqualTypeOf<Uint8Array | undefined>();
      expectTypeOf(resp.etag).toEqualTypeOf<string | null>();
      expectTypeOf(resp.lastModified).toEqualTypeOf<Date | null>();
    });
  });

  it("takes pages from the html tag alone: a bare string does not compile", () => {
    api.get("/x", (_req, resp) => {
      resp.html = html`<p>${"x"}</p>`;
      resp.html = html.raw("<p>mine</p>");
      // @ts-expect-error a bare string could carry anybody's markup
      resp.html = "<p>x</p>";
      // @ts-expect-error what only looks like markup is none
      resp.html = { toString: () => "<p>x</p>" };
    });
  });

  it("takes values of their kinds", () => {
    api.get("/x", (_req, resp) => {
      // @ts-expect-error a status is a number
      resp.statusCode = "200";
      // @ts-expect-error content is bytes
      resp.content = "bytes";
      // @ts-expect-error a header is text
      resp.headers.set("x", 1);
      // @ts-expect-error no such attribute
      resp.setCookie("a", "1", { maxage: 1 });
      // @ts-expect-error no such value
      resp.setCookie("a", "1", { sameSite: "Lax" });
      // @ts-expect-error no such option
      resp.redirect("/x", { permanant: true });
      // @ts-expect-error a stream's pieces are text or bytes
      resp.stream([1, 2]);
      // @ts-expect-error an event has data
      resp.sse([{ event: "x" }]);
    });
  });
});

describe("what a handler returns", () => {
  it("is an answer, a promise of one, or nothing", () => {
    api.get("/object", () => ({ a: 1 }));
    api.get("/string", async () => "x");
    api.get("/bytes", () => new Uint8Array());
    api.get("/html", () => html`<p></p>`);
    api.get("/triple", () => [{ a: 1 }, 201, { "x-a": "b" }]);
    api.get("/response", async () => new Response());
    api.get("/interface", async (): Promise<Thing> => ({ id: 1, tags: [] }));
    api.get("/record", () => Object.fromEntries([["a", 1]]));
    api.get("/any-object", (): object => ({}));
    api.get("/instance", () => new URL("https://app.example"));
    api.get("/maybe", (req) => (req.query.has("x") ? { a: 1 } : undefined));
    api.get("/nothing", () => undefined);
    api.get("/void", () => {});
  });

  it("that is no answer does not compile", () => {
    // @ts-expect-error a number says nothing
    api.get("/x", () => 42);
    // @ts-expect-error false lets nobody know what is meant
    api.get("/x", () => false);
    // @ts-expect-error neither does null
    api.get("/x", () => null);
    // @ts-expect-error a hook that means to refuse sets a status, or throws
    api.beforeRequest((req) => req.headers.has("x-key"));
    // @ts-expect-error a promise of a boolean is no better
    api.beforeRequest(async () => false);
  });
});
