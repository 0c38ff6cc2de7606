import { abort } from "responder-ts";
import { z } from "zod";
import type { App, Stores } from "./app.ts";
import { requireRole, requireToken, signedIn } from "./guards.ts";
import { NewNote } from "./notes.ts";
import { TOKEN_LIFETIME, type Tokens } from "./tokens.ts";

const Credentials = z.object({ username: z.string().max(100), password: z.string().max(1000) });

/** The JSON API: a bearer token, and roles. No cookie counts here, so that no other site's page can use it. */
export function addAPI(app: App, { people, notes }: Stores, tokens: Tokens): void {
  app.post("/api/login", async (req, resp) => {
    const { username, password } = await req.media(Credentials);
    const person = await people.signIn(username, password);
    if (!person) {
      abort(401, "Invalid credentials", {
        code: "invalid_credentials",
        headers: { "WWW-Authenticate": "Bearer" },
      });
    }
    resp.media = { token: await tokens.issue(person), expiresIn: TOKEN_LIFETIME };
  });

  const api = app.group("/api", { beforeRequest: requireToken(tokens) });

  api.get("/me", (req) => signedIn(req.state));

  api.get("/notes", (req, resp) => {
    resp.media = notes.of(signedIn(req.state).id);
  });

  api.post("/notes", async (req, resp) => {
    const { text } = await req.media(NewNote);
    resp.statusCode = 201;
    resp.media = notes.add(signedIn(req.state).id, text);
  });

  api.delete("/notes/{id:int}", (req, resp) => {
    // Another's note and none at all look the same from outside.
    if (!notes.delete(signedIn(req.state).id, req.params.id)) abort(404, "You have no such note");
    resp.statusCode = 204;
  });

  const admin = api.group("/admin", { beforeRequest: requireRole("admin") });

  admin.get("/people", (_req, resp) => {
    resp.media = people.all();
  });
}
