import { inspect } from "node:util";
import { API } from "responder-ts";
import { allOf, anyOf, apiKey, basic, bearer, defineGuard, sessionAuth } from "responder-ts/auth";
import { expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

const GOOD = "good-secret-value";
const BAD = "wrong-secret-value";
const encoded = (text: string) => Buffer.from(text).toString("base64");
const nobody = (): null => null;

const schemes = {
  bearer: bearer({ verify: (token) => token === GOOD && {}, scopes: (): readonly "admin"[] => [] }),
  key: apiKey({ keys: [GOOD], scopes: (): readonly "admin"[] => [] }),
  query: apiKey({ keys: [GOOD], query: "key", name: "query", scopes: (): readonly "admin"[] => [] }),
  cookie: apiKey({ keys: [GOOD], cookie: "key", name: "cookie", scopes: (): readonly "admin"[] => [] }),
  basic: basic({ credentials: { ops: GOOD }, scopes: (): readonly "admin"[] => [] }),
};
const browser = sessionAuth({ loginPath: "/login", load: nobody });

function application(logger: ReturnType<typeof recordingLogger>) {
  const api = new API({ secretKey: "k".repeat(32), logger, requestTimeout: 0.05 });
  for (const [name, guard] of Object.entries(schemes)) {
    api.get(`/${name}/in`, { auth: guard }, () => "in");
    api.get(`/${name}/scope`, { auth: guard.requires("admin") }, () => "in");
    api.get(`/${name}/rule`, { auth: guard.where(() => false, "never") }, () => "in");
    api.get(`/${name}/optional`, { auth: guard.optional() }, () => "in");
    api.get(`/${name}/either`, { auth: anyOf(guard, browser) }, () => "in");
    api.get(`/${name}/both`, { auth: allOf(guard, browser) }, () => "in");
    api.get(`/${name}/slow`, { auth: guard.where(() => new Promise<never>(() => {}), "slow") }, () => "in");
    api.get(`/${name}/fails`, { auth: guard }, () => {
      throw new Error("the handler failed");
    });
    const failing = guard.where(() => {
      throw new Error("the rule failed");
    }, "fails");
    api.get(`/${name}/rule-fails`, { auth: failing }, () => "in");
  }
  return api;
}

const WAYS = ["in", "scope", "rule", "optional", "either", "both", "slow", "fails", "rule-fails", "nothing"];

overTransports("attack: reading a credential from an answer or a log", (serve) => {
  it.each(WAYS)("whatever comes of it: %s", async (way) => {
    const logger = recordingLogger();
    const send = await serve(application(logger));
    for (const secret of [GOOD, BAD, `${GOOD} ${BAD}`, `${GOOD}, ${GOOD}`]) {
      const attempts: [string, Record<string, string>][] = [
        [`/bearer/${way}`, { authorization: `Bearer ${secret}` }],
        [`/key/${way}`, { "x-api-key": secret }],
        [`/query/${way}?key=${encodeURIComponent(secret)}`, {}],
        [`/cookie/${way}`, { cookie: `key=${encodeURIComponent(secret)}` }],
        [`/basic/${way}`, { authorization: `Basic ${encoded(`ops:${secret}`)}` }],
      ];
      const answers = await Promise.all(
        attempts.map(([path, headers]) => send(path, { headers: { accept: "text/html", ...headers } })),
      );
      for (const response of answers) {
        const answer = inspect([...response.headers]) + (await response.text());
        for (const part of [GOOD, BAD, encoded(`ops:${secret}`), encodeURIComponent(secret)]) {
          expect(answer).not.toContain(part);
        }
      }
    }
    const logged = inspect(logger.lines, { depth: null, showHidden: true });
    for (const part of [GOOD, BAD, encoded(`ops:${GOOD}`)]) expect(logged).not.toContain(part);
    if (["slow", "fails", "rule-fails"].includes(way)) expect(logger.lines).not.toEqual([]);
  });

  it("a failing scheme of one's own is logged by its route, without the request", async () => {
    const logger = recordingLogger();
    const own = defineGuard({
      name: "own",
      extract: (req) => req.headers.get("x-own"),
      verify: (): null => {
        throw new Error("the directory is away");
      },
      challenge: { scheme: "Own" },
      openapi: { type: "apiKey", in: "header", name: "X-Own" },
    });
    const send = await serve(new API({ logger }).get("/x/{id}", { auth: own }, () => "in"));
    const response = await send("/x/personal?token=t0ken", { headers: { "x-own": GOOD } });
    expect([response.status, await response.json()]).toEqual([
      500,
      { title: "Internal Server Error", status: 500, code: "internal_error" },
    ]);
    expect(logger.lines).toEqual([
      {
        level: "error",
        message: "GET /x/{id} failed and was answered with 500",
        error: expect.objectContaining({ message: "the directory is away" }),
      },
    ]);
  });
});
