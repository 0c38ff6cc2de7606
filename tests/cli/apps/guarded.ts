import { API, type Hook } from "responder-ts";
import { allOf, apiKey, bearer } from "responder-ts/auth";
import { z } from "zod";

const user = bearer({ verify: (token) => ({ token }), scopes: () => ["admin"] as const });
const addVersion: Hook = (_req, resp) => resp.headers.set("X-Version", "1");
const logAccess: Hook = () => {};

export const api = new API({ title: "Guarded", auth: user, openapi: { public: "for our partners" } });
api.afterRequest(addVersion);
api.post("/login", { public: "how one gets a token", body: z.object({ name: z.string() }) }, () => "");
const admin = api.group("/admin", { auth: user.requires("admin"), beforeRequest: [logAccess, () => {}] });
admin.get("/users/{id:int}", () => "");
api.get("/me", (req) => req.principal);
api.get("/both", { auth: allOf(user, apiKey({ keys: ["key"] })) }, () => "");

/** Not the one that is meant. */
export const other = new API({ openapi: false });
