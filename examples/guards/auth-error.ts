import { hash } from "node:crypto";
import { API } from "responder-ts";
import { bearer } from "responder-ts/auth";

const digestOf = (token: string) => hash("sha256", token);

// A toy list: digests of tokens, and whose they are.
const OWNERS: ReadonlyMap<string, string> = new Map([[digestOf("tk-abc123"), "1"]]);

export const api = new API({ auth: bearer({ verify: (token) => OWNERS.get(digestOf(token)) }) });

// A guard throws an HTTPError for whoever may not enter; what it looks like is decided here, once for all of them.
api.exceptionHandler(401, (req) => ({
  error: req.headers.has("Authorization") ? "Unauthorized" : "Missing authorization header",
}));

api.get("/me", (req) => ({ user_id: req.principal }));

if (import.meta.main) await api.run();
