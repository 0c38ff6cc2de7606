import { fileURLToPath } from "node:url";
import { abort, type Hook, type Session } from "responder-ts";
import { z } from "zod";
import type { App, Stores } from "./app.ts";
import { type Env, requireRole, type ShowcaseSession, signedIn } from "./guards.ts";
import { NewNote } from "./notes.ts";
import { dashboardPage, homePage, loginPage, peoplePage } from "./views.ts";

const PUBLIC = fileURLToPath(new URL("public/", import.meta.url));
const Credentials = z.object({ username: z.string().trim().max(100), password: z.string().max(1000) });

/**
 * The browser side: pages and forms, no JavaScript needed.
 *
 * The forms carry no token against cross-site requests. Every page here touches the session first, and the framework
 * refuses a session to an unsafe request that a page of another site made: 403, before anything has happened.
 */
export function addWeb(app: App, { people, notes }: Stores): void {
  app.get("/public/{file:path}", (req, resp) => {
    resp.headers.set("Cache-Control", "no-cache"); // kept, and asked for by its ETag each time
    resp.file(req.params.file, { root: PUBLIC });
  });

  const web = app.group("/", {
    beforeRequest: (req) => {
      const id = req.session.get("personId");
      req.state.person = id === undefined ? undefined : people.find(id);
    },
  });

  web.get("/", (req, resp) => {
    resp.html = homePage({ person: req.state.person, flash: takeFlash(req.session) });
  });

  web.get("/login", (req, resp) => {
    if (req.state.person) resp.redirect("/dashboard");
    else resp.html = loginPage({ person: undefined, flash: takeFlash(req.session) });
  });

  web.post("/login", async (req, resp) => {
    const given = Credentials.safeParse(await req.media("form")).data;
    const person = given && (await people.signIn(given.username, given.password));
    if (!person) {
      resp.statusCode = 401;
      resp.html = loginPage({ person: undefined }, { username: given?.username ?? "", failed: true });
      return;
    }
    resp.session.regenerate(); // a session id that somebody planted before is worth nothing now
    resp.session.set("personId", person.id);
    resp.session.set("flash", `Welcome, ${person.name}.`);
    resp.redirect("/dashboard");
  });

  web.post("/logout", (_req, resp) => {
    resp.session.clear();
    resp.session.set("flash", "You are signed out.");
    resp.redirect("/");
  });

  const dashboard = web.group("/dashboard", { beforeRequest: sendStrangersToLogin });

  dashboard.get("/", (req, resp) => {
    const person = signedIn(req.state);
    resp.html = dashboardPage({ person, flash: takeFlash(req.session) }, notes.of(person.id));
  });

  dashboard.post("/notes", async (req, resp) => {
    const person = signedIn(req.state);
    const form = await req.media("form");
    const note = NewNote.safeParse(form);
    if (note.success) {
      notes.add(person.id, note.data.text);
      resp.session.set("flash", "Note added.");
      resp.redirect("/dashboard");
    } else {
      const draft = { text: String(form.text ?? ""), fault: note.error.issues[0]?.message ?? "" };
      resp.statusCode = 422;
      resp.html = dashboardPage({ person }, notes.of(person.id), draft);
    }
  });

  dashboard.post("/notes/{id:int}/delete", (req, resp) => {
    if (!notes.delete(signedIn(req.state).id, req.params.id)) abort(404, "You have no such note");
    resp.session.set("flash", "Note deleted.");
    resp.redirect("/dashboard");
  });

  dashboard.get("/people", { beforeRequest: requireRole("admin") }, (req, resp) => {
    resp.html = peoplePage({ person: signedIn(req.state) }, people.all());
  });
}

const sendStrangersToLogin: Hook<Env> = (req, resp) => {
  if (!req.state.person) resp.redirect("/login");
};

function takeFlash(session: Session<ShowcaseSession>): string | undefined {
  const flash = session.get("flash");
  if (flash !== undefined) session.delete("flash");
  return flash;
}
