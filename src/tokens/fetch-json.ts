/** What is fetched, and in what bounds. */
export interface FetchBounds {
  /** In seconds, for all of it. */
  readonly timeout: number;
  /** In bytes. */
  readonly maxSize: number;
}

/** In milliseconds: timers take whole numbers, and in some runtimes none that is longer. */
const LONGEST = 2 ** 31 - 1;

/**
 * Fetches a JSON document. A redirect is a failure: where it leads nobody has said.
 *
 * @throws Error that says what went wrong, and nothing of what came
 */
export async function fetchJSON(url: URL, { timeout, maxSize }: FetchBounds): Promise<unknown> {
  const response = await fetch(url, {
    headers: { Accept: "application/json, application/jwk-set+json" },
    redirect: "manual",
    signal: AbortSignal.timeout(Math.min(Math.ceil(timeout * 1000), LONGEST)),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`It answered ${response.status}, not 200`);
  }
  const text = await boundedText(response, maxSize);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("It answered what is no JSON");
  }
}

async function boundedText(response: Response, maxSize: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxSize) throw new Error(`It answered more than ${maxSize} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** @throws TypeError for an address that others on the way could read or change */
export function checkedURL(owner: string, address: string | URL): URL {
  const url = URL.canParse(String(address)) ? new URL(address) : undefined;
  const isLoopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url?.hostname ?? "");
  if (url?.protocol !== "https:" && !(url?.protocol === "http:" && isLoopback)) {
    throw new TypeError(`${owner} takes an address with https:, or with http: on this machine alone`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(`${owner} takes an address without credentials`);
  }
  return url;
}
