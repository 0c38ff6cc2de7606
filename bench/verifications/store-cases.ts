import { createHash, createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";
import { API, type SessionOptions } from "responder-ts";
import { ApiKeys } from "responder-ts/keys";
import type { StoredAPIKey } from "responder-ts/stores";
import { Tokens } from "responder-ts/tokens";
import type { Case, Kind } from "./case.ts";
import { type Act, at } from "./pace.ts";
import type { Place } from "./places.ts";
import { KEY_PREFIX, keyId, keyRecord, keyText, sessionId, sessionSecret } from "./records.ts";

/** How many credentials of each kind there are, where it is not their number that is measured. */
export const FEW = 1000;
const MOST_AT_ONCE = 64;
const HOUR = 3_600_000;
const numbers = Array.from({ length: FEW }, (_, number) => number);

/** The kinds whose verification asks a store, of one that {@link FEW} keys and sessions have been put into. */
export const STORE_CASES: readonly (readonly [Kind, (place: Place) => Case | Promise<Case>])[] = [
  ["api-key", storedKeys],
  ["session", storedSessions],
  ["token-asked", askedTokens],
  ["refresh", refreshTokens],
];

function storedKeys(place: Place): Case {
  const { bare } = place;
  const [keys, ids] = [numbers.map(keyText), numbers.map(keyId)];
  return {
    ...at64(place),
    kind: "api-key",
    ...keyActs(place, keys),
    bare: bare ? (turn) => bare.find("api_keys", at(ids, turn)) : digestedKeys(keys),
    bareIs: bare?.reads ?? "SHA-256, a `Map`, `timingSafeEqual`",
  };
}

function storedSessions(place: Place): Case {
  const { bare } = place;
  const [secrets, ids] = [numbers.map(sessionSecret), numbers.map(sessionId)];
  return {
    ...at64(place),
    kind: "session",
    ...sessionActs(place, secrets),
    bare: bare
      ? (turn) => bare.find("sessions", at(ids, turn))
      : (turn) => hash("sha256", at(secrets, turn), "base64url"),
    bareIs: bare?.reads ?? "SHA-256",
  };
}

/** Whose network can be waited for by many, is. */
function at64({ name, isRemote }: Place) {
  return { place: name, concurrencies: isRemote ? [1, MOST_AT_ONCE] : [1] };
}

/** Keys that the store is asked about each time. */
export function keyActs({ store }: Pick<Place, "store">, keys: readonly string[]) {
  const apiKeys = new ApiKeys({ store, prefix: KEY_PREFIX, cache: false, lastUseInterval: 86_400 });
  return {
    ours: (turn: number) => apiKeys.verify(at(keys, turn)),
    wrong: () => apiKeys.verify(keyText(-1)),
  };
}

/** Requests to a route that reads its session, and to one that reads none. */
export function sessionActs({ store }: Pick<Place, "store">, secrets: readonly string[]) {
  return requestActs(withSessionRoute({ store }), secrets);
}

/** An application with sessions, and a route that refuses whoever has none. */
export function withSessionRoute(sessions: SessionOptions): API {
  const api = new API({ sessions, secretKey: randomBytes(32).toString("base64url") });
  api.get("/", (req, resp) => {
    resp.statusCode = req.session.get("user") === undefined ? 401 : 200;
  });
  return api;
}

/** As {@link sessionActs}, for any application and the values of its sessions' cookies. */
export function requestActs(api: API, values: readonly string[]) {
  const plain = new API();
  plain.get("/", (_req, resp) => {
    resp.statusCode = 200;
  });
  const ask = async (of: API, value: string) => {
    const headers = { cookie: `__Host-session=${value}` };
    return (await of.fetch(new Request("https://bench.example/", { headers }))).status === 200;
  };
  return {
    ours: (turn: number) => ask(api, at(values, turn)),
    besides: (turn: number) => ask(plain, at(values, turn)),
    wrong: () => ask(api, sessionSecret(-1)),
  };
}

/** What is behind a verification in memory, by hand. */
function digestedKeys(keys: readonly string[]): Act {
  const records = new Map<string, StoredAPIKey>(numbers.map((number) => [keyId(number), keyRecord(number)]));
  const start = KEY_PREFIX.length + 1;
  return (turn) => {
    const key = at(keys, turn);
    const record = records.get(key.slice(start, start + 15));
    const digest = hash("sha256", key, "base64url");
    return record && timingSafeEqual(Buffer.from(digest), Buffer.from(record.digest));
  };
}

/** Tokens that are remembered, with the store asked about their revocation each time. */
async function askedTokens(place: Place): Promise<Case> {
  const { store, bare } = place;
  const ids = numbers.map((number) => `revoked-${number}`);
  await Promise.all(ids.map((id) => store.revocations.revoke(id, Date.now() + HOUR)));
  const tokens = tokensOn({ revocations: store.revocations }, { revocationDelay: 0 });
  const texts = await Promise.all(numbers.map((number) => tokens.issue({ subject: `user-${number}` })));
  const secret = randomBytes(32);
  return {
    ...at64(place),
    kind: "token-asked",
    ours: (turn) => tokens.verify(at(texts, turn)),
    wrong: () => tokens.verify(`${texts[0]}x`),
    bare: bare
      ? (turn) => bare.find("revocations", at(ids, turn))
      : (turn) => createHmac("sha256", secret).update(at(texts, turn)).digest(),
    bareIs: bare?.reads ?? "HMAC-SHA-256",
  };
}

/** Each worker takes its last token for the next one. */
async function refreshTokens(place: Place): Promise<Case> {
  const { store, bare } = place;
  const tokens = tokensOn({ refreshTokens: store.refreshTokens });
  const starts = numbers
    .slice(0, MOST_AT_ONCE)
    .map((number) => tokens.start({ subject: `user-${number}`, scope: "notes:read" }));
  const chains = (await Promise.all(starts)).map(({ refresh_token }) => refresh_token);
  const [spent] = chains as [string];
  const ids = numbers.map(keyId);
  const secret = randomBytes(32);
  return {
    ...at64(place),
    kind: "refresh",
    ours: async (_turn, worker) => {
      const pair = await tokens.refresh(at(chains, worker));
      if (pair !== null) chains[worker] = pair.refresh_token;
      return pair;
    },
    wrong: () => tokens.refresh(spent.replace(/.{8}$/, "AAAAAAAA")),
    bare: bare
      ? (turn) => bare.write(at(ids, turn))
      : (turn) => {
          const digest = createHash("sha256").update(at(ids, turn)).digest();
          return createHmac("sha256", secret).update(digest).digest("base64url");
        },
    bareIs: bare?.writes ?? "SHA-256 and HMAC-SHA-256",
  };
}

function tokensOn(store: ConstructorParameters<typeof Tokens>[0]["store"] & {}, options = {}) {
  return new Tokens({
    issuer: "https://auth.bench.example",
    audience: "https://api.bench.example",
    keys: [{ alg: "HS256", key: randomBytes(32) }],
    store,
    ...options,
  });
}
