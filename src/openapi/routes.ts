import type { HttpRequest } from "../exchange/request.ts";
import type { HttpResponse } from "../exchange/response.ts";
import { needFiles } from "../http/worker.ts";
import { encodeMedia, MEDIA_TYPES } from "../media/write.ts";
import type { AnyHook, RouteRecord, Scope } from "../registration/record.ts";
import type { RouteTable } from "../registration/table.ts";
import { parsePattern } from "../routing/pattern.ts";
import type { DescriptionSettings } from "./options.ts";
import type { OpenAPIDocument } from "./types.ts";

/** The files of the page, by name. */
const UI_FILES = ["swagger-ui.css", "swagger-ui-bundle.js", "init.js"] as const;
export type UIFile = (typeof UI_FILES)[number];

type Answer = (req: HttpRequest, resp: HttpResponse) => unknown;

/**
 * The routes of the document and of its page: like any other, with the application's hooks and guard. What answers them
 * is loaded when they are first asked.
 */
export function descriptionRoutes(
  settings: DescriptionSettings,
  scope: Scope,
  document: () => Promise<OpenAPIDocument>,
): readonly RouteRecord[] {
  const { docsPath, documentPath } = settings;
  const answers: [path: string, answer: Answer][] = [
    [`${documentPath}.json`, documentIn("json", document)],
    [`${documentPath}.yml`, documentIn("yaml", document)],
    [docsPath, (_req, resp) => sendPage(settings, resp)],
    ...UI_FILES.map((name): [string, Answer] => [
      `${docsPath}/${name}`,
      (_req, resp) => sendFile(name, resp),
    ]),
  ];
  return answers.map(([path, answer]) => ({
    pattern: parsePattern(path),
    methods: ["GET"],
    name: undefined,
    auth: undefined,
    public: settings.public,
    before: [],
    after: [],
    anyMethod: false,
    handlers: [answer as AnyHook],
    schemas: {},
    documentation: { hidden: true },
    scopes: [scope],
  }));
}

/** @throws TypeError when the application has a route of its own where the document or its page would be */
export function checkFree(routes: readonly RouteRecord[], table: RouteTable): void {
  for (const { pattern } of routes) {
    if (table.find(pattern.shape, "GET") === undefined) continue;
    throw new TypeError(
      `GET ${pattern.text} is a route of the application, and the OpenAPI document and its page want to be there: ` +
        "move them by new API({ openapi: { documentPath, docsPath } }), or turn them off by openapi: false",
    );
  }
}

/** The document as text is made once. */
function documentIn(format: "json" | "yaml", document: () => Promise<OpenAPIDocument>): Answer {
  let text: Promise<string> | undefined;
  return async (_req, resp) => {
    text ??= document().then(async (value) => String(await encodeMedia(format, value)));
    resp.text = await text;
    resp.headers.set("content-type", MEDIA_TYPES[format]);
  };
}

async function sendFile(name: UIFile, resp: HttpResponse): Promise<void> {
  const { pathOfFile } = await import("./ui.ts");
  resp.headers.set("x-content-type-options", "nosniff");
  resp.file(await pathOfFile(name));
}

async function sendPage(settings: DescriptionSettings, resp: HttpResponse): Promise<void> {
  needFiles("The page of the document", `serve a page of your own that reads ${settings.documentPath}.json`);
  const { docsPage, CONTENT_SECURITY_POLICY } = await import("./page.ts");
  resp.headers.set("content-security-policy", CONTENT_SECURITY_POLICY);
  resp.headers.set("x-content-type-options", "nosniff");
  resp.headers.set("referrer-policy", "no-referrer");
  resp.html = docsPage(settings);
}
