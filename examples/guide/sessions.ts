import { API, type Html, html, shape } from "responder-ts";

const api = new API({
  secretKey: process.env.SECRET_KEY, // without it sessions end with this process, and production refuses to start
  sessions: { schema: shape<{ user: string }>() },
});

const page = (title: string, body: Html) =>
  html`<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>${body}</html>`;

const signInForm = html`<form method="post">
  <label>Name <input name="username" autocomplete="username" required></label>
  <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
  <button>Sign in</button></form>`;
const signOutForm = html`<form method="post" action="/logout"><button>Sign out</button></form>`;

api.get("/login", () => page("Sign in", signInForm));

api.post("/login", async (req, resp) => {
  const form = await req.media("form");
  if (form.username === "admin" && form.password === "secret") {
    resp.session.regenerate(); // against fixation: whatever session was there, the user's is a new one
    resp.session.set("user", form.username);
    resp.redirect("/dashboard");
  } else {
    resp.statusCode = 401;
    resp.html = page("Sign in", html`<p>Invalid credentials</p>${signInForm}`);
  }
});

api.get("/dashboard", (req, resp) => {
  resp.headers.set("Cache-Control", "no-store"); // the Back button shows no page of somebody who has left
  const user = req.session.get("user");
  if (user === undefined) return resp.redirect("/login");
  resp.html = page("Dashboard", html`<h1>Welcome, ${user}!</h1>${signOutForm}`);
});

// By POST: a link or an image on some page must not sign anybody out.
api.post("/logout", (_req, resp) => {
  resp.session.clear();
  resp.redirect("/login");
});

await api.run();
