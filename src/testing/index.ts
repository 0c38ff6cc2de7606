export { type ClientRequest, TestClient } from "./client.ts";
export { type DenialCase, denials } from "./denials.ts";
