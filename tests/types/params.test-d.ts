import { API, type Handler, type ParamsOf, type Resource, Router } from "responder-ts";
import { describe, expectTypeOf, it } from "vitest";

const api = new API();

describe("a path's parameters", () => {
  it("have their names, and the types of their converters", () => {
    api.get("/{a}/{b:int}/{c:float}/{d:uuid}/{e:path}", (req) => {
      expectTypeOf(req.params).toEqualTypeOf<{
        readonly a: string;
        readonly b: number;
        readonly c: number;
        readonly d: string;
        readonly e: string;
      }>();
      expectTypeOf(req.params).not.toBeAny();
      expectTypeOf(req.params.b).not.toBeAny();
    });
  });

  it("are known to every verb, to route() and to a route's options form", () => {
    api.post("/{id:int}", (req) => void expectTypeOf(req.params).toEqualTypeOf<{ readonly id: number }>());
    api.put("/{id:int}", (req) => void expectTypeOf(req.params).toEqualTypeOf<{ readonly id: number }>());
    api.patch("/{id:int}", (req) => void expectTypeOf(req.params).toEqualTypeOf<{ readonly id: number }>());
    api.delete("/{id:int}", (req) => void expectTypeOf(req.params).toEqualTypeOf<{ readonly id: number }>());
    api.route("/{id:int}", (req) => void expectTypeOf(req.params).toEqualTypeOf<{ readonly id: number }>());
    api.get("/{id:int}", { name: "x" }, (req) => void expectTypeOf(req.params.id).toEqualTypeOf<number>());
    api.route(
      "/{id:int}",
      { methods: ["GET"] },
      (req) => void expectTypeOf(req.params.id).toEqualTypeOf<number>(),
    );
  });

  it("under other names do not compile", () => {
    // @ts-expect-error the pattern says id
    api.get("/users/{id:int}", (req) => ({ user: req.params.name }));
    // @ts-expect-error there are none
    api.get("/users", (req) => ({ user: req.params.id }));
    // @ts-expect-error an int is a number
    api.get("/users/{id:int}", (req) => req.params.id.toUpperCase());
    api.get("/users/{id:int}", (req) => {
      // @ts-expect-error they are read only
      req.params.id = 1;
    });
  });

  it("reach the methods of a resource", () => {
    api.route("/users/{id:int}", {
      onRequest: (req) => void expectTypeOf(req.params.id).toEqualTypeOf<number>(),
      onGet: (req) => void expectTypeOf(req.params.id).toEqualTypeOf<number>(),
      onDelete: (req) => void expectTypeOf(req.params.id).not.toBeAny(),
    });
    class Users implements Resource<"/users/{id:int}"> {
      onGet: Handler<"/users/{id:int}"> = (req) => ({ id: req.params.id });
    }
    api.route("/users/{id:int}", new Users());
    // @ts-expect-error this resource is of another path
    api.route("/users/{name}", new Users());
    // @ts-expect-error a method that no resource has
    api.route("/users", { onGett: () => "x" });
  });

  it("of a group's prefix reach its handlers, nested groups' too", () => {
    const shop = api.group("/shops/{shop}");
    shop.get("/", (req) => void expectTypeOf(req.params).toEqualTypeOf<{ readonly shop: string }>());
    shop.get("/items/{id:int}", (req) => {
      expectTypeOf(req.params).toEqualTypeOf<{ readonly shop: string; readonly id: number }>();
    });
    shop.group("/staff/{staff:int}").get("/days/{day:float}", (req) => {
      expectTypeOf(req.params).toEqualTypeOf<{
        readonly shop: string;
        readonly staff: number;
        readonly day: number;
      }>();
      expectTypeOf(req.params.staff).not.toBeAny();
    });
    // @ts-expect-error no such parameter in prefix or path
    shop.get("/items/{id:int}", (req) => ({ x: req.params.item }));
  });

  it("of a hook, which is of no one path, may be any", () => {
    api.beforeRequest((req) => {
      expectTypeOf(req.params).toEqualTypeOf<Readonly<Record<string, string | number>>>();
      expectTypeOf(req.params["id"]).toEqualTypeOf<string | number | undefined>();
    });
  });

  it("of a router are those of its own paths", () => {
    new Router().get(
      "/{id:int}",
      (req) => void expectTypeOf(req.params).toEqualTypeOf<{ readonly id: number }>(),
    );
  });

  it("can be named by ParamsOf", () => {
    expectTypeOf<ParamsOf<"/users/{id:int}">>().toEqualTypeOf<{ readonly id: number }>();
    expectTypeOf<ParamsOf<"/users">>().toEqualTypeOf<{}>();
    expectTypeOf<ParamsOf<string>>().not.toBeAny();
  });
});
