/** The header fields of a request, read only. Names are case-insensitive. */
export interface ReadonlyHeaders extends Iterable<[name: string, value: string]> {
  /** The field's value, or null. A repeated field comes joined by ", " (RFC 9110, 5.3). */
  get(name: string): string | null;
  has(name: string): boolean;
  entries(): IterableIterator<[name: string, value: string]>;
}

/** A source of header fields by lower-case name. */
interface HeaderSource {
  header(name: string): string | null;
  headers(): Iterable<[name: string, value: string]>;
}

/** A view on a runtime's header fields that reads only what it is asked for. */
export class RequestHeaders implements ReadonlyHeaders {
  readonly #source: HeaderSource;

  constructor(source: HeaderSource) {
    this.#source = source;
  }

  get(name: string): string | null {
    return this.#source.header(name.toLowerCase());
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  *entries(): IterableIterator<[name: string, value: string]> {
    yield* this.#source.headers();
  }

  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.entries();
  }
}

/** RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110, 5.5: visible characters, obs-text, space and tab. Everything else could end the field. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Fields that follow from the answer itself; a handler that set them could split or truncate it. */
const OWNED = new Set(["connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"]);

/** Whether a text can be the name of a header field, or of anything else that is a token. */
export function isToken(text: unknown): text is string {
  return typeof text === "string" && TOKEN.test(text);
}

/** Whether a text can be the value of a header field. */
export function isFieldValue(text: unknown): text is string {
  return typeof text === "string" && FIELD_VALUE.test(text);
}

/** Whether only the framework may write this field. */
export function isOwnedField(lowerCaseName: string): boolean {
  return OWNED.has(lowerCaseName);
}

/**
 * The header fields of an answer. What could split an answer (CR, LF, NUL) or contradict its framing is refused
 * where it is set, so that the stack points at the culprit.
 */
export class ResponseHeaders implements ReadonlyHeaders {
  readonly #fields = new Map<string, string | string[]>();

  /**
   * Sets a field, in place of any earlier value.
   *
   * @throws TypeError for a name that is no token, a value with a control character or one beyond Latin-1, and
   * for the fields that the framework owns (`Content-Length`, `Transfer-Encoding`, `Connection`, …)
   */
  set(name: string, value: string): void {
    this.#fields.set(checkedName(name), checkedValue(name, value));
  }

  /** Adds a field of its own line beside earlier ones of the same name: `WWW-Authenticate`, `Link`. */
  append(name: string, value: string): void {
    const key = checkedName(name);
    const line = checkedValue(name, value);
    const earlier = this.#fields.get(key);
    this.#fields.set(
      key,
      earlier === undefined ? line : [...(Array.isArray(earlier) ? earlier : [earlier]), line],
    );
  }

  get(name: string): string | null {
    const value = this.#fields.get(name.toLowerCase());
    return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
  }

  has(name: string): boolean {
    return this.#fields.has(name.toLowerCase());
  }

  delete(name: string): void {
    this.#fields.delete(name.toLowerCase());
  }

  /** The fields line by line, names in lower case. */
  *entries(): IterableIterator<[name: string, value: string]> {
    for (const [name, value] of this.#fields) {
      if (Array.isArray(value)) for (const line of value) yield [name, line];
      else yield [name, value];
    }
  }

  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.entries();
  }
}

function checkedName(name: string): string {
  if (!isToken(name)) throw new TypeError(`${JSON.stringify(name)} is not a header name`);
  const key = name.toLowerCase();
  if (isOwnedField(key)) throw new TypeError(`${name} follows from the answer and cannot be set by hand`);
  if (key === "set-cookie")
    throw new TypeError("Use resp.setCookie(name, value) instead of a Set-Cookie header");
  return key;
}

/** The value, of a field by this name. @throws TypeError for one that no field can have */
export function checkedValue(name: string, value: string): string {
  const text = String(value);
  if (!FIELD_VALUE.test(text)) {
    throw new TypeError(
      `The value of ${name} has a character that no header can carry (CR, LF, NUL, another control character or one beyond Latin-1)`,
    );
  }
  return text;
}
