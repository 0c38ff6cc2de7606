import { type Html, html } from "responder-ts";
import type { Person } from "./people.ts";

/** What a page shows around its content: who is signed in, if anybody, and what the last action has to say. */
export interface Frame {
  person: Person | null;
  flash?: string | undefined;
}

/** A whole page. Without a frame it leaves open who looks at it. */
export function layout(title: string, frame: Frame | undefined, current: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title} · Marginalia</title>
  <link rel="icon" href="/public/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/public/style.css">
</head>
<body>
  <a class="skip" href="#content">Skip to content</a>
  <header class="masthead">
    <a class="brand" href="/"><span class="pilcrow" aria-hidden="true">¶</span> Marginalia</a>
    <nav aria-label="Main">
      ${frame && (frame.person ? personNav(frame.person, current) : navLink("/login", "Sign in", current))}
    </nav>
  </header>
  <main id="content">
    ${frame?.flash && html`<p class="flash" role="status">${frame.flash}</p>`}
    ${content}
  </main>
  <footer>
    <p>Served by <strong>responder-ts</strong>. No JavaScript on this page.</p>
  </footer>
</body>
</html>
`;
}

function personNav(person: Person, current: string): Html {
  return html`${navLink("/dashboard", "Notes", current)}
      ${navLink("/dashboard/devices", "Devices", current)}
      ${person.role === "admin" && navLink("/dashboard/people", "People", current)}
      <span class="who">${person.name}</span>
      <form method="post" action="/logout"><button class="quiet">Sign out</button></form>`;
}

function navLink(href: string, text: string, current: string): Html {
  return href === current
    ? html`<a href="${href}" aria-current="page">${text}</a>`
    : html`<a href="${href}">${text}</a>`;
}
