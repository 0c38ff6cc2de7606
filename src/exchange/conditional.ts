/**
 * Whether the client already has what would be sent (RFC 9110, 13): `If-None-Match` against the entity tag where the
 * request has one, else `If-Modified-Since` against the date.
 */
export function isNotModified(
  header: (name: string) => string | null,
  etag: string | null,
  lastModified: string | null,
): boolean {
  const tags = header("if-none-match");
  if (tags !== null) return etag !== null && (tags.trim() === "*" || hasTag(tags, etag));
  const since = Date.parse(header("if-modified-since") ?? "");
  return lastModified !== null && !Number.isNaN(since) && Date.parse(lastModified) <= since;
}

/** Weak comparison (RFC 9110, 8.8.3.2). A tag may hold commas, so the list is not simply split. */
function hasTag(list: string, etag: string): boolean {
  const wanted = etag.replace(/^W\//, "");
  return [...list.matchAll(/"[^"]*"/g)].some(([tag]) => tag === wanted);
}
