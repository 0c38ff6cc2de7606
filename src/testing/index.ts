export { type ClientRequest, TestClient } from "./client.ts";
export { type DenialCase, denials } from "./denials.ts";
export { type StoreCase, type StorePart, storeContract } from "./store-contract/index.ts";
