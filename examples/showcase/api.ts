import { abort } from "responder-ts";
import { z } from "zod";
import type { App, Stores } from "./app.ts";
import type { Doors } from "./doors.ts";
import { NewNote, Note } from "./notes.ts";
import { Person } from "./people.ts";
import type { SignIn } from "./sign-in.ts";
import type { ShowcaseTokens } from "./tokens.ts";

const Credentials = z.object({ username: z.string().max(100), password: z.string().max(1000) });
const Refresh = z.object({ refresh_token: z.string().max(200) });
/** As OAuth names it (RFC 6749, 5.1). */
const Issued = z.object({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.int().meta({ description: "In seconds" }),
  refresh_token: z.string(),
});
const Counted = Person.extend({ notes: z.int() });

/** The JSON API: a bearer token, and roles. No cookie counts here, so that no other site's page can use it. */
export function addAPI(
  app: App,
  { people, notes }: Stores,
  { token }: Doors,
  { tokens, signIn }: { tokens: ShowcaseTokens; signIn: SignIn },
): void {
  app.post(
    "/api/login",
    {
      public: "a token comes from here",
      body: Credentials,
      response: Issued,
      tags: ["People"],
      summary: "Get a token",
    },
    async (req, resp) => {
      const person = await signIn.attempt(req.body.username, req.body.password, req.ip);
      if (!person) {
        abort(401, "Invalid credentials", {
          code: "invalid_credentials",
          headers: { "WWW-Authenticate": "Bearer" },
        });
      }
      resp.media = await tokens.start({ subject: String(person.id), claims: person });
    },
  );

  app.post(
    "/api/refresh",
    {
      public: "the refresh token is the credential",
      body: Refresh,
      response: Issued,
      tags: ["People"],
      summary: "Get the next token",
    },
    async (req, resp) => {
      const pair = await tokens.refresh(req.body.refresh_token, {
        sender: req.ip,
        // Name and role as they are by now; nobody, where the person is gone.
        renew: ({ subject }) => {
          const person = people.find(Number(subject));
          return person ? { subject, claims: person } : null;
        },
      });
      resp.media = pair ?? abort(401, "Sign in again", { code: "invalid_grant" });
    },
  );

  const api = app.group("/api", { auth: token });
  const reader = token.requires("notes:read");
  const writer = token.requires("notes:write");
  const admin = token.requires("people:read");

  api.get(
    "/me",
    { response: Person, tags: ["People"], summary: "Who holds the token" },
    (req) => req.principal,
  );

  api.get(
    "/notes",
    { auth: reader, response: z.array(Note), tags: ["Notes"], summary: "Your notes" },
    (req, resp) => {
      resp.media = notes.of(req.principal.id);
    },
  );

  api.post(
    "/notes",
    { auth: writer, body: NewNote, response: { 201: Note }, tags: ["Notes"], summary: "Add a note" },
    (req, resp) => {
      resp.statusCode = 201;
      resp.media = notes.add(req.principal.id, req.body.text);
    },
  );

  api.delete("/notes/{id:int}", { auth: writer, tags: ["Notes"], summary: "Delete a note" }, (req, resp) => {
    // Another's note and none at all look the same from outside.
    if (!notes.delete(req.principal.id, req.params.id)) abort(404, "You have no such note");
    resp.statusCode = 204;
  });

  api.get(
    "/admin/people",
    { auth: admin, response: z.array(Counted), tags: ["People"], summary: "Everybody" },
    (_req, resp) => {
      resp.media = people.all();
    },
  );
}
