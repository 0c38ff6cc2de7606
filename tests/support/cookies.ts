/** What a client that took these `Set-Cookie` lines sends back, or "" where it has nothing to send. */
export function cookieHeader(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0] as string)
    .filter((pair) => !pair.endsWith("="))
    .join("; ");
}
