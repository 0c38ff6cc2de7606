import type { App } from "./app.ts";

/** Nothing but this application's own style sheet, images and forms, and no frame around it. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = Object.entries({
  "Content-Security-Policy": POLICY,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  // Not "no-referrer": that would hide the origin of our own forms too, by which older browsers are told apart.
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  "Cache-Control": "no-store",
});

/** Security headers for every answer, errors and unknown paths included; where one is set already, it stays. */
export function addSecurityHeaders(app: App): void {
  app.afterRequest(function securityHeaders(_req, resp) {
    for (const [name, value] of HEADERS) if (!resp.headers.has(name)) resp.headers.set(name, value);
  });
}
