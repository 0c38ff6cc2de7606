import { type MediaType, parseMediaType } from "./types.ts";

/** Ranges of one Accept header that are looked at; browsers send ten. */
const MAX_RANGES = 64;

interface Range {
  readonly type: string;
  readonly subtype: string;
  /** Without `q`. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
  /** The larger, the closer the range describes a type. */
  readonly specificity: number;
}

/**
 * Which of several media types a client likes best (RFC 9110, 12.5.1). For each type the most specific range that
 * matches counts; the higher quality wins, and between equals the one offered first. Elements that are not valid
 * are ignored, as are those past the 64th; a header without a valid one says nothing.
 *
 * @param accept the Accept header, or null where it was not sent
 * @param offered media types, the preferred first; parameters are allowed
 * @returns null when the client refuses all of them
 * @example
 * preferred("text/html;q=0.5, application/json", ["text/html", "application/json"]); // "application/json"
 */
export function preferred(accept: string | null, offered: readonly string[]): string | null {
  const ranges = accept ? parseAccept(accept) : [];
  if (ranges.length === 0) return offered[0] ?? null;
  let best: string | null = null;
  let bestQuality = 0;
  for (const candidate of offered) {
    const quality = qualityOf(candidate, ranges);
    if (quality > bestQuality) {
      best = candidate;
      bestQuality = quality;
    }
  }
  return best;
}

function qualityOf(candidate: string, ranges: readonly Range[]): number {
  const type = parseMediaType(candidate);
  if (!type) throw new TypeError(`"${candidate}" is offered but is no media type; write "type/subtype"`);
  let quality = 0;
  let specificity = -1;
  for (const range of ranges) {
    if (range.specificity > specificity && matches(range, type)) {
      quality = range.quality;
      specificity = range.specificity;
    }
  }
  return quality;
}

function matches(range: Range, type: MediaType): boolean {
  const slash = type.essence.indexOf("/");
  if (range.type !== "*" && range.type !== type.essence.slice(0, slash)) return false;
  if (range.subtype !== "*" && range.subtype !== type.essence.slice(slash + 1)) return false;
  for (const [name, value] of range.parameters) {
    if (type.parameters.get(name)?.toLowerCase() !== value.toLowerCase()) return false;
  }
  return true;
}

function parseAccept(accept: string): Range[] {
  const ranges: Range[] = [];
  let start = 0;
  for (let count = 0; count < MAX_RANGES && start <= accept.length; count++) {
    const end = elementEnd(accept, start);
    const range = parseRange(accept.slice(start, end).trim());
    if (range) ranges.push(range);
    start = end + 1;
  }
  return ranges;
}

/** The next comma outside quotes, or the end. */
function elementEnd(accept: string, start: number): number {
  let quoted = false;
  for (let at = start; at < accept.length; at++) {
    const char = accept[at];
    if (char === '"') quoted = !quoted;
    else if (quoted && char === "\\") at++;
    else if (!quoted && char === ",") return at;
  }
  return accept.length;
}

function parseRange(element: string): Range | null {
  const parsed = parseMediaType(element);
  if (!parsed) return null;
  const slash = parsed.essence.indexOf("/");
  const type = parsed.essence.slice(0, slash);
  const subtype = parsed.essence.slice(slash + 1);
  const quality = parseQuality(parsed.parameters.get("q"));
  if (quality === null || (type === "*" && subtype !== "*")) return null;
  const parameters = new Map(parsed.parameters);
  parameters.delete("q");
  const rank = type === "*" ? 0 : subtype === "*" ? 1 : 2;
  return { type, subtype, parameters, quality, specificity: rank * 1_000_000 + parameters.size };
}

function parseQuality(value: string | undefined): number | null {
  if (value === undefined) return 1;
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(value) ? Number(value) : null;
}
