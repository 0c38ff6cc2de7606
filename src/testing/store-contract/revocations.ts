import type { RevocationStore } from "../../stores/contracts/index.ts";
import { atOnce, endsAt, newId, type Promises, paced, same, settled } from "./case.ts";
import { HOSTILE, LOOKALIKES, otherCase, UNKEEPABLE } from "./hostile.ts";

const MINUTE = 60_000;

export const revocationPromises: Promises<RevocationStore> = {
  "nothing is revoked that was not": async (store) => {
    const issuedAt = Date.now();
    same(await store.isRevoked({ issuedAt }), false, "neither id nor subject");
    same(await store.isRevoked({ id: newId(), issuedAt }), false, "an id");
    same(await store.isRevoked({ subject: newId(), issuedAt }), false, "a subject");
    same(await store.isRevoked({ id: newId(), subject: newId(), issuedAt }), false, "both");
  },

  "a credential is revoked by its id, whoever's it is": async (store) => {
    const [id, subject, issuedAt] = [newId(), newId(), Date.now()];
    await store.revoke(id, Date.now() + MINUTE);
    same(await store.isRevoked({ id, issuedAt }), true, "by its id");
    same(
      await store.isRevoked({ id, subject, issuedAt: issuedAt + MINUTE }),
      true,
      "by its id, with a subject",
    );
    same(await store.isRevoked({ id: otherCase(id), issuedAt }), false, "an id in the other case");
    same(await store.isRevoked({ subject: id, issuedAt }), false, "a subject of the same text");
  },

  "what was issued to a subject up to an instant is revoked, that one included": async (store) => {
    const [subject, instant] = [newId(), Date.now() - 500];
    await store.revokeBefore(subject, instant, Date.now() + MINUTE);
    same(await store.isRevoked({ subject, issuedAt: instant - MINUTE }), true, "issued long before");
    same(await store.isRevoked({ subject, issuedAt: instant }), true, "issued at the instant");
    same(await store.isRevoked({ subject, issuedAt: instant + 1 }), false, "issued after it");
    same(await store.isRevoked({ id: newId(), subject, issuedAt: instant }), true, "with an id of its own");
    same(await store.isRevoked({ id: subject, issuedAt: instant }), false, "an id of the same text");
    same(await store.isRevoked({ subject: newId(), issuedAt: instant }), false, "another subject");
  },

  "a revocation is remembered until its end, to the millisecond": async (store) => {
    const [id, subject, issuedAt] = [newId(), newId(), Date.now()];
    const expiresAt = Date.now() + 150;
    await Promise.all([store.revoke(id, expiresAt), store.revokeBefore(subject, issuedAt, expiresAt)]);
    await endsAt(expiresAt, () => store.isRevoked({ id, issuedAt }));
    const next = Date.now() + 150;
    await store.revokeBefore(subject, issuedAt, next);
    await endsAt(next, () => store.isRevoked({ subject, issuedAt }));
  },

  "of two ends the later one counts, whichever came first": async (store) => {
    const issuedAt = Date.now();
    for (const shortFirst of [true, false]) {
      const [id, subject] = [newId(), newId()];
      const [short, long] = [Date.now() + 50, Date.now() + 200];
      for (const end of shortFirst ? [short, long] : [long, short]) {
        await store.revoke(id, end);
        await store.revokeBefore(subject, issuedAt, end);
      }
      await endsAt(long, () => store.isRevoked({ id, issuedAt }));
      same(await store.isRevoked({ subject, issuedAt }), false, "the subject after the later end");
    }
    const id = newId();
    await store.revoke(id, Date.now() + MINUTE);
    await store.revoke(id, Date.now() - MINUTE);
    same(await store.isRevoked({ id, issuedAt }), true, "an id whose second end is in the past");
  },

  "of two instants the later one counts, and of two ends the later one, each for itself": async (store) => {
    const now = Date.now();
    for (const instantFirst of [true, false]) {
      await paced(async (pace, doneBefore) => {
        const subject = newId();
        const [short, long] = [Date.now() + 50 * pace, Date.now() + 200 * pace];
        const calls = [
          () => store.revokeBefore(subject, now, short),
          () => store.revokeBefore(subject, now - 1_000, long),
        ];
        for (const call of instantFirst ? calls : calls.toReversed()) await call();
        doneBefore(short);
        await endsAt(long, () => store.isRevoked({ subject, issuedAt: now }));
      });
    }
  },

  "of many at once the latest counts": async (store) => {
    const [subject, id, now] = [newId(), newId(), Date.now()];
    await atOnce(30, async (index) => {
      const step = (index * 7) % 30;
      await store.revokeBefore(subject, now + step, now + MINUTE + step);
      await store.revoke(id, now + (step === 29 ? MINUTE : 1));
    });
    same(await store.isRevoked({ subject, issuedAt: now + 29 }), true, "issued at the latest instant");
    same(await store.isRevoked({ subject, issuedAt: now + 30 }), false, "issued after it");
    same(await store.isRevoked({ id, issuedAt: now }), true, "the id");
  },

  "what is over is forgotten, and can be revoked anew": async (store) => {
    const [id, subject, now] = [newId(), newId(), Date.now()];
    await store.revoke(id, now - 1);
    await store.revokeBefore(subject, now, now - 1);
    same(await store.isRevoked({ id, issuedAt: now }), false, "an id whose end was in the past");
    same(await store.isRevoked({ subject, issuedAt: now }), false, "a subject whose end was in the past");
    await store.revoke(id, Date.now() + MINUTE);
    await store.revokeBefore(subject, now, Date.now() + MINUTE);
    same(await store.isRevoked({ id, issuedAt: now }), true, "the id anew");
    same(await store.isRevoked({ subject, issuedAt: now }), true, "the subject anew");
  },

  "ids and subjects that look alike are different ones, whatever is in them": async (store) => {
    const [stem, issuedAt] = [newId(), Date.now()];
    const texts = [...new Set([...LOOKALIKES, ...HOSTILE])].map((end) => stem + end);
    for (const [index, text] of texts.entries()) {
      same(await store.isRevoked({ id: text, subject: text, issuedAt }), false, "before it was revoked");
      if (index % 2 === 0) await store.revoke(text, Date.now() + MINUTE);
      else await store.revokeBefore(text, issuedAt, Date.now() + MINUTE);
      same(await store.isRevoked({ id: text, subject: text, issuedAt }), true, "after it");
    }
  },

  "what cannot be kept is rejected, never changed": async (store) => {
    for (const text of UNKEEPABLE) {
      const [id, issuedAt] = [newId() + text, Date.now()];
      const outcome = await settled(store.revoke(id, Date.now() + MINUTE));
      if ("value" in outcome) same(await store.isRevoked({ id, issuedAt }), true, "an id that was accepted");
      const changed = id.replace(/[\uD800-\uDFFF]/g, "\uFFFD").replaceAll("\u0000", "");
      same(await store.isRevoked({ id: changed, issuedAt }), false, "what it might have been changed to");
    }
  },
};
