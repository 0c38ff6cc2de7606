import { API, shape } from "responder-ts";
import type { Store } from "responder-ts/stores";
import { addAPI } from "./api.ts";
import { addDevices } from "./devices.ts";
import { type Doors, makeDoors, type ShowcaseSession, userOf } from "./doors.ts";
import { addErrorAnswers } from "./errors.ts";
import { addSecurityHeaders } from "./headers.ts";
import type { ShowcaseKeys } from "./keys.ts";
import type { Notes } from "./notes.ts";
import type { People } from "./people.ts";
import { addService } from "./service.ts";
import { SignIn } from "./sign-in.ts";
import { makeTokens } from "./tokens.ts";
import { addWeb } from "./web.ts";

export interface Stores {
  people: People;
  notes: Notes;
  /** Where sessions, tokens and keys are kept. */
  store: Store;
  keys: ShowcaseKeys;
}

/**
 * The whole application. It is closed by default: whatever says nothing of its own, unknown paths included, takes
 * somebody who has come in by any door. Each area's group names its door, and what is public says why.
 */
function openWith(doors: Doors, store: Store) {
  return new API({
    title: "Marginalia",
    version: "1.0.0",
    description: "A small notebook. Get a token from `POST /api/login`, and authorize with it.",
    openapi: { public: "visitors may try the API" },
    auth: doors.any,
    sessions: { store, schema: shape<ShowcaseSession>(), user: userOf },
  });
}

export type App = ReturnType<typeof openWith>;

/** @param secret what tokens are signed with; sessions need none, since the store keeps them */
export function createApp(stores: Stores, secret: string): App {
  const tokens = makeTokens(secret, stores.store);
  const doors = makeDoors(stores.people, tokens, stores.keys);
  const signIn = new SignIn(stores.people, stores.store);
  const app = openWith(doors, stores.store);
  addSecurityHeaders(app);
  addErrorAnswers(app);
  const health = { public: "load balancers ask for it", tags: ["Service"], summary: "Whether it is well" };
  app.get("/health", health, () => ({ status: "ok" }));
  app.get("/whoami", { tags: ["People"], summary: "Who comes in, and by which door" }, (req) => ({
    name: req.principal.name,
    door: req.auth.scheme,
    may: req.auth.scopes,
  }));
  addWeb(app, stores, doors, signIn);
  addDevices(app, doors, tokens);
  addAPI(app, stores, doors, { tokens, signIn });
  addService(app, stores, doors);
  return app;
}
