import { API } from "responder-ts";
import { register } from "./app.js";

/** For the command `responder`: it is imported, and nothing starts. */
export const api = new API({ title: "Consumer", state: () => ({ userId: "" }) });
register(api);
await api.run();
