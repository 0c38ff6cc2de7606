export { type RedisOptions, redis } from "./redis.ts";
export type { RedisClient } from "./scripts.ts";
