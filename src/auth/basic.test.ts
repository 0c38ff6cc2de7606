import { Buffer } from "node:buffer";
import { describe, expect, it, vi } from "vitest";
import { basic } from "./basic.ts";
import { ask } from "./guard.fixture.ts";

const compared = vi.hoisted(() => vi.fn());
vi.mock("node:crypto", async (original) => {
  const crypto = await original<typeof import("node:crypto")>();
  return {
    ...crypto,
    timingSafeEqual: (one: Uint8Array, other: Uint8Array) => {
      compared(one.length, other.length);
      return crypto.timingSafeEqual(one, other);
    },
  };
});

const nobody = (): null => null;
const encoded = (text: string) => Buffer.from(text, "utf8").toString("base64");
const sent = (credentials: string) => ({ headers: { authorization: `Basic ${credentials}` } });
const operator = basic({ credentials: { ops: "correct horse", Jürgen: "p:ä:ss" } });

describe("basic", () => {
  it("lets in who knows a name and its password", async () => {
    expect(await ask(operator, sent(encoded("ops:correct horse")))).toMatchObject({
      status: 200,
      principal: { username: "ops" },
      scheme: "basic",
    });
  });

  it("takes UTF-8, and colons in the password (RFC 7617, 2 and 2.1)", async () => {
    expect((await ask(operator, sent(encoded("Jürgen:p:ä:ss")))).principal).toEqual({ username: "Jürgen" });
  });

  it("takes base64 without its padding", async () => {
    expect((await ask(operator, sent(encoded("ops:correct horse").replace(/=+$/, "")))).status).toBe(200);
  });

  it.each(["basic", "BASIC"])("takes the scheme's name as %s", async (name) => {
    const headers = { authorization: `${name} ${encoded("ops:correct horse")}` };
    expect((await ask(operator, { headers })).status).toBe(200);
  });

  it("asks for UTF-8 in its realm", async () => {
    expect((await ask(operator)).challenge).toBe('Basic realm="api", charset="UTF-8"');
    expect((await ask(basic({ realm: 'the "inner"\\room', verify: () => null }))).challenge).toBe(
      'Basic realm="the \\"inner\\"\\\\room", charset="UTF-8"',
    );
  });

  it("has a verifier decide instead", async () => {
    const guard = basic({ verify: async ({ username, password }) => password === "x" && { id: username } });
    expect((await ask(guard, sent(encoded("me:x")))).principal).toEqual({ id: "me" });
    expect(await ask(guard, sent(encoded("me:y")))).toMatchObject({
      status: 401,
      code: "credentials_refused",
    });
  });

  it.each([
    ["neither credentials nor verify", {}],
    ["both", { credentials: {}, verify: nobody }],
    ["an empty password", { credentials: { ops: "" } }],
    ["a password that is missing from the environment", { credentials: { ops: undefined } }],
    ["a realm that would split the answer", { realm: "x\r\nset-cookie: a=b", verify: nobody }],
    ["an option that there is not", { credentials: {}, users: {} }],
  ])("is not made with %s", (_what, options) => {
    expect(() => basic(options as unknown as Parameters<typeof basic>[0])).toThrow(TypeError);
  });
});

describe("attack: malformed credentials are not compared", () => {
  it.each([
    ["nothing after the name", ""],
    ["no base64", "%%%"],
    ["no colon", encoded("ops")],
    ["bytes that are no UTF-8", Buffer.from([0x6f, 0xff, 0x3a, 0x70]).toString("base64")],
    ["a NUL", encoded("ops:\0")],
    ["a line break in the name", encoded("o\nps:correct horse")],
    ["a line break in the password", encoded("ops:correct\r\nhorse")],
    ["DEL", encoded("ops:\x7f")],
    ["characters that decoders skip", encoded("ops:correct horse").replace(/^./, "$&..")],
    ["bits that decoders drop", encoded("ops:correct hors").replace(/[A-Z]==$/i, "x==")],
    ["two fields", `${encoded("ops:correct horse")}, Basic ${encoded("ops:correct horse")}`],
  ])("%s", async (_what, credentials) => {
    compared.mockClear();
    expect(await ask(operator, sent(credentials))).toMatchObject({
      status: 401,
      code: "credentials_malformed",
      challenge: 'Basic realm="api", charset="UTF-8"',
      reached: false,
    });
    expect(compared).not.toHaveBeenCalled();
  });
});

describe("attack: learning names and passwords by time", () => {
  it.each([
    ["a known name with its password", "ops:correct horse", 200],
    ["a known name with another password", "ops:wrong", 401],
    ["a known name with another's password", "ops:p:ä:ss", 401],
    ["an unknown name", "nobody:correct horse", 401],
    ["an unknown name without a password", "nobody:", 401],
    ["a name that every object has", "constructor:x", 401],
    ["a name that is every object's prototype", "__proto__:x", 401],
    ["no name", ":correct horse", 401],
    ["a very long password", `ops:${"x".repeat(5_000)}`, 401],
  ])("%s costs one comparison of two digests in constant time", async (_what, credentials, status) => {
    compared.mockClear();
    expect((await ask(operator, sent(encoded(credentials)))).status).toBe(status);
    expect(compared.mock.calls).toEqual([[64, 64]]);
  });

  it("a password that hashes to nothing known lets no unknown name in", async () => {
    const nobodyKnown = basic({ credentials: {} });
    expect((await ask(nobodyKnown, sent(encoded("a:b")))).code).toBe("credentials_refused");
  });
});

describe("attack: a browser's own credentials in another site's form (cross-site request forgery)", () => {
  const credentials = sent(encoded("ops:correct horse")).headers;

  it("an unsafe request that another site's page made is refused, and nothing happened", async () => {
    const headers = { ...credentials, "sec-fetch-site": "cross-site" };
    expect(await ask(operator, { method: "POST", headers })).toMatchObject({
      status: 403,
      code: "cross_site_request",
      reached: false,
    });
  });

  it("a safe one, one of this site and one of no browser pass", async () => {
    const cross = { ...credentials, "sec-fetch-site": "cross-site" };
    const own = { ...credentials, "sec-fetch-site": "same-origin" };
    expect((await ask(operator, { headers: cross })).status).toBe(200);
    expect((await ask(operator, { method: "POST", headers: own })).status).toBe(200);
    expect((await ask(operator, { method: "POST", headers: credentials })).status).toBe(200);
  });

  it("whoever presents nothing is asked for credentials as always", async () => {
    const headers = { "sec-fetch-site": "cross-site" };
    expect((await ask(operator, { method: "POST", headers })).code).toBe("credentials_missing");
  });
});
