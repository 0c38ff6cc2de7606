/** The applications that `npm run bench:types` checks. */

export const ROUTES = 200;
/** Of so many routes, one takes a body. */
const BODY_EVERY = 4;

export type Variety = "imports" | "unguarded" | "guarded";

export const varieties: Readonly<Record<Variety, () => string>> = {
  imports: () => `${HEAD}${GUARD}export const used = [z, user];\n`,
  unguarded: () => HEAD + routes(() => false),
  guarded: () => HEAD + GUARD + routes((index) => index % 3),
};

const HEAD = `import { API } from "responder-ts";
import { anyOf, apiKey, bearer, roles } from "responder-ts/auth";
import { z } from "zod";

export const api = new API({ title: "Types" });
`;

const GUARD = `
interface Claims { sub: string; role: "viewer" | "editor" | "admin"; exp: number }
declare function verifyToken(token: string): Promise<Claims | null>;
const access = roles({ viewer: ["post:read"], editor: ["viewer", "post:write"], admin: ["*"] });
const user = bearer({ verify: verifyToken, scopes: ({ role }) => access.permissions(role) });
const service = apiKey({ keys: { "key-1": { service: "billing" } }, name: "service" });
`;

/** Guards in turn: a plain one, one with a scope, one of two schemes, whose principal is a union. */
const GUARDS = ["user", 'user.requires("post:write")', "anyOf(user, service)"] as const;
const PRINCIPALS = [
  "req.principal.sub.length",
  "req.principal.exp",
  '("service" in req.principal ? req.principal.service : req.principal.sub).length',
] as const;

function routes(guardOf: (index: number) => number | false): string {
  return Array.from({ length: ROUTES }, (_, index) => route(index, guardOf(index))).join("");
}

function route(index: number, guard: number | false): string {
  const hasBody = index % BODY_EVERY === 0;
  const options = [
    ...(guard === false ? [] : [`auth: ${GUARDS[guard]}`]),
    ...(hasBody ? [`body: z.object({ title${index}: z.string(), tags: z.array(z.string()) })`] : []),
  ];
  const given = options.length > 0 ? `{ ${options.join(", ")} }, ` : "";
  const uses = [
    `const id: number = req.params.id; const slug: string = req.params.slug${index};`,
    ...(guard === false ? [] : [`const principal: number = ${PRINCIPALS[guard]};`]),
    ...(hasBody ? [`const title: string = req.body.title${index};`] : []),
  ];
  const answer = `{ id, slug${guard === false ? "" : ", principal"}${hasBody ? ", title" : ""} }`;
  return `
api.${hasBody ? "post" : "get"}("/area-${index}/items/{id:int}/parts/{slug${index}}", ${given}(req) => {
  ${uses.join("\n  ")}
  return ${answer};
});
`;
}
