import { afterAll, beforeAll, expect, it } from "vitest";
import { ApiKeys, OPERATOR } from "../../src/keys/index.ts";
import { Throttle } from "../../src/passwords/index.ts";
import { Tokens } from "../../src/tokens/index.ts";
import { STORES, type StoreUnderTest } from "./every-store.ts";

const HUNDRED = Array.from({ length: 100 }, (_, index) => index);

for (const { name, describe, make } of STORES) {
  describe(`a hundred at once, on ${name}`, () => {
    let made: StoreUnderTest;
    beforeAll(async () => {
      made = await make();
    });
    afterAll(() => made?.close());

    function tokens() {
      return new Tokens({
        issuer: "https://auth.example",
        audience: "https://api.example",
        keys: [{ alg: "HS256", key: new Uint8Array(32).fill(7) }],
        store: made.store,
      });
    }

    it("refreshes of one token make exactly one successor, and it is good", async () => {
      const issuer = tokens();
      const { refresh_token } = await issuer.start({ subject: "ada" });
      const answers = await Promise.all(
        HUNDRED.map(() => issuer.refresh(refresh_token, { sender: "laptop" })),
      );
      const successors = new Set(answers.map((answer) => answer?.refresh_token));
      expect(successors.size).toBe(1);
      const [successor] = successors;
      expect(await issuer.refresh(successor ?? "", { sender: "laptop" })).not.toBeNull();
    });

    it("attack: refreshes of a stolen token by many senders end the sign-in for all of them", async () => {
      const issuer = tokens();
      const { refresh_token } = await issuer.start({ subject: "grace" });
      const answers = await Promise.all(
        HUNDRED.map((sender) => issuer.refresh(refresh_token, { sender: `${sender}` })),
      );
      const given = answers.filter((answer) => answer !== null);
      expect(given.length).toBeLessThanOrEqual(1);
      for (const answer of given) {
        expect(await issuer.refresh(answer.refresh_token, { sender: "0" })).toBeNull();
      }
    });

    it("rotations of one API key make exactly one successor", async () => {
      const keys = new ApiKeys({ store: made.store, prefix: "acme" });
      const { record } = await keys.create(OPERATOR, { owner: "ada", name: "ci", scopes: [] });
      const rotated = await Promise.all(HUNDRED.map(() => keys.rotate(OPERATOR, record.id)));
      expect(rotated.filter((answer) => answer !== null)).toHaveLength(1);
      expect(await keys.list(OPERATOR, { owner: "ada" })).toHaveLength(2);
      await keys.close();
    });

    it("attack: guesses of one password are counted: no more are made than are free", async () => {
      const throttle = new Throttle({ store: made.store });
      let guesses = 0;
      const outcomes = await Promise.allSettled(
        HUNDRED.map(() =>
          throttle.attempt({ account: "ada", address: "203.0.113.7" }, () => {
            guesses++;
            return false;
          }),
        ),
      );
      expect(guesses).toBeLessThanOrEqual(6);
      expect(guesses).toBeGreaterThan(0);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") {
          expect(["too_many_attempts", "store_unavailable"]).toContain(outcome.reason.code);
        }
      }
    });
  });
}
