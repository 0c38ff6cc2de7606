import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { API } from "responder-ts";
import { memory, type Store } from "responder-ts/stores";
import { Tokens } from "../../src/tokens/index.ts";
import { recordingLogger } from "./logger.ts";
import type { Send, Serve } from "./transports.ts";

export const SECRET = randomBytes(32);
export const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const ISSUER = "https://auth.example";
export const AUDIENCE = "https://api.example";

/** A part of a token, of a value or of its text. */
export const encode = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

export const seconds = () => Math.floor(Date.now() / 1000);

/** What a good token says, but for what is changed. */
export function claimsOf(changed: object = {}): object {
  const now = seconds();
  return { iss: ISSUER, aud: AUDIENCE, sub: "ada", jti: "forged", iat: now, exp: now + 600, ...changed };
}

/** The header of a good token by the secret. */
export const HS = { alg: "HS256", kid: "hs", typ: "at+jwt" };
/** And by the pair. */
export const RS = { alg: "RS256", kid: "rs", typ: "at+jwt" };

/** A token of a header and a payload, or of their texts, by a secret. */
export function hmac(
  header: unknown,
  payload: unknown,
  secret: string | Uint8Array = SECRET,
  hash = "sha256",
): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac(hash, secret).update(input).digest("base64url")}`;
}

/** The same by a private key. */
export function rsa(header: unknown, payload: unknown, key: KeyObject = RSA.privateKey): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
}

function build(store: Store) {
  const tokens = new Tokens({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: [
      { alg: "RS256", key: RSA.privateKey, kid: "rs" },
      { alg: "HS256", key: SECRET, kid: "hs" },
    ],
    store,
  });
  const logger = recordingLogger();
  const api = new API({ auth: tokens.guard(), logger });
  api.get("/me", (req) => ({ sub: req.principal.sub }));
  api.post("/refresh", { public: "a refresh token is the credential" }, async (req) => {
    const { token } = (await req.media()) as { token: string };
    const pair = await tokens.refresh(token, { sender: req.headers.get("x-device") ?? "" });
    if (pair === null) return [{ error: "invalid_grant" }, 400];
    return { ...pair };
  });
  return { api, tokens, logger };
}

/** An application behind tokens, with a way to try one. */
export async function served(serve: Serve, makeStore: () => Promise<Store> = async () => memory()) {
  const { api, tokens, logger } = build(await makeStore());
  const send = await serve(api);
  return { send, tokens, logger, enter: (token: string) => enter(send, token) };
}

async function enter(send: Send, token: string): Promise<number> {
  return (await send("/me", { headers: { authorization: `Bearer ${token}` } })).status;
}
