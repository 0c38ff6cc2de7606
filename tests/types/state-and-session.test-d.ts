import { API, type Hook, type Session, type SessionData, shape } from "responder-ts";
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";

const api = new API({
  state: () => ({ userId: "", role: "guest" as "guest" | "admin" }),
  sessions: { schema: shape<{ user: string; visits: number }>() },
});
type State = { userId: string; role: "guest" | "admin" };
type Data = { user: string; visits: number };

describe("the state", () => {
  it("has its type in hooks, handlers, resources, groups and exception handlers", () => {
    api.beforeRequest((req) => void expectTypeOf(req.state).toEqualTypeOf<State>());
    api.afterRequest((req) => void expectTypeOf(req.state).toEqualTypeOf<State>());
    api.get("/x", (req) => void expectTypeOf(req.state).toEqualTypeOf<State>());
    api.get(
      "/x",
      { beforeRequest: (req) => void expectTypeOf(req.state).toEqualTypeOf<State>() },
      (req) => void expectTypeOf(req.state.role).not.toBeAny(),
    );
    api.route("/x", { onGet: (req) => void expectTypeOf(req.state).toEqualTypeOf<State>() });
    api
      .group("/g", { beforeRequest: (req) => void expectTypeOf(req.state).toEqualTypeOf<State>() })
      .get("/x", (req) => void expectTypeOf(req.state).toEqualTypeOf<State>());
    api.exceptionHandler(Error, (req) => void expectTypeOf(req.state).toEqualTypeOf<State>());
  });

  it("under other names or of other types does not compile", () => {
    // @ts-expect-error no such member
    api.get("/x", (req) => req.state.userID);
    api.beforeRequest((req) => {
      // @ts-expect-error no such role
      req.state.role = "root";
    });
    // @ts-expect-error the state is an object
    new API({ state: () => "guest" });
  });

  it("is an empty object where the application makes none", () => {
    new API().get("/x", (req) => {
      expectTypeOf(req.state).toEqualTypeOf<{}>();
      expectTypeOf(req.state).not.toBeAny();
      // @ts-expect-error nothing is known of it
      req.state.userId = "1";
    });
  });
});

describe("the session", () => {
  it("has its type through req and resp, in hooks and handlers alike", () => {
    api.beforeRequest((req, resp) => {
      expectTypeOf(req.session).toEqualTypeOf<Session<Data>>();
      expectTypeOf(resp.session).toEqualTypeOf<Session<Data>>();
    });
    api.get("/{id:int}", (req, resp) => {
      expectTypeOf(req.session.get("visits")).toEqualTypeOf<number | undefined>();
      expectTypeOf(resp.session.get("user")).toEqualTypeOf<string | undefined>();
      expectTypeOf(req.session.get("user")).not.toBeAny();
    });
    api.exceptionHandler(404, (req) => void expectTypeOf(req.session).toEqualTypeOf<Session<Data>>());
  });

  it("under other keys or with other values does not compile", () => {
    api.get("/x", (req) => {
      // @ts-expect-error no such key
      req.session.get("usr");
      // @ts-expect-error visits is a number
      req.session.set("visits", "three");
    });
  });

  it("has the type that a schema gives it", () => {
    const typed = new API({ sessions: { schema: z.object({ cart: z.array(z.string()).optional() }) } });
    typed.get("/x", (req) => {
      expectTypeOf(req.session.get("cart")).toEqualTypeOf<string[] | undefined>();
    });
  });

  it("without a type takes any key, and gives what nobody knows", () => {
    new API().get("/x", (req) => {
      expectTypeOf(req.session).toEqualTypeOf<Session<SessionData>>();
      expectTypeOf(req.session.get("anything")).toEqualTypeOf<unknown>();
      expectTypeOf(req.session.get("anything")).not.toBeAny();
    });
  });
});

describe("a hook that stands alone", () => {
  it("written for one application's state does not fit another's", () => {
    const admit: Hook<{ state: State; session: Data }> = (req) => {
      req.state.userId = "1";
    };
    api.beforeRequest(admit);
    // @ts-expect-error this application has no such state
    new API().beforeRequest(admit);
  });
});
