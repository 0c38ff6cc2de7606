export type { Allowance } from "./counter.ts";
export { hash, needsRehash, verify } from "./default.ts";
export type { Derive, DeriveInput } from "./derive.ts";
export { type HashOptions, Passwords, type PasswordsOptions } from "./passwords.ts";
export { checkPassword, type PasswordCheck, type PasswordRefusal, type PolicyOptions } from "./policy.ts";
export { type Attempt, Throttle, type ThrottleOptions } from "./throttle.ts";
