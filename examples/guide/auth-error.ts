import { hash } from "node:crypto";
import { API } from "responder-ts";

class AuthError extends Error {
  readonly statusCode: number;
  constructor(message = "Unauthorized", statusCode = 401) {
    super(message);
    this.statusCode = statusCode;
  }
}

const digestOf = (token: string) => hash("sha256", token);

// A toy list: digests of tokens, and whose they are.
const OWNERS: ReadonlyMap<string, string> = new Map([[digestOf("tk-abc123"), "1"]]);

const api = new API({ state: () => ({ userId: "" }) });

// What a hook or a handler throws ends the request; who answers is decided here, once for all of them.
api.exceptionHandler(AuthError, (_req, resp, error) => {
  resp.statusCode = error.statusCode;
  if (error.statusCode === 401) resp.headers.set("WWW-Authenticate", "Bearer");
  resp.media = { error: error.message };
});

api.beforeRequest((req) => {
  const authorization = req.headers.get("Authorization");
  if (authorization === null) throw new AuthError("Missing authorization header");
  const [, token = ""] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  const userId = OWNERS.get(digestOf(token));
  if (userId === undefined) throw new AuthError();
  req.state.userId = userId;
});

api.get("/me", (req, resp) => {
  resp.media = { user_id: req.state.userId };
});

await api.run();
