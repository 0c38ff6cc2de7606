import { type API, abort, type Handler, type Hook, HTTPError, html, Router } from "responder-ts";

const addVersion: Hook = (_req, resp) => {
  resp.headers.set("X-Version", "1");
};

const hello: Handler<"/hello/{name}"> = (req, resp) => {
  resp.text = `Hello, ${req.params.name}!`;
};

/** Uses what the package exports; it knows no Node. */
export function register(api: API<{ userId: string }>): void {
  api.afterRequest(addVersion);
  api.get("/hello/{name}", hello);
  api.get("/double/{number:int}", (req) => ({ double: 2 * req.params.number }));
  api.get("/page", () => html`<p>${"<3"}</p>`);
  api.get("/teapot", () => abort(418, "No coffee here"));
  api.include(
    new Router().get("/", () => "no notes"),
    { prefix: "/notes" },
  );
  api.exceptionHandler(HTTPError, (_req, resp, error) => {
    resp.statusCode = error.statusCode;
    resp.media = { error: error.message };
  });
  // @ts-expect-error the pattern has no {name}
  api.get("/users/{id}", (req) => req.params.name);
  // @ts-expect-error the state has no role
  api.get("/role", (req) => req.state.role);
}
