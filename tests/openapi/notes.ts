import { API, abort } from "responder-ts";
import { allOf, anyOf, apiKey, basic, bearer, sessionAuth } from "responder-ts/auth";
import { z } from "zod";

/** A token of nobody in particular, and one of somebody who may do everything. */
export const TOKENS = { reader: "reader-token", admin: "admin-token" } as const;
export const KEY = "service-key";
export const PASSWORD = "operator-password";

const user = bearer({
  verify: (token) => {
    const role = Object.entries(TOKENS).find(([, known]) => known === token)?.[0];
    return role === undefined ? null : { sub: `the ${role}`, role };
  },
  scopes: ({ role }) => (role === "admin" ? (["notes:write", "admin"] as const) : []),
});
const service = apiKey({ keys: [KEY] });
const operator = basic({ credentials: { ops: PASSWORD } });
const visitor = sessionAuth({ load: (name: string) => ({ name }) });

const Login = z.object({ username: z.string(), password: z.string() });
const Note = z
  .object({
    id: z.number().int(),
    text: z.string().max(500),
    tags: z.array(z.string()).default([]),
    get replies() {
      return z.array(Note).optional();
    },
  })
  .meta({ id: "Note", description: "A note and what was answered to it." });
const NewNote = z.object({ text: z.string().min(1), tags: z.array(z.string()).optional() });
const Failure = z.object({ error: z.string() });

/** An application with one of everything that its document can say. */
export function notesAPI() {
  const api = new API({
    title: "Notes",
    version: "1.2.0",
    description: "Notes, and who may read them.",
    secretKey: "0123456789abcdef0123456789abcdef",
    auth: user,
    openapi: { public: "anybody may read how it works" },
  });
  api.post(
    "/login",
    {
      public: "how one gets a token",
      body: Login,
      response: z.object({ token: z.string() }),
      tags: ["people"],
      summary: "Sign in",
      examples: {
        admin: {
          summary: "Somebody who may do everything",
          request: { username: "admin", password: "secret" },
          response: { token: TOKENS.admin },
        },
      },
    },
    (req) => {
      if (req.body.password !== "secret") abort(401, "Invalid credentials");
      req.session.set("user", req.body.username);
      return { token: req.body.username === "admin" ? TOKENS.admin : TOKENS.reader };
    },
  );
  api.get("/me", { tags: ["people"], response: z.object({ user_id: z.string() }) }, (req) => ({
    user_id: req.principal.sub,
  }));
  api.get(
    "/notes",
    {
      name: "notes.list",
      tags: ["notes"],
      query: z.object({ page: z.coerce.number().int().min(1).default(1), tag: z.string().optional() }),
      headers: z.object({ "x-request-id": z.string().optional(), accept: z.string().optional() }),
      response: z.object({ page: z.number(), notes: z.array(Note) }),
    },
    (req) => ({ page: req.query.page, notes: [{ id: 1, text: "first", tags: [] }] }),
  );
  api.post(
    "/notes",
    {
      tags: ["notes"],
      auth: user.requires("notes:write"),
      body: NewNote,
      response: { 201: Note, 409: Failure },
      description: "Writes a note.",
    },
    (req, resp) => {
      resp.statusCode = 201;
      resp.media = { id: 2, tags: [], ...req.body };
    },
  );
  const one = { tags: ["notes"], params: z.object({ id: z.number().min(1) }) } as const;
  api.get(
    "/notes/{id:int}",
    { ...one, auth: user.optional(), response: { 200: Note, 404: Failure } },
    (req) => {
      if (req.params.id > 2) return [{ error: "No such note" }, 404];
      return { id: req.params.id, text: "first", tags: [] };
    },
  );
  const author = user.where((who) => who.role === "admin", "author");
  api.delete("/notes/{id:int}", { ...one, auth: author, deprecated: true }, (_req, resp) => {
    resp.statusCode = 204;
  });
  api.get("/files/{folder:uuid}/{rest:path}", (req) => req.params.rest);
  api.get("/scale/{factor:float}", (req) => req.params);
  api.get("/stats", { auth: allOf(service, anyOf(operator, user.requires("admin"))) }, () => ({ notes: 1 }));
  api.get("/dashboard", { auth: anyOf(visitor, user) }, () => "welcome");
  api.post("/dashboard", { auth: visitor }, () => "saved");
  api.get("/internal", { hidden: true }, () => "not in the document");
  api.mount(
    "/blog",
    new API().get("/", () => "not in the document either"),
    { public: "it looks after itself" },
  );
  return api;
}
