import { API, shape } from "responder-ts";
import { addAPI } from "./api.ts";
import { addErrorAnswers } from "./errors.ts";
import type { ShowcaseSession, State } from "./guards.ts";
import { addSecurityHeaders } from "./headers.ts";
import type { Notes } from "./notes.ts";
import type { People } from "./people.ts";
import { addService } from "./service.ts";
import { Tokens } from "./tokens.ts";
import { addWeb } from "./web.ts";

export type App = API<State, ShowcaseSession>;

export interface Stores {
  people: People;
  notes: Notes;
}

/**
 * The whole application. Each area has a guard of its own, as the hook of its group: a session for people in a
 * browser, a token for the JSON API, a key for other programs.
 */
export function createApp(stores: Stores, secret: string, apiKeyDigest: Buffer): App {
  const app = new API({
    secretKey: secret,
    sessions: { schema: shape<ShowcaseSession>() },
    state: (): State => ({ person: undefined }),
  });
  addSecurityHeaders(app);
  addErrorAnswers(app);
  app.get("/health", () => ({ status: "ok" }));
  addWeb(app, stores);
  addAPI(app, stores, new Tokens(secret));
  addService(app, stores, apiKeyDigest);
  return app;
}
