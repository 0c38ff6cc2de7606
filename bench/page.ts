const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The page of `GET /page`, for whom has no template of its own that escapes. */
export function page(user: string): string {
  return `<!doctype html><title>Home</title><p>Hello, ${user.replace(/[&<>"']/g, (found) => ENTITIES[found] as string)}!</p>`;
}
