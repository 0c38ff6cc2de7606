import { API } from "responder-ts";
import { apiKey } from "responder-ts/auth";

// Toy keys: real ones are long and random. The guard keeps digests of them, and compares in constant time.
const auth = apiKey({ keys: ["sk-abc123", "sk-def456"] });

export const api = new API({ auth });

// Status and challenge are the guard's; this only says it in other words than its problem document.
api.exceptionHandler(401, () => ({ error: "Invalid or missing API key" }));

api.get("/protected", () => ({ ok: true }));

if (import.meta.main) await api.run();
