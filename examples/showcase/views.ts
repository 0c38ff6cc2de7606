import { type Html, html } from "responder-ts";
import { type Frame, layout } from "./layout.ts";
import { MAX_LENGTH, type Note } from "./notes.ts";
import type { Person } from "./people.ts";

export function homePage(frame: Frame): Html {
  return layout(
    "Notes in the margin",
    frame,
    "/",
    html`
    <section class="hero">
      <h1>Notes in the margin,<br>three ways in.</h1>
      <p class="lead">A small notebook that shows a whole service: people in a browser, programs with a token,
        machines with a key. Each has its own door, and each door its own guard.</p>
      <p>${
        frame.person
          ? html`<a class="button" href="/dashboard">Open your notes</a>`
          : html`<a class="button" href="/login">Sign in</a>`
      }</p>
    </section>
    <section class="doors" aria-label="Ways in">
      ${door(
        "In a browser",
        "/dashboard",
        "A session that can be ended from any other device, passwords by argon2id, and forms that no other site can send for you.",
        html`POST /login
Set-Cookie: session=…; HttpOnly`,
      )}
      ${door(
        "As a program",
        "/api",
        html`A bearer token, good for 15 minutes, with a role in it. <a href="/docs">Try it in the documentation</a>.`,
        html`GET /api/me
Authorization: Bearer eyJ…`,
      )}
      ${door(
        "As a service",
        "/service",
        "An API key of which the server keeps a digest alone, compared in constant time.",
        html`GET /service/stats
X-API-Key: marginalia_…`,
      )}
    </section>`,
  );
}

function door(title: string, path: string, text: string | Html, example: Html): Html {
  return html`<article class="door">
        <h2>${title} <code>${path}</code></h2>
        <p>${text}</p>
        <pre tabindex="0"><code>${example}</code></pre>
      </article>`;
}

export function loginPage(frame: Frame, given?: { username: string; failed: true }): Html {
  return layout(
    "Sign in",
    frame,
    "/login",
    html`
    <section class="card narrow">
      <h1>Sign in</h1>
      ${given && html`<p class="fault" role="alert">That name and password do not go together.</p>`}
      <form method="post" class="stack">
        <label for="username">Name</label>
        <input id="username" name="username" value="${given?.username}" autocomplete="username"
          autocapitalize="none" spellcheck="false" maxlength="100" required>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required>
        <button class="button">Sign in</button>
      </form>
      <p class="hint">Whoever started this server has the demo people in the terminal.</p>
    </section>`,
  );
}

export function dashboardPage(
  frame: Frame & { person: Person },
  notes: readonly Note[],
  draft?: { text: string; fault: string },
): Html {
  return layout(
    "Notes",
    frame,
    "/dashboard",
    html`
    <h1>${frame.person.name.split(" ")[0]}’s notes</h1>
    <form method="post" action="/dashboard/notes" class="card compose">
      <label for="text">A new note</label>
      <textarea id="text" name="text" rows="3" maxlength="${MAX_LENGTH}" required>
${draft?.text}</textarea>
      ${draft && html`<p class="fault" role="alert">${draft.fault}.</p>`}
      <div class="row">
        <span class="hint">${MAX_LENGTH} characters at most</span>
        <button class="button">Add note</button>
      </div>
    </form>
    ${
      notes.length > 0
        ? html`<ol class="notes">${notes.map(noteItem)}</ol>`
        : html`<p class="empty">The margins are still empty.</p>`
    }`,
  );
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

function noteItem({ id, text, createdAt }: Note): Html {
  const at = new Date(createdAt);
  return html`
      <li class="note">
        <time datetime="${createdAt}">${DAY.format(at)} <span>${TIME.format(at)}</span></time>
        <p>${text}</p>
        <form method="post" action="/dashboard/notes/${id}/delete">
          <button class="quiet" aria-label="Delete the note of ${DAY.format(at)}, ${TIME.format(at)}">Delete</button>
        </form>
      </li>`;
}

export function peoplePage(frame: Frame, people: readonly (Person & { notes: number })[]): Html {
  return layout(
    "People",
    frame,
    "/dashboard/people",
    html`
    <h1>People</h1>
    <div class="card table">
      <table>
        <thead><tr><th scope="col">Name</th><th scope="col">Role</th>
          <th scope="col" class="number">Notes</th></tr></thead>
        <tbody>${people.map(
          (person) => html`
          <tr><td>${person.name} <code class="username">${person.username}</code></td>
            <td><span class="badge ${person.role}">${person.role}</span></td>
            <td class="number">${person.notes}</td></tr>`,
        )}
        </tbody>
      </table>
    </div>
    <p class="hint">Only admins see this page: the guard of the route is <code>browser.requires("people:read")</code>.</p>`,
  );
}

const ERRORS: Readonly<Record<number, readonly [title: string, text: string]>> = {
  401: ["Not signed in", "This door wants to know who you are first."],
  403: ["Not for you", "You are not allowed to do this, or another site’s page tried to do it in your name."],
  404: ["Nothing is written here", "The page may have been torn out, or never was."],
  500: ["A blot of ink", "Something went wrong on our side. It has been written down, and not on this page."],
};

export function errorPage(statusCode: number): Html {
  const [title, text] = ERRORS[statusCode] ?? [
    "That did not work",
    "The request is not one that this page takes.",
  ];
  return layout(
    title,
    undefined,
    "",
    html`
    <section class="error">
      <p class="status" aria-hidden="true">${statusCode}</p>
      <h1>${title}</h1>
      <p class="lead">${text}</p>
      <p><a class="button" href="/">Back to the first page</a></p>
    </section>`,
  );
}
