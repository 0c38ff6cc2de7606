import { API, type Form, type RequestCookies, Upload } from "responder-ts";
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";

const api = new API();

describe("req", () => {
  it("has nothing that is any", () => {
    api.get("/x", (req) => {
      expectTypeOf(req).not.toBeAny();
      expectTypeOf(req.method).toEqualTypeOf<string>();
      expectTypeOf(req.path).toEqualTypeOf<string>();
      expectTypeOf(req.url).toEqualTypeOf<URL>();
      expectTypeOf(req.query).toEqualTypeOf<URLSearchParams>();
      expectTypeOf(req.cookies).toEqualTypeOf<RequestCookies>();
      expectTypeOf(req.cookies["a"]).toEqualTypeOf<string | undefined>();
      expectTypeOf(req.headers.get("a")).toEqualTypeOf<string | null>();
      expectTypeOf(req.ip).toEqualTypeOf<string>();
      expectTypeOf(req.signal).toEqualTypeOf<AbortSignal>();
      expectTypeOf(req.accepts("text/html")).toEqualTypeOf<string | null>();
    });
  });

  it("gives bodies of their types: data that nobody checked is unknown", () => {
    api.post("/x", async (req) => {
      expectTypeOf(await req.media()).toEqualTypeOf<unknown>();
      expectTypeOf(await req.media()).not.toBeAny();
      expectTypeOf(await req.media("form")).toEqualTypeOf<Form>();
      expectTypeOf(await req.text()).toEqualTypeOf<string>();
      expectTypeOf(await req.bytes()).toEqualTypeOf<Uint8Array>();
      for await (const piece of req.stream()) expectTypeOf(piece).toEqualTypeOf<Uint8Array>();
      // @ts-expect-error nobody checked it
      (await req.media()).username;
      // @ts-expect-error there is no such kind
      await req.media("jsn");
    });
  });

  it("gives what a schema makes of a body, not what it takes", () => {
    const Login = z.object({ username: z.string(), age: z.coerce.number() });
    api.post("/x", async (req) => {
      const login = await req.media(Login);
      expectTypeOf(login).toEqualTypeOf<{ username: string; age: number }>();
      expectTypeOf(login.age).not.toBeAny();
      // @ts-expect-error no such member
      login.user;
    });
  });

  it("gives a form's fields as text or file, or nothing", () => {
    api.post("/x", async (req) => {
      const { name } = await req.media("form");
      expectTypeOf(name).toEqualTypeOf<string | Upload | undefined>();
      if (name instanceof Upload) expectTypeOf(name.filename).toEqualTypeOf<string>();
      // @ts-expect-error it may be a file, or nothing
      name.toUpperCase();
    });
  });

  it("is not to be changed", () => {
    api.get("/x", (req) => {
      // @ts-expect-error the method is what was sent
      req.method = "POST";
      // @ts-expect-error the path is what router and guards saw
      req.path = "/admin";
      // @ts-expect-error a request's headers are read only
      req.headers.set("x", "y");
    });
  });
});
