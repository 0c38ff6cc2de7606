import type { HttpRequest } from "../exchange/request.ts";
import type { HttpResponse } from "../exchange/response.ts";
import { encodeMedia } from "../media/write.ts";
import type { AnyHook, RouteRecord, Scope } from "../registration/record.ts";
import type { RouteTable } from "../registration/table.ts";
import { parsePattern } from "../routing/pattern.ts";
import type { DescriptionSettings } from "./options.ts";
import type { OpenAPIDocument } from "./types.ts";

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
  const file = (name: "swagger-ui.css" | "swagger-ui-bundle.js" | "init.js"): [string, Answer] => [
    `${docsPath}/${name}`,
    async (_req, resp) => {
      const { pathOfFile } = await import("./ui.ts");
      resp.headers.set("x-content-type-options", "nosniff");
      resp.file(pathOfFile(name));
    },
  ];
  const answers: [path: string, answer: Answer][] = [
    [`${documentPath}.json`, async (_req, resp) => sent(resp, "json", JSON.stringify(await document()))],
    [
      `${documentPath}.yml`,
      async (_req, resp) => sent(resp, "yaml", (await encodeMedia("yaml", await document())) as string),
    ],
    [docsPath, (_req, resp) => page(settings, resp)],
    file("swagger-ui.css"),
    file("swagger-ui-bundle.js"),
    file("init.js"),
  ];
  return answers.map(([path, answer]) => ({
    pattern: parsePattern(path),
    methods: ["GET"],
    name: undefined,
    auth: undefined,
    public: settings.public,
    before: [],
    after: [],
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

function sent(resp: HttpResponse, format: "json" | "yaml", text: string): void {
  resp.headers.set("content-type", `application/${format}`);
  resp.text = text;
}

async function page(settings: DescriptionSettings, resp: HttpResponse): Promise<void> {
  const { docsPage, CONTENT_SECURITY_POLICY } = await import("./page.ts");
  resp.headers.set("content-security-policy", CONTENT_SECURITY_POLICY);
  resp.headers.set("x-content-type-options", "nosniff");
  resp.headers.set("referrer-policy", "no-referrer");
  resp.html = docsPage(settings);
}
