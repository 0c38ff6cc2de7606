import type { RouteSummary } from "../registration/summary.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Prints routes, one a line, or as JSON.
 *
 * @param options `denyPublic`: the exit status is 1 where a route is public and nobody said why
 * @returns the exit status
 */
export async function printRoutes(
  routes: readonly RouteSummary[],
  terminal: Terminal,
  options: { json?: boolean | undefined; denyPublic?: boolean | undefined },
): Promise<number> {
  await terminal.print(options.json ? `${JSON.stringify(routes, null, 2)}\n` : listOf(routes));
  const open = routes.filter((route) => route.public === true);
  if (!options.denyPublic || open.length === 0) return 0;
  terminal.warn(
    [
      `${open.length === 1 ? "A route is" : `${open.length} routes are`} public without a reason:`,
      ...open.map((route) => `  ${methodsOf(route)} ${route.path}`),
      'Guard them, or say why everybody may enter: public: "why". For the document and its page: openapi: { public: "why" }',
    ].join("\n"),
  );
  return 1;
}

function listOf(routes: readonly RouteSummary[]): string {
  return table([
    ["METHODS", "PATH", "ACCESS", "HOOKS"],
    ...routes.map((route) => [methodsOf(route), route.path, route.access, hooksOf(route)]),
  ]);
}

function methodsOf({ methods }: RouteSummary): string {
  return methods.join(", ");
}

function hooksOf({ before, after }: RouteSummary): string {
  const parts = [
    ...(before.length > 0 ? [`before ${before.join(", ")}`] : []),
    ...(after.length > 0 ? [`after ${after.join(", ")}`] : []),
  ];
  return parts.join("; ");
}
