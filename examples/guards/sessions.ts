import { API, type Html, html, shape } from "responder-ts";
import { returnPath, sessionAuth } from "responder-ts/auth";

export const api = new API({
  secretKey: process.env.SECRET_KEY, // without it sessions end with this process, and production refuses to start
  sessions: { schema: shape<{ user: string }>() },
  auth: sessionAuth<string>({ loginPath: "/login" }), // sends a stranger's browser there, with the way back
});

const page = (title: string, body: Html) =>
  html`<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>${body}</html>`;

const signInForm = html`<form method="post">
  <label>Name <input name="username" autocomplete="username" required></label>
  <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
  <button>Sign in</button></form>`;
const signOutForm = html`<form method="post" action="/logout"><button>Sign out</button></form>`;

api.get("/login", { public: "the way in" }, () => page("Sign in", signInForm));

api.post("/login", { public: "the way in" }, async (req, resp) => {
  const form = await req.media("form");
  if (form.username !== "admin" || form.password !== "secret") {
    return [page("Sign in", html`<p>Invalid credentials</p>${signInForm}`), 401];
  }
  resp.session.regenerate(); // against fixation: whatever session was there, the user's is a new one
  resp.session.set("user", form.username);
  return resp.redirect(returnPath(req, "/dashboard"));
});

api.get("/dashboard", (req) => page("Dashboard", html`<h1>Welcome, ${req.principal}!</h1>${signOutForm}`));

// By POST: a link or an image on some page must not sign anybody out.
api.post("/logout", (_req, resp) => {
  resp.session.clear();
  resp.redirect("/login");
});

if (import.meta.main) await api.run();
