import { fileURLToPath } from "node:url";
import { abort, type Session } from "responder-ts";
import { returnPath } from "responder-ts/auth";
import { z } from "zod";
import type { App, Stores } from "./app.ts";
import type { Doors, ShowcaseSession } from "./doors.ts";
import { NewNote } from "./notes.ts";
import type { SignIn } from "./sign-in.ts";
import { dashboardPage, homePage, loginPage, peoplePage } from "./views.ts";

const PUBLIC = fileURLToPath(new URL("public/", import.meta.url));
const Credentials = z.object({ username: z.string().trim().max(100), password: z.string().max(1000) });

/**
 * The browser side: pages and forms, no JavaScript needed.
 *
 * The forms carry no token against cross-site requests. Whatever touches the session, a guard included, refuses it to an
 * unsafe request that a page of another site made: 403, before anything has happened. A form's schema is held against it
 * here and not by the route, since its faults go back onto the page.
 */
export function addWeb(app: App, { people, notes }: Stores, { browser }: Doors, signIn: SignIn): void {
  app.get("/public/{file:path}", { public: "the style sheet", hidden: true }, (req, resp) => {
    resp.headers.set("Cache-Control", "no-cache"); // kept, and asked for by its ETag each time
    resp.file(req.params.file, { root: PUBLIC });
  });

  app.get("/", { auth: browser.optional(), hidden: true }, (req, resp) => {
    resp.html = homePage({ person: req.principal, flash: takeFlash(req.session) });
  });

  app.get("/login", { public: "the way in", hidden: true }, (req, resp) => {
    const id = req.session.get("personId");
    if (id !== undefined && people.find(id)) resp.redirect(returnPath(req, "/dashboard"));
    else resp.html = loginPage({ person: null, flash: takeFlash(req.session) });
  });

  app.post("/login", { public: "the way in", hidden: true }, async (req, resp) => {
    const { session } = resp; // first: no other site's page has its guesses counted as its visitor's
    const given = Credentials.safeParse(await req.media("form")).data;
    const person = given && (await signIn.attempt(given.username, given.password, req.ip));
    if (!person) {
      resp.statusCode = 401;
      resp.html = loginPage({ person: null }, { username: given?.username ?? "", failed: true });
      return;
    }
    session.set("personId", person.id); // under a new id: one that somebody planted before is worth nothing now
    session.set("flash", `Welcome, ${person.name}.`);
    resp.redirect(returnPath(req, "/dashboard"));
  });

  app.post("/logout", { auth: browser, hidden: true }, (_req, resp) => {
    resp.session.clear();
    resp.session.set("flash", "You are signed out.");
    resp.redirect("/");
  });

  const dashboard = app.group("/dashboard", { auth: browser });
  const writer = browser.requires("notes:write");

  dashboard.get("/", { hidden: true }, (req, resp) => {
    const person = req.principal;
    resp.html = dashboardPage({ person, flash: takeFlash(req.session) }, notes.of(person.id));
  });

  dashboard.post("/notes", { auth: writer, hidden: true }, async (req, resp) => {
    const person = req.principal;
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

  dashboard.post("/notes/{id:int}/delete", { auth: writer, hidden: true }, (req, resp) => {
    if (!notes.delete(req.principal.id, req.params.id)) abort(404, "You have no such note");
    resp.session.set("flash", "Note deleted.");
    resp.redirect("/dashboard");
  });

  const admin = browser.requires("people:read");
  dashboard.get("/people", { auth: admin, hidden: true }, (req, resp) => {
    resp.html = peoplePage({ person: req.principal }, people.all());
  });
}

/** What the last action has to say, once. */
export function takeFlash(session: Session<ShowcaseSession>): string | undefined {
  const flash = session.get("flash");
  if (flash !== undefined) session.delete("flash");
  return flash;
}
