import { hash } from "node:crypto";
import { API } from "responder-ts";

const digestOf = (key: string) => hash("sha256", key);

// Toy keys: real ones are long and random, and only their digests are stored. As digests are what is compared,
// neither a leaked list nor the time that a look-up takes gives a key away.
const KEY_DIGESTS: ReadonlySet<string> = new Set(["sk-abc123", "sk-def456"].map(digestOf));

const api = new API();

// A before hook that sets a status or a body has answered: no handler runs.
api.beforeRequest((req, resp) => {
  const key = req.headers.get("X-API-Key");
  if (key === null || !KEY_DIGESTS.has(digestOf(key))) {
    resp.statusCode = 401;
    resp.headers.set("WWW-Authenticate", "ApiKey");
    resp.media = { error: "Invalid or missing API key" };
  }
});

api.get("/protected", (_req, resp) => {
  resp.media = { ok: true };
});

await api.run();
