/** The routes of `npm run bench:routes`: of two, one has no parameters and the other two. */
import type { Ask } from "./ask.ts";

const ASKED = 100;

/** @param parameter how the contestant writes a parameter: `:id`, `{id}` */
export function routePattern(index: number, parameter: (name: string) => string): string {
  return isFixed(index)
    ? `/area-${index}/items`
    : `/area-${index}/items/${parameter("id")}/parts/${parameter("part")}`;
}

/** As many requests whatever the count, spread evenly over the routes: what differs is the number of routes alone. */
export function asksOf(count: number): Ask[] {
  return Array.from({ length: ASKED }, (_, step) => {
    const index = (Math.floor((step * count) / ASKED) + (step % 2)) % count;
    const path = isFixed(index) ? `/area-${index}/items` : `/area-${index}/items/${step}/parts/7`;
    return { method: "GET", path };
  });
}

/** What a route answers. */
export function routeBody(index: number, parameters: Readonly<Record<string, unknown>>): string {
  return isFixed(index)
    ? `items of ${index}`
    : `part ${parameters["part"]} of ${parameters["id"]} of ${index}`;
}

/** What the answer to a path of `asksOf` must be. */
export function expectedBody(path: string): string {
  const [index, id, part] = path.match(/\d+/g) ?? [];
  return routeBody(Number(index), { id, part });
}

function isFixed(index: number): boolean {
  return index % 2 === 0;
}
