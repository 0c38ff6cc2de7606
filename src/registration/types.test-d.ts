import { describe, it } from "vitest";
import { API, type Handler, type Hook, type HttpRequest, Router, shape } from "../index.ts";

const plain = new API();
const withState = new API({ state: () => ({ userId: "" }) });
const withSession = new API({ sessions: { schema: shape<{ user: string }>() } });

function requireRole(role: string): Hook {
  return (req, resp) => {
    if (req.session.get("role") !== role) resp.statusCode = 403;
  };
}

const greet: Handler<"/hello/{name}"> = (req) => `Hello, ${req.params.name}!`;

describe("a hook or handler written for no one application", () => {
  it("fits an application with and without state of its own", () => {
    plain.beforeRequest(requireRole("admin"));
    withState.beforeRequest(requireRole("admin"));
    plain.get("/admin", { beforeRequest: requireRole("admin") }, () => "in");
    withState.get("/admin", { beforeRequest: [requireRole("admin")] }, () => "in");
    plain.get("/hello/{name}", greet);
    withState.get("/hello/{name}", greet);
    withState.group("/admin", { beforeRequest: requireRole("admin") });
  });

  it("does not fit another path", () => {
    // @ts-expect-error the pattern has no {name}
    plain.get("/hello/{id}", greet);
  });
});

describe("a helper that takes any request", () => {
  const addressOf = (req: HttpRequest) => req.ip;

  it("takes those of every application", () => {
    plain.get("/ip", addressOf);
    withState.get("/ip/{id:int}", addressOf);
    withSession.get("/ip", addressOf);
  });
});

describe("a router", () => {
  it("goes into every application that has what it needs", () => {
    const notes = new Router({ beforeRequest: requireRole("admin") }).get("/hello/{name}", greet);
    plain.include(notes);
    withState.include(notes, { prefix: "/notes" });

    const own = new Router<{ state: { userId: string }; session: object }>();
    own.get("/me", (req) => req.state.userId);
    withState.include(own);
    // @ts-expect-error the application has no such state
    plain.include(own);
  });
});
