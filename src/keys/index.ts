export { OPERATOR } from "./actor.ts";
export { ApiKeys, type KeyGuardOptions } from "./api-keys.ts";
export type { NewKey, RotateOptions } from "./making.ts";
export type { ApiKeysOptions, KeyCacheOptions } from "./options.ts";
export type { IssuedKey, KeyPrincipal, KeyRecord } from "./record.ts";
