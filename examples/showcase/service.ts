import { createHash, timingSafeEqual } from "node:crypto";
import { abort } from "responder-ts";
import type { App, Stores } from "./app.ts";

/** What is kept of an API key. Keys are random and long, so that a fast digest is enough. */
export function digestOf(apiKey: string): Buffer {
  return createHash("sha256").update(apiKey).digest();
}

/** For other programs: an API key in `X-API-Key`. */
export function addService(app: App, { people, notes }: Stores, keyDigest: Buffer): void {
  const service = app.group("/service", {
    beforeRequest: (req) => {
      const key = req.headers.get("X-API-Key") ?? "";
      // Digests have one length, and comparing them takes one time: a guess learns nothing from it.
      if (!timingSafeEqual(digestOf(key), keyDigest)) {
        abort(401, "Missing or wrong API key", {
          code: "invalid_api_key",
          headers: { "WWW-Authenticate": "ApiKey" },
        });
      }
    },
  });

  service.get("/stats", () => ({
    people: people.all().length,
    notes: notes.count(),
    uptime: Math.round(process.uptime()),
  }));
}
