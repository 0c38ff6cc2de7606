import { API } from "responder-ts";
import { memory } from "../../../src/stores/index.ts";
import { parseKeyRing, rotateKeys, type TokenAlgorithm, Tokens } from "../../../src/tokens/index.ts";

const api = new API();

/** The whole life of a token, by one algorithm. */
api.get("/{alg}", async (req) => {
  const first = rotateKeys('{ "keys": [] }', { alg: req.params.alg as TokenAlgorithm });
  const names = { issuer: "https://auth.example", audience: "https://api.example" };
  const tokens = new Tokens({ ...names, keys: parseKeyRing(first.text), store: memory() });
  const { access_token: token, refresh_token: refreshToken } = await tokens.start({ subject: "ada" });
  tokens.setKeys(parseKeyRing(rotateKeys(first.text, { publishedFor: 0 }).text));
  const verified = await tokens.verify(token);
  const forged = await tokens.verify(`${token.slice(0, -8)}AAAAAAAA`);
  const refreshed = await tokens.refresh(refreshToken);
  const next = await tokens.verify(refreshed?.access_token ?? "");
  await tokens.revokeAll("ada");
  const revoked = await tokens.verify(token);
  return {
    verified: verified?.sub,
    forged,
    next: next?.sub,
    revoked,
    published: JSON.parse(tokens.jwks()[0]),
  };
});

export default api;
