import { type Html, html } from "../http/html.ts";
import { type DescriptionSettings, pathFrom } from "./options.ts";

/** What the page may load: its own files and its own origin's answers. Nothing inline, and nobody may frame it. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page that shows the document. Its addresses are relative, so that it works under any prefix. */
export function docsPage({ info, docsPath, documentPath }: DescriptionSettings): Html {
  const file = (name: string) => pathFrom(docsPath, `${docsPath}/${name}`);
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${info.title}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${file("swagger-ui.css")}">
    <script src="${file("swagger-ui-bundle.js")}" defer></script>
    <script src="${file("init.js")}" defer></script>
  </head>
  <body>
    <div id="swagger-ui" data-document="${pathFrom(docsPath, `${documentPath}.json`)}"></div>
    <noscript>This page needs JavaScript. The document itself does not: <a href="${pathFrom(docsPath, `${documentPath}.yml`)}">${documentPath}.yml</a></noscript>
  </body>
</html>
`;
}
