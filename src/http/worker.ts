/** Whether this is a Cloudflare Worker: it listens on no socket, and its files are memory that is gone after the request. */
export function inWorker(): boolean {
  return globalThis.navigator?.userAgent === "Cloudflare-Workers";
}

/**
 * @param what needs files
 * @param instead what to do in a Worker
 * @throws Error in a Worker
 */
export function needFiles(what: string, instead: string): void {
  if (inWorker()) throw new Error(`${what} needs files, and a Worker has none: ${instead}`);
}
