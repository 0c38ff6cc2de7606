import { describe, expectTypeOf, it } from "vitest";
import { type JoinedPattern, joinPatterns, type ParamsOf } from "./pattern.ts";

type IsAny<T> = 0 extends 1 & T ? true : false;

describe("ParamsOf", () => {
  it("types each converter", () => {
    expectTypeOf<ParamsOf<"/{a}/{b:str}/{c:int}/{d:float}/{e:uuid}/{f:path}">>().toEqualTypeOf<{
      readonly a: string;
      readonly b: string;
      readonly c: number;
      readonly d: number;
      readonly e: string;
      readonly f: string;
    }>();
    expectTypeOf<ParamsOf<"/users/{id:int}/posts/{slug}">>().toEqualTypeOf<{
      readonly id: number;
      readonly slug: string;
    }>();
  });

  it("is empty without parameters", () => {
    expectTypeOf<keyof ParamsOf<"/">>().toBeNever();
    expectTypeOf<ParamsOf<"/a/b">>().toEqualTypeOf<{}>();
  });

  it("is not any, nor are its members", () => {
    expectTypeOf<IsAny<ParamsOf<"/{id:int}">>>().toEqualTypeOf<false>();
    expectTypeOf<IsAny<ParamsOf<"/{id:int}">["id"]>>().toEqualTypeOf<false>();
    expectTypeOf<IsAny<ParamsOf<"/{id}">["id"]>>().toEqualTypeOf<false>();
    expectTypeOf<IsAny<ParamsOf<string>[string]>>().toEqualTypeOf<false>();
  });

  it("knows no other names and cannot be written to", () => {
    const params: ParamsOf<"/users/{id:int}"> = { id: 1 };
    // @ts-expect-error: there is no such parameter
    params.name;
    // @ts-expect-error: parameters are read only
    params.id = 2;
    // @ts-expect-error: an int is a number
    const wrong: ParamsOf<"/users/{id:int}"> = { id: "1" };
    void wrong;
  });

  it("makes the parameter of an unknown converter never", () => {
    expectTypeOf<ParamsOf<"/{id:integer}">>().toEqualTypeOf<{ readonly id: never }>();
    expectTypeOf<ParamsOf<"/{id:toString}">>().toEqualTypeOf<{ readonly id: never }>();
    expectTypeOf<ParamsOf<"/{id:}">>().toEqualTypeOf<{ readonly id: never }>();
  });

  it("gives any name for a pattern that is known at run time only", () => {
    expectTypeOf<ParamsOf<string>>().toEqualTypeOf<Readonly<Record<string, string | number>>>();
    expectTypeOf<ParamsOf<`/api/${string}`>>().toEqualTypeOf<Readonly<Record<string, string | number>>>();
  });

  it("keeps the patterns of a union apart", () => {
    expectTypeOf<ParamsOf<"/{a}" | "/{b:int}">>().toEqualTypeOf<
      { readonly a: string } | { readonly b: number }
    >();
  });

  it("takes many parameters", () => {
    type Ten = "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}";
    type Forty = `${Ten}${Ten}${Ten}${Ten}`;
    expectTypeOf<keyof ParamsOf<Forty>>().toEqualTypeOf<
      "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j"
    >();
  });
});

describe("JoinedPattern", () => {
  it("is the literal type of what joinPatterns returns", () => {
    expectTypeOf(joinPatterns("/api", "/x/{id:int}")).toEqualTypeOf<"/api/x/{id:int}">();
    expectTypeOf(joinPatterns("/api", "/")).toEqualTypeOf<"/api">();
    expectTypeOf(joinPatterns("", "/x")).toEqualTypeOf<"/x">();
    expectTypeOf(joinPatterns("/", "/x")).toEqualTypeOf<"/x">();
  });

  it("carries the parameters of the prefix", () => {
    expectTypeOf<ParamsOf<JoinedPattern<"/teams/{team}", "/users/{id:int}">>>().toEqualTypeOf<{
      readonly team: string;
      readonly id: number;
    }>();
  });
});
