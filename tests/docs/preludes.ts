/** What every fragment may take for granted. */
const CORE = `
type Fragment = { params: {}; state: {}; session: { cart: readonly string[]; user: string } };
declare const api: API;
declare const req: HttpRequest<Fragment>;
declare const resp: HttpResponse<Fragment>;
declare const form: Form;
declare const userId: string;
declare const names: readonly string[];
declare const listUsers: Handler;
declare const listNotes: Handler;
declare function requireRole(...roles: string[]): Hook;
declare class AuthError extends Error { statusCode: number }
`;

const PERSON = `
declare const user: { id: string; name: string };
`;

/** In src/auth a user is a guard. */
const AUTH = `
type Claims = { id: string; name: string; scope: string; role: "viewer" | "editor" | "admin" };
declare const user: Guard<Claims, never>;
declare const keys: readonly string[];
declare const opsPassword: string;
declare function verify(token: string): Promise<Claims | undefined>;
declare function verifyToken(token: string): Promise<Claims | undefined>;
declare function findUser(id: unknown): Promise<Claims | undefined>;
declare function findPartner(key: string): Promise<{ name: string } | undefined>;
declare function findSender(signature: string, path: string): Promise<{ name: string } | undefined>;
declare const removePost: Handler<"/posts/{id:int}">;
`;

const TESTING = `
declare function test(name: string, run: () => void | Promise<void>): void;
declare function myStore(): import("responder-ts/stores").Store;
declare const mySessions: import("responder-ts/stores").SessionStore;
`;

const REDIS = `
declare const client: RedisClient;
`;

const STORES = `
declare const db: import("kysely").Kysely<{ users: { id: number; name: string } }>;
`;

/** The declarations for the examples of one file. An example that needs none of them is complete, and is run. */
export function preludeOf(source: string): string {
  if (source.startsWith("src/testing/")) return CORE + TESTING;
  if (source.startsWith("src/stores/sql/")) return CORE + STORES;
  if (source.startsWith("src/stores/redis/")) return CORE + REDIS;
  return CORE + (source.startsWith("src/auth/") ? AUTH : PERSON);
}
