export { type APIKeyPrincipal, type APIKeys, apiKey } from "./api-key.ts";
export { type BasicPrincipal, basic } from "./basic.ts";
export { type BearerOptions, bearer } from "./bearer.ts";
export { defineGuard, type GuardDefinition } from "./define.ts";
export { type AnyGuard, allOf, anyOf, type Guard, type Rule } from "./guard.ts";
export { returnPath } from "./return-path.ts";
export { type PermissionOf, type RoleDefinitions, type Roles, roles } from "./roles.ts";
export { type Challenge, MALFORMED, type PrincipalOf, type SecurityScheme } from "./scheme.ts";
export { type SessionAuthOptions, sessionAuth } from "./session-auth.ts";
