import { describe, expect, it } from "vitest";
import { hash, needsRehash, verify } from "./default.ts";
import { type Derive, derive } from "./derive.ts";
import { Passwords, type PasswordsOptions } from "./passwords.ts";

const PASSWORD = "correct horse battery";

/** Counts what is derived, and at which cost. */
function counting() {
  const runs: string[] = [];
  const counted: Derive = (input) => {
    runs.push(`m=${input.memory},t=${input.passes},p=${input.parallelism},${input.tagLength}`);
    return derive(input);
  };
  return { runs, passwords: new Passwords({ derive: counted }) };
}

describe("a hash", () => {
  it("is argon2id at OWASP's cost, with a salt of its own each time", async () => {
    const [one, other] = [await hash(PASSWORD), await hash(PASSWORD)];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await verify(PASSWORD, one)).toBe(true);
    expect(await verify(PASSWORD, other)).toBe(true);
  });

  it("fits what another implementation made of the same password", async () => {
    // Of the reference implementation's command line: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1
    const reference =
      "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    expect(await verify("password", reference)).toBe(true);
    expect(await verify("Password", reference)).toBe(false);
    expect(needsRehash(reference)).toBe(true);
  });

  it("is made anew when the cost has risen, and of an old password too", async () => {
    const stored = await hash(PASSWORD);
    const dearer = new Passwords({ memory: 32_768 });
    expect([needsRehash(stored), dearer.needsRehash(stored)]).toEqual([false, true]);
    const renewed = await dearer.hash("password", { policy: false });
    expect(dearer.needsRehash(renewed)).toBe(false);
    expect(await verify("password", renewed)).toBe(true);
  });

  it("is made of no password that the policy refuses", async () => {
    for (const bad of ["short", "password", "x".repeat(1025), undefined]) {
      await expect(hash(bad as string)).rejects.toMatchObject({ code: "validation_failed" });
    }
    await expect(hash("tr0ub4dor&3", { policy: { minimum: 15 } })).rejects.toMatchObject({ statusCode: 422 });
    for (const none of ["x".repeat(1025), "\ud800".repeat(9), undefined]) {
      await expect(hash(none as string, { policy: false })).rejects.toMatchObject({ statusCode: 422 });
    }
  });
});

describe("a password", () => {
  it("counts to its last character: it is not cut off, at a NUL or anywhere", async () => {
    for (const [one, other] of [
      [`${"x".repeat(80)}a`, `${"x".repeat(80)}b`],
      ["nul\0nul-a", "nul\0nul-b"],
      ["trailing ", "trailing"],
      [`${"y".repeat(1023)}a`, `${"y".repeat(1023)}b`],
    ] as const) {
      const stored = await hash(one, { policy: false });
      expect(await verify(one, stored)).toBe(true);
      expect(await verify(other, stored)).toBe(false);
    }
  });

  it("is taken as it is: no case, width or composition is made equal", async () => {
    const stored = await hash("caf\u00e9-caf\u00e9");
    for (const alike of ["cafe\u0301-cafe\u0301", "CAFÉ-CAFÉ", "ｃafé-café"])
      expect(await verify(alike, stored)).toBe(false);
  });

  it("that can be none is wrong, after the same work", async () => {
    const { runs, passwords } = counting();
    const stored = await passwords.hash(PASSWORD);
    runs.length = 0;
    for (const none of ["x".repeat(10_000_000), "\ud800", undefined, null, 7, {}]) {
      expect(await passwords.verify(none as string, stored)).toBe(false);
    }
    expect(runs).toEqual(Array.from({ length: 6 }, () => "m=19456,t=2,p=1,32"));
    // The empty password stands in for them: it must not be let in by that.
    const empty = await passwords.hash("", { policy: false });
    expect(await passwords.verify("x".repeat(2000), empty)).toBe(false);
    expect(await passwords.verify("", empty)).toBe(true);
  });

  it("of an account that is not there is wrong after the same work", async () => {
    const { runs, passwords } = counting();
    const stored = await passwords.hash(PASSWORD);
    const [made] = runs.splice(0);
    expect(await passwords.verify("wrong password", stored)).toBe(false);
    expect(await passwords.verify(PASSWORD, undefined)).toBe(false);
    expect(await passwords.verify(PASSWORD, null)).toBe(false);
    expect(runs).toEqual([made, made, made]);
  });

  it("of a stored text that is none is an error, and nothing of the text is in it", async () => {
    for (const broken of ["", "plaintext-password", "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$x"]) {
      const failure = await verify(PASSWORD, broken).catch((error: Error) => error.message);
      expect(failure).toMatch(/^A stored password/);
      expect(String(failure)).not.toContain(broken || "\0");
    }
  });
});

describe("many at once", () => {
  it("are hashed so many at a time, and the end of the line is sent away", async () => {
    let busy = 0;
    let most = 0;
    const slow: Derive = async ({ tagLength }) => {
      most = Math.max(most, ++busy);
      await new Promise((resolve) => setTimeout(resolve, 5));
      busy--;
      return new Uint8Array(tagLength);
    };
    const passwords = new Passwords({ derive: slow, concurrency: 2, waiting: 3 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => passwords.verify(PASSWORD, null)),
    );
    expect(most).toBe(2);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "too_busy" });
    }
    expect(await passwords.verify(PASSWORD, null)).toBe(false);
  });
});

it.each([
  [{ memory: 1024 }, "OWASP"],
  [{ memory: 19_456, passes: 1 }, "OWASP"],
  [{ memory: 4_194_304 }, "OWASP"],
  [{ passes: 0 }, "OWASP"],
  [{ parallelism: 0.5 }, "OWASP"],
  [{ concurrency: 0 }, "concurrency"],
  [{ waiting: -1 }, "waiting"],
  [{ memroy: 19_456 }, 'Did you mean "memory"?'],
])("the options %o are refused", (options, message) => {
  expect(() => new Passwords(options as PasswordsOptions)).toThrow(message);
});

it.each([
  { memory: 47_104, passes: 1 },
  { memory: 12_288, passes: 3 },
  { memory: 9216, passes: 4 },
  { memory: 7168, passes: 5 },
])("OWASP's other choice %o is taken", (options) => {
  expect(new Passwords(options)).toBeInstanceOf(Passwords);
});
