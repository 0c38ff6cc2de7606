import {
  argon2,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
  verify,
} from "node:crypto";
import { promisify } from "node:util";
import { ApiKeys } from "responder-ts/keys";
import { Passwords } from "responder-ts/passwords";
import { Tokens } from "responder-ts/tokens";
import type { Case, Kind } from "./case.ts";
import { type Act, at } from "./pace.ts";
import { openMemory } from "./places.ts";
import { KEY_PREFIX, keyText } from "./records.ts";
import { requestActs, withSessionRoute } from "./store-cases.ts";

const MEMORY = { place: "memory", concurrencies: [1] } as const;
const NUMBERS = Array.from({ length: 1000 }, (_, number) => number);
/** More cookies than are remembered, so that each is verified. */
const COOKIES = 3000;
const ISSUER = "https://auth.bench.example";
const AUDIENCE = "https://api.bench.example";

/** The kinds that no store is asked about, each made when its turn comes: what was signed long ago is renewed when read. */
export const CRYPTO_CASES: readonly (readonly [Kind, () => Promise<Case>])[] = [
  ["api-key-remembered", rememberedKeys],
  ["cookie-signed", () => cookies(false)],
  ["cookie-encrypted", () => cookies(true)],
  ["token-remembered", () => tokens("token-remembered", "HS256")],
  ["token-hs256", () => tokens("token-hs256", "HS256")],
  ["token-es256", () => tokens("token-es256", "ES256")],
  ["token-eddsa", () => tokens("token-eddsa", "EdDSA")],
  ["password", passwords],
];

async function rememberedKeys(): Promise<Case> {
  const { store, fill } = openMemory();
  await fill(NUMBERS.length);
  const apiKeys = new ApiKeys({
    store,
    prefix: KEY_PREFIX,
    cache: { maxAge: 86_400 },
    lastUseInterval: 86_400,
  });
  const keys = NUMBERS.map(keyText);
  for (const key of keys) await apiKeys.verify(key);
  const known = new Map(keys.map((key) => [hash("sha256", key, "base64url"), { owner: "ada" }]));
  return {
    ...MEMORY,
    kind: "api-key-remembered",
    ours: (turn) => apiKeys.verify(at(keys, turn)),
    wrong: () => apiKeys.verify(keyText(-1)),
    bare: (turn) => known.get(hash("sha256", at(keys, turn), "base64url")),
    bareIs: "SHA-256 and a `Map`",
  };
}

async function cookies(encrypt: boolean): Promise<Case> {
  const api = withSessionRoute({ encrypt });
  api.get("/login/{number}", (req, resp) => {
    req.session.set("user", `user-${req.params.number}`);
    req.session.set("role", "admin");
    resp.statusCode = 200;
  });
  const values: string[] = [];
  for (let number = 0; number < COOKIES; number++) {
    const response = await api.fetch(new Request(`https://bench.example/login/${number}`));
    values.push(/^__Host-session=([^;]+)/.exec(response.headers.get("set-cookie") ?? "")?.[1] as string);
  }
  const payload = JSON.stringify({
    id: "i".repeat(22),
    issued: Date.now(),
    data: { user: "ada", role: "admin" },
  });
  return {
    ...MEMORY,
    ...requestActs(api, values),
    kind: encrypt ? "cookie-encrypted" : "cookie-signed",
    bare: encrypt ? decrypted(payload) : unsigned(payload),
    bareIs: `${encrypt ? "AES-256-GCM" : "HMAC-SHA-256"} and \`JSON.parse\``,
  };
}

/** Verifies the signature of a payload by hand. */
function unsigned(payload: string): Act {
  const key = createSecretKey(randomBytes(32));
  const encoded = Buffer.from(payload).toString("base64url");
  const mac = () => createHmac("sha256", key).update(encoded).digest("base64url");
  const given = mac();
  return () =>
    timingSafeEqual(Buffer.from(given), Buffer.from(mac())) &&
    JSON.parse(Buffer.from(encoded, "base64url").toString());
}

/** Decrypts a payload by hand. */
function decrypted(payload: string): Act {
  const [key, nonce] = [createSecretKey(randomBytes(32)), randomBytes(12)];
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(payload), cipher.final()]).toString("base64url");
  const tag = cipher.getAuthTag();
  return () => {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce).setAuthTag(tag);
    return JSON.parse(decipher.update(sealed, "base64url", "utf8") + decipher.final("utf8"));
  };
}

async function tokens(kind: Kind, alg: "HS256" | "ES256" | "EdDSA"): Promise<Case> {
  const pairs = {
    HS256: () => {
      const key = createSecretKey(randomBytes(32));
      return { privateKey: key, publicKey: key };
    },
    ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
    EdDSA: () => generateKeyPairSync("ed25519"),
  };
  const { privateKey, publicKey } = pairs[alg]();
  const ours = new Tokens<{ role: string }>({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: [{ alg, key: privateKey }],
    ...(kind !== "token-remembered" && { cacheSize: 0 }),
  });
  const subjects = NUMBERS.map((number) => `user-${number}`);
  const texts = await Promise.all(
    subjects.map((subject) => ours.issue({ subject, claims: { role: "admin" } })),
  );
  for (const text of texts) await ours.verify(text);
  const [first] = texts as [string];
  return {
    ...MEMORY,
    kind,
    ours: (turn) => ours.verify(at(texts, turn)),
    wrong: () => ours.verify(`${first.slice(0, -43)}${"A".repeat(43)}`),
    bare: verifiedByHand(texts, publicKey),
    bareIs: alg === "HS256" ? "HMAC-SHA-256, claims" : `\`verify\` of ${alg}, claims`,
  };
}

function verifiedByHand(texts: readonly string[], key: KeyObject): Act {
  const isSigned = (content: string, signature: string) => {
    if (key.type === "secret") {
      const mac = createHmac("sha256", key).update(content).digest();
      return timingSafeEqual(mac, Buffer.from(signature, "base64url"));
    }
    const [digest, dsaEncoding] = key.asymmetricKeyType === "ec" ? ["sha256", "ieee-p1363" as const] : [null];
    const by = dsaEncoding === undefined ? key : { key, dsaEncoding };
    return verify(digest, Buffer.from(content), by, Buffer.from(signature, "base64url"));
  };
  return (turn) => {
    const text = at(texts, turn);
    const end = text.lastIndexOf(".");
    if (!isSigned(text.slice(0, end), text.slice(end + 1))) return null;
    const claims = JSON.parse(Buffer.from(text.slice(text.indexOf(".") + 1, end), "base64url").toString());
    return claims.exp * 1000 > Date.now() && claims.iss === ISSUER && claims.aud === AUDIENCE && claims;
  };
}

async function passwords(): Promise<Case> {
  const ours = new Passwords();
  const password = "correct horse battery";
  const stored = await ours.hash(password);
  const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
  const derived = promisify(argon2);
  return {
    ...MEMORY,
    kind: "password",
    ours: () => ours.verify(password, stored),
    wrong: () => ours.verify("incorrect horse battery", stored),
    bare: () => derived("argon2id", { message: password, nonce: randomBytes(16), ...cost }),
    bareIs: "`argon2`",
  };
}
