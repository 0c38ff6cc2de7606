import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPHC, parsePHC } from "./phc.ts";

const SALT = "c29tZXNhbHRzb21lc2FsdA";
const TAG = "K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE";
const GOOD = `$argon2id$v=19$m=19456,t=2,p=1$${SALT}$${TAG}`;

describe("a PHC string", () => {
  it("is read and written back as it was", () => {
    expect(formatPHC(parsePHC(GOOD))).toBe(GOOD);
    expect(parsePHC(GOOD)).toMatchObject({ memory: 19_456, passes: 2, parallelism: 1 });
  });

  it("has one spelling for every hash", () => {
    const bytes = (least: number) => fc.uint8Array({ minLength: least, maxLength: 64 });
    fc.assert(
      fc.property(bytes(8), bytes(16), fc.integer({ min: 8, max: 262_144 }), (salt, tag, memory) => {
        const text = formatPHC({ memory, passes: 1, parallelism: 1, salt, tag });
        const { salt: readSalt, tag: readTag } = parsePHC(text);
        expect([[...readSalt], [...readTag]]).toEqual([[...salt], [...tag]]);
        expect(text).not.toContain("=$");
      }),
    );
  });

  it.each([
    ["nothing", ""],
    ["a bcrypt hash", "$2b$12$abcdefghijklmnopqrstuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"],
    ["argon2i", GOOD.replace("argon2id", "argon2i")],
    ["another version", GOOD.replace("v=19", "v=16")],
    ["no version", GOOD.replace("$v=19", "")],
    ["parameters in another order", GOOD.replace("m=19456,t=2", "t=2,m=19456")],
    ["a number with a zero in front", GOOD.replace("t=2", "t=02")],
    ["a sign", GOOD.replace("t=2", "t=+2")],
    ["a fraction", GOOD.replace("t=2", "t=2.0")],
    ["an exponent", GOOD.replace("m=19456", "m=1e4")],
    ["a key id", GOOD.replace("p=1", "p=1,keyid=AA")],
    ["padding", `${GOOD}=`],
    ["base64url", GOOD.replace("+", "-")],
    ["bits that say nothing", `${GOOD.slice(0, -1)}F`],
    ["no tag", GOOD.slice(0, GOOD.lastIndexOf("$"))],
    ["an empty salt", GOOD.replace(SALT, "")],
    ["a line after it", `${GOOD}\n`],
    ["a space before it", ` ${GOOD}`],
    ["a text of megabytes", GOOD + "A".repeat(5_000_000)],
    ["a number", 7 as unknown as string],
  ])("is not %s, and the message does not show it", (_what, text) => {
    expect(() => parsePHC(text)).toThrow("A stored password is no argon2id hash");
  });

  it.each([
    ["4 TiB", GOOD.replace("m=19456", "m=4294967295")],
    ["a GiB", GOOD.replace("m=19456", "m=1048576")],
    ["no memory", GOOD.replace("m=19456", "m=0")],
    ["less than eight blocks a lane", GOOD.replace("m=19456,t=2,p=1", "m=31,t=2,p=4")],
    ["a million passes", GOOD.replace("t=2", "t=1000000")],
    ["no pass", GOOD.replace("t=2", "t=0")],
    ["no lane", GOOD.replace("p=1", "p=0")],
    ["a thousand lanes", GOOD.replace("p=1", "p=1000")],
    ["much memory, many times", GOOD.replace("m=19456,t=2", "m=262144,t=5")],
    ["a salt of four bytes", GOOD.replace(SALT, "c2FsdA")],
    ["a tag of four bytes", GOOD.replace(TAG, "c2FsdA")],
    ["a tag of 96 bytes", GOOD.replace(TAG, "A".repeat(128))],
  ])("that asks for %s is refused before anything is allocated", (_what, text) => {
    expect(() => parsePHC(text)).toThrow("beyond what is taken");
  });
});
