/** What each converter makes of the text in the path. */
export interface ConverterValues {
  str: string;
  int: number;
  float: number;
  uuid: string;
  path: string;
}

/** The name of a converter, as in `{id:int}`. */
export type ConverterName = keyof ConverterValues;

/** Between the text of a canonical path and a parameter's value. */
export interface Converter {
  /** The value of the part of a canonical path from `start` to before `end`, or undefined where it does not match. */
  parse(path: string, start: number, end: number): string | number | undefined;
  /** The canonical text that `parse` reads as the same value, or undefined for a value it never gives. */
  write(value: unknown): string | undefined;
  /** The values that `write` takes, for messages: "takes …". */
  readonly takes: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_LENGTH = 36;
/** How many digits the largest safe integer has, 9007199254740991. */
const INT_DIGITS = 16;
const MINUS = 45;
const ZERO = 48;
const FLOAT = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** All converters, the most particular first: in this order they are tried at one place in a path. */
export const CONVERTERS: Readonly<Record<ConverterName, Converter>> = {
  uuid: {
    parse: parseUUID,
    write: (value) => (typeof value === "string" && UUID.test(value) ? value.toLowerCase() : undefined),
    takes: "a UUID as a string, 8-4-4-4-12 hexadecimal digits",
  },
  int: {
    parse: parseInteger,
    write: (value) => (Number.isSafeInteger(value) ? String(value) : undefined),
    takes: "a safe integer as a number",
  },
  float: {
    parse: parseFloating,
    write: (value) => (typeof value === "number" && Number.isFinite(value) ? decimal(value) : undefined),
    takes: "a finite number",
  },
  str: {
    parse: (path, start, end) => (start === end ? undefined : unescaped(path.slice(start, end))),
    write: (value) =>
      isText(value) && value !== "" && !hasDotSegment(value, false) ? escaped(value) : undefined,
    takes:
      'a string of well-formed Unicode that is not empty, has no NUL, and is not "." or "..", which no URL can carry as data',
  },
  path: {
    parse: parseRest,
    write: (value) =>
      isText(value) && !hasDotSegment(value, true) ? value.replaceAll("%", "%25") : undefined,
    takes:
      'a string of well-formed Unicode without NUL and without the segments "." and "..", which no URL can carry as data',
  },
};

/** The names of all converters, in their order of precedence. */
export const CONVERTER_NAMES = Object.keys(CONVERTERS) as readonly ConverterName[];

/** Data as one segment of a canonical path. */
export function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("/", "%2F");
}

function unescaped(text: string): string {
  if (!text.includes("%")) return text;
  return text.replaceAll("%2F", "/").replaceAll("%25", "%");
}

function parseRest(path: string, start: number, end: number): string | undefined {
  const text = path.slice(start, end);
  return text.includes("%2F") ? undefined : unescaped(text);
}

function parseUUID(path: string, start: number, end: number): string | undefined {
  if (end - start !== UUID_LENGTH) return undefined;
  const text = path.slice(start, end);
  return UUID.test(text) ? text.toLowerCase() : undefined;
}

/** Digit by digit, as it runs for most requests of an API: no text is cut out and no expression tried. */
function parseInteger(path: string, start: number, end: number): number | undefined {
  const negative = path.charCodeAt(start) === MINUS;
  const first = negative ? start + 1 : start;
  const digits = end - first;
  if (digits < 1 || digits > INT_DIGITS) return undefined;
  if (path.charCodeAt(first) === ZERO && (digits > 1 || negative)) return undefined;
  let value = 0;
  for (let index = first; index < end; index++) {
    const digit = path.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) return undefined;
  return negative ? -value : value;
}

function parseFloating(path: string, start: number, end: number): number | undefined {
  const text = path.slice(start, end);
  if (!FLOAT.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) && !Object.is(value, -0) ? value : undefined;
}

/** A number without exponent: 1e-7 is "0.0000001". */
function decimal(value: number): string {
  const [mantissa = "", exponent] = String(value).split("e");
  if (exponent === undefined) return mantissa;
  const sign = value < 0 ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const shift = Number(exponent);
  return shift < 0
    ? `${sign}0.${"0".repeat(-shift - 1)}${whole}${fraction}`
    : `${sign}${whole}${fraction}${"0".repeat(shift - fraction.length)}`;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.isWellFormed() && !value.includes("\0");
}

function hasDotSegment(text: string, slashesDivide: boolean): boolean {
  return (slashesDivide ? text.split("/") : [text]).some((segment) => segment === "." || segment === "..");
}
