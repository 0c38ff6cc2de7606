import { API, abort } from "responder-ts";
import { memory } from "responder-ts/stores";
import { expect, it } from "vitest";
import { type Derive, derive } from "../../src/passwords/derive.ts";
import {
  Passwords,
  type PasswordsOptions,
  Throttle,
  type ThrottleOptions,
} from "../../src/passwords/index.ts";
import { recordingLogger } from "../support/logger.ts";
import { overTransports, type Send } from "../support/transports.ts";

const PASSWORD = "correct horse battery";
const NUL = "nul\0nul-\u{1F511}-caf\u00e9";

/** A service that people sign in to, behind a proxy that says where they are. */
async function service(options: Partial<ThrottleOptions> = {}, more: PasswordsOptions = {}) {
  let runs = 0;
  const counted: Derive = (input) => {
    runs++;
    return derive(input);
  };
  const passwords = new Passwords({ derive: counted, ...more });
  const users: Record<string, string> = {
    ada: await passwords.hash(PASSWORD),
    nul: await passwords.hash(NUL),
    greedy: "$argon2id$v=19$m=4294967295,t=4294967295,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZXNhbHRzb21lc2FsdA",
    odd: "not a hash at all",
  };
  const throttle = new Throttle({ store: memory(), ...options });
  const logger = recordingLogger();
  const api = new API({ logger, trustedProxies: ["loopback"] });
  api.post("/login", async (req) => {
    const { name, password } = (await req.media()) as { name: string; password: string };
    const stored = Object.hasOwn(users, name) ? users[name] : undefined;
    const isRight = await throttle.attempt({ account: name, address: req.ip }, () =>
      passwords.verify(password, stored),
    );
    if (!isRight) abort(401, "Invalid credentials");
    return { hello: name };
  });
  return {
    api,
    logger,
    runs: () => runs,
    restart: () => {
      runs = 0;
    },
  };
}

function signIn(send: Send, name: string, password: unknown, from = "203.0.113.1"): Promise<Response> {
  return send("/login", {
    method: "POST",
    json: { name, password },
    headers: { "x-forwarded-for": from },
  });
}

const count = (answers: readonly Response[], status: number) =>
  answers.filter((answer) => answer.status === status).length;

overTransports("attack on passwords", (serve) => {
  it("a hundred guesses at once: six are tried, the others wait", async () => {
    const { api, runs, restart } = await service();
    const send = await serve(api);
    restart();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => signIn(send, "ada", `guess number ${index}`)),
    );
    expect([count(answers, 401), count(answers, 429), runs()]).toEqual([6, 94, 6]);
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(await refused?.json()).toMatchObject({ code: "too_many_attempts" });
    // The right one has to wait as well: an answer to it would be the answer to a guess.
    expect((await signIn(send, "ada", PASSWORD)).status).toBe(429);
  });

  it("one password for many accounts, from one address: fifty-one are tried", async () => {
    const { api, runs, restart } = await service();
    const send = await serve(api);
    restart();
    const answers: Response[] = [];
    for (let index = 0; index < 60; index++) answers.push(await signIn(send, `user-${index}`, "Summer2026!"));
    expect(count(answers, 429)).toBeGreaterThan(0);
    expect(runs()).toBeLessThanOrEqual(55);
    expect((await signIn(send, "ada", PASSWORD, "198.51.100.7")).status).toBe(200);
  });

  it("one account from many addresses: twenty-one are tried, and its owner is let in where they were before", async () => {
    const { api, runs, restart } = await service();
    const send = await serve(api);
    expect((await signIn(send, "ada", PASSWORD, "192.0.2.1")).status).toBe(200);
    restart();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => signIn(send, "ada", "guess", `198.51.100.${index}`)),
    );
    expect([count(answers, 401), count(answers, 429), runs()]).toEqual([21, 39, 21]);
    expect((await signIn(send, "ada", PASSWORD, "192.0.2.1")).status).toBe(200);
  });

  it("one account from all the addresses of an IPv6 network: they are one", async () => {
    const { api } = await service();
    const send = await serve(api);
    const answers = [];
    for (let index = 0; index < 10; index++)
      answers.push(await signIn(send, "ada", "guess", `2001:db8::${index}`));
    expect(count(answers, 429)).toBeGreaterThan(0);
  });

  it("finding out which accounts there are: the same work, answer and waiting for all", async () => {
    const { api, runs, restart } = await service();
    const send = await serve(api);
    const seen: unknown[] = [];
    for (const name of ["ada", "nobody", "__proto__", "toString"]) {
      restart();
      const answer = await signIn(send, name, "wrong password", `203.0.113.${name.length}`);
      seen.push([answer.status, await answer.text(), runs()]);
    }
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
    const statuses = async (name: string, from: string) => {
      const found: number[] = [];
      for (let index = 0; index < 8; index++) found.push((await signIn(send, name, "wrong", from)).status);
      return found;
    };
    expect(await statuses("ada", "192.0.2.8")).toEqual(await statuses("nobody", "192.0.2.9"));
  });

  it("a password of half a megabyte costs no more than any other, and is wrong", async () => {
    const { api, runs, restart } = await service();
    const send = await serve(api);
    restart();
    expect((await signIn(send, "ada", "x".repeat(500_000))).status).toBe(401);
    expect((await signIn(send, "ada", PASSWORD + "x".repeat(500_000))).status).toBe(401);
    expect(runs()).toBe(2);
  });

  it.each([[null], [7], [true], [[PASSWORD]], [{ toString: PASSWORD }], [{ length: 20 }]])(
    "a password that is %j is wrong",
    async (password) => {
      const { api } = await service();
      expect((await signIn(await serve(api), "ada", password)).status).toBe(401);
    },
  );

  it("NUL bytes and other characters count: neither a part nor a look-alike lets in", async () => {
    const { api } = await service({ pair: { free: 20 } });
    const send = await serve(api);
    const alike = [
      "nul",
      "nul\0",
      NUL.replaceAll("\0", ""),
      NUL.normalize("NFD"),
      `${NUL}\0`,
      NUL.toUpperCase(),
    ];
    for (const password of alike) expect((await signIn(send, "nul", password)).status).toBe(401);
    expect((await signIn(send, "nul", NUL)).status).toBe(200);
  });

  it("a stored hash that asks for terabytes, or is none, is an error without any work, and lets nobody in", async () => {
    const { api, runs, restart, logger } = await service();
    const send = await serve(api);
    restart();
    for (const name of ["greedy", "odd"]) expect((await signIn(send, name, PASSWORD)).status).toBe(500);
    expect(runs()).toBe(0);
    const said = logger.lines.map(({ message, error }) => `${message} ${(error as Error).message}`).join();
    expect(said).not.toMatch(/4294967295|not a hash at all|battery/);
  });

  it("more sign-ins than the machine bears: 503 at once for those who find no place, and then all is well", async () => {
    const { api } = await service({}, { concurrency: 1, waiting: 3 });
    const send = await serve(api);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => signIn(send, `user-${index}`, "x", `198.51.100.${index}`)),
    );
    expect(count(answers, 401)).toBeGreaterThanOrEqual(4);
    const busy = answers.find(({ status }) => status === 503);
    expect(busy?.headers.get("retry-after")).toBe("2");
    expect(await busy?.json()).toMatchObject({ code: "too_busy" });
    expect((await signIn(send, "ada", PASSWORD)).status).toBe(200);
  });

  it("no password is in a log or an answer", async () => {
    const { api, logger } = await service();
    const send = await serve(api);
    const answers = [];
    for (let index = 0; index < 8; index++) answers.push(await signIn(send, "odd", PASSWORD));
    const said = await Promise.all(answers.map((answer) => answer.text()));
    expect(
      JSON.stringify([said, logger.lines.map(({ message, error }) => [message, String(error)])]),
    ).not.toContain("battery");
  });
});

overTransports("a store of throttles that is away", (serve) => {
  it("lets nobody in, with the right password neither, and hashes nothing", async () => {
    const away = () => Promise.reject(new Error("away"));
    const { api, runs, restart } = await service({ store: { throttles: { read: away, replace: away } } });
    const send = await serve(api);
    restart();
    const answer = await signIn(send, "ada", PASSWORD);
    expect([answer.status, runs()]).toEqual([503, 0]);
    expect(await answer.json()).toMatchObject({ code: "store_unavailable" });
  });
});
