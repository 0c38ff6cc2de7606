import type { ThrottleState, ThrottleStore } from "../../stores/contracts/index.ts";
import { atOnce, endsAt, holds, newId, type Promises, paced, same, settled } from "./case.ts";
import { HOSTILE, LOOKALIKES, UNKEEPABLE } from "./hostile.ts";

function state(failures: number, given: Partial<ThrottleState> = {}): ThrottleState {
  return { failures, blockedUntil: 0, expiresAt: Date.now() + 60_000, ...given };
}

export const throttlePromises: Promises<ThrottleStore> = {
  "a state is read as it was kept": async (store) => {
    const key = newId();
    same(await store.read(key), null, "before there is one");
    const first = state(1, { blockedUntil: Date.now() + 5_000 });
    same(await store.replace(key, null, first), true, "the first");
    same(await store.read(key), first, "the first, read");
    const second = state(2);
    same(await store.replace(key, first, second), true, "the second");
    same(await store.read(key), second, "the second, read");
  },

  "a state is replaced only if it is the expected one": async (store) => {
    const key = newId();
    const held = state(3, { blockedUntil: 1_000 });
    await store.replace(key, null, held);
    const next = state(4);
    same(await store.replace(key, null, next), false, "none was expected");
    same(await store.replace(key, { ...held, failures: 2 }, next), false, "other failures");
    same(await store.replace(key, { ...held, blockedUntil: 1_001 }, next), false, "another blockedUntil");
    same(await store.replace(key, { ...held, failures: 2 }, null), false, "other failures, and none next");
    same(await store.read(key), held, "what is kept");
    same(
      await store.replace(key, { ...held, expiresAt: 5 }, next),
      true,
      "another expiresAt, which does not count",
    );
    same(await store.replace(newId(), held, next), false, "where there is none");
  },

  "a state goes when none takes its place": async (store) => {
    const key = newId();
    const held = state(1);
    await store.replace(key, null, held);
    same(await store.replace(key, held, null), true, "the removal");
    same(await store.read(key), null, "what is kept");
    same(await store.replace(key, held, state(2)), false, "a late write that expects the old one");
    same(await store.replace(key, null, null), true, "none in the place of none");
    same(await store.read(key), null, "what is kept after it");
    same(await store.replace(key, null, state(1)), true, "a new one");
  },

  "a state is forgotten at its `expiresAt`, to the millisecond": async (store) => {
    const key = newId();
    const held = state(5, { expiresAt: Date.now() + 150 });
    await store.replace(key, null, held);
    await endsAt(held.expiresAt, async () => (await store.read(key)) !== null);
    same(await store.replace(key, held, state(6)), false, "a late write that expects it");
    same(await store.read(key), null, "what is kept");
    same(await store.replace(key, null, state(1)), true, "a write that expects none");
  },

  "a later state moves the end, both ways": async (store) => {
    await paced(async (pace, doneBefore) => {
      const [longer, shorter] = [newId(), newId()];
      const held = state(1, { expiresAt: Date.now() + 60 * pace });
      await store.replace(longer, null, held);
      const late = Date.now() + 300 * pace;
      const lengthened = await store.replace(longer, held, state(2, { expiresAt: late }));
      doneBefore(held.expiresAt);
      same(lengthened, true, "to a later end");
      await store.replace(shorter, null, state(1));
      const early = Date.now() + 100;
      same(await store.replace(shorter, state(1), state(2, { expiresAt: early })), true, "to an earlier end");
      await endsAt(early, async () => (await store.read(shorter)) !== null);
      await endsAt(late, async () => (await store.read(longer)) !== null);
    });
    const past = newId();
    await store.replace(past, null, state(1, { expiresAt: Date.now() - 1 }));
    same(await store.read(past), null, "a state that was over when it was kept");
  },

  "of many that expect the same one alone replaces it": async (store) => {
    const key = newId();
    for (const expected of [null, state(0)]) {
      if (expected) await store.replace(key, await store.read(key), expected);
      const outcomes = await atOnce(50, (index) => store.replace(key, expected, state(index + 1)));
      same(outcomes.filter(Boolean).length, 1, "those that replaced it");
      same((await store.read(key))?.failures, outcomes.indexOf(true) + 1, "what is kept");
    }
  },

  "of many that end the same one alone ends it": async (store) => {
    const key = newId();
    const held = state(1);
    await store.replace(key, null, held);
    const outcomes = await atOnce(20, () => store.replace(key, held, null));
    same(outcomes.filter(Boolean).length, 1, "those that ended it");
    same(await store.read(key), null, "what is kept");
  },

  "no failure is lost among many at once": async (store) => {
    const key = newId();
    await atOnce(20, async () => {
      for (let attempt = 0; attempt < 200; attempt++) {
        const held = await store.read(key);
        if (await store.replace(key, held, state((held?.failures ?? 0) + 1))) return;
      }
      holds(false, "A write was refused 200 times");
    });
    same((await store.read(key))?.failures, 20, "the failures");
  },

  "keys that look alike are different ones, whatever is in them": async (store) => {
    const stem = newId();
    const keys = [...new Set([...LOOKALIKES, ...HOSTILE])].map((end) => stem + end);
    for (const [index, key] of keys.entries()) {
      same(await store.replace(key, null, state(index + 1)), true, "the first state of a key");
    }
    for (const [index, key] of keys.entries())
      same((await store.read(key))?.failures, index + 1, "its failures");
  },

  "what cannot be kept is rejected, never changed": async (store) => {
    for (const text of UNKEEPABLE) {
      const key = newId() + text;
      const outcome = await settled(store.replace(key, null, state(1)));
      if ("value" in outcome) same((await store.read(key))?.failures, 1, "a key that was accepted");
      const changed = key.replace(/[\uD800-\uDFFF]/g, "\uFFFD").replaceAll("\u0000", "");
      same(await store.read(changed), null, "what it might have been changed to");
    }
  },
};
