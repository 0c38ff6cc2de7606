export type * from "./contracts/index.ts";
export { type MemoryOptions, memory } from "./memory/memory.ts";
