import type {
  RefreshAttempt,
  RefreshFamily,
  RefreshTokenStore,
  StoredRefreshToken,
} from "../../stores/contracts/index.ts";
import { atOnce, endsAt, newId, type Promises, paced, rejects, same, settled, until } from "./case.ts";
import { HOSTILE, LARGE_JSON, LOOKALIKES, otherCase, UNKEEPABLE } from "./hostile.ts";

function newFamily(given: Partial<RefreshFamily> = {}): RefreshFamily {
  const now = Date.now();
  return { id: newId(), subject: newId(), claims: "{}", createdAt: now, expiresAt: now + 60_000, ...given };
}

function newToken(expiresAt = Date.now() + 60_000): StoredRefreshToken {
  return { digest: newId(), expiresAt };
}

function newAttempt(given: Partial<RefreshAttempt> = {}): RefreshAttempt {
  return { at: Date.now(), sender: newId(), salt: newId(), successor: newToken(), ...given };
}

async function started(store: RefreshTokenStore, given: Partial<RefreshFamily> = {}, token = newToken()) {
  const family = newFamily(given);
  await store.start(family, token);
  return { family, token };
}

/** What those see who come after an attempt. */
function repeated(family: RefreshFamily, { at, sender, salt }: RefreshAttempt) {
  return { outcome: "repeated", family, at, sender, salt };
}

export const refreshTokenPromises: Promises<RefreshTokenStore> = {
  "a token is claimed once, then its successor is": async (store) => {
    const { family, token } = await started(store, { claims: '{"role":"admin"}' });
    let digest = token.digest;
    for (let round = 0; round < 4; round++) {
      const attempt = newAttempt({ at: Date.now() + round });
      const claimed = { outcome: "claimed", family };
      same(await store.claim(family.id, digest, attempt), claimed, "the first claim");
      const again = await store.claim(family.id, digest, newAttempt());
      same(again, repeated(family, attempt), "the second claim");
      digest = attempt.successor.digest;
    }
    const late = await store.claim(family.id, token.digest, newAttempt());
    same(late.outcome, "repeated", "a claim of the first token at the end");
  },

  "of a hundred claims at once one is `claimed`, and the others see it": async (store) => {
    const { family, token } = await started(store);
    const attempts = Array.from({ length: 100 }, () => newAttempt());
    const claims = await Promise.all(
      attempts.map((attempt) => store.claim(family.id, token.digest, attempt)),
    );
    const winners = attempts.filter((_, index) => claims[index]?.outcome === "claimed");
    same(winners.length, 1, "claims that won");
    for (const [index, attempt] of attempts.entries()) {
      for (const winner of winners) {
        if (attempt !== winner) same(claims[index], repeated(family, winner), "what another sees");
      }
    }
    const successors = await Promise.all(
      attempts.map(({ successor }) => store.claim(family.id, successor.digest, newAttempt())),
    );
    const known = attempts.filter((_, index) => successors[index]?.outcome !== "unknown");
    same(known, winners, "attempts whose successor is kept");
  },

  "what never was is unknown": async (store) => {
    const { family, token } = await started(store);
    const other = await started(store);
    const attempt = newAttempt();
    const unknown = { outcome: "unknown" };
    same(await store.claim(newId(), token.digest, attempt), unknown, "another family");
    same(await store.claim(family.id, newId(), attempt), unknown, "another digest");
    same(await store.claim(other.family.id, token.digest, attempt), unknown, "the token of another family");
    same(await store.claim(family.id, otherCase(token.digest), attempt), unknown, "the other case");
    same(await store.claim(otherCase(family.id), token.digest, attempt), unknown, "a family's other case");
    same(await store.claim(family.id, attempt.successor.digest, newAttempt()), unknown, "its successor");
    same(await store.revokeFamily(newId()), false, "revokeFamily");
    same(await store.revokeSubject(newId()), 0, "revokeSubject");
    same(await store.list(newId()), [], "list");
  },

  "a family's id that is taken is an error, and what is there stays": async (store) => {
    const { family, token } = await started(store);
    await store.revokeFamily(family.id);
    await rejects(
      store.start({ ...family, claims: "[]" }, newToken()),
      "start with a taken id did not reject",
    );
    const revoked = { outcome: "revoked", family };
    same(await store.claim(family.id, token.digest, newAttempt()), revoked, "a claim");
  },

  "a token is over at its `expiresAt`, to the millisecond": async (store) => {
    // A claim that succeeds uses its token up, so each look takes a family of its own.
    const expiresAt = Date.now() + 250;
    const families = await atOnce(21, () => started(store, {}, newToken(expiresAt)));
    for (const [index, { family, token }] of families.entries()) {
      await until(expiresAt - 10 + index);
      const askedAt = Date.now();
      const { outcome } = await store.claim(family.id, token.digest, newAttempt());
      if (askedAt >= expiresAt) same(outcome, "unknown", "a claim after the token's end");
      else if (Date.now() < expiresAt) same(outcome, "claimed", "a claim before the token's end");
    }
    const untouched = await started(store, {}, newToken(Date.now() - 1));
    const late = await store.claim(untouched.family.id, untouched.token.digest, newAttempt());
    same(late, { outcome: "unknown" }, "a token that was over when it was kept");
  },

  "a claimed token stays past its own end, so that its reuse is noticed": async (store) => {
    await paced(async (pace, doneBefore) => {
      const first = newToken(Date.now() + 100 * pace);
      const { family } = await started(store, {}, first);
      const attempt = newAttempt({ successor: newToken(Date.now() + 120 * pace) });
      const claim = await store.claim(family.id, first.digest, attempt);
      doneBefore(first.expiresAt);
      same(claim.outcome, "claimed", "the claim");
      await until(attempt.successor.expiresAt + 20);
      const late = await store.claim(family.id, first.digest, newAttempt());
      same(late, repeated(family, attempt), "a claim past the token's end");
      const successor = await store.claim(family.id, attempt.successor.digest, newAttempt());
      same(successor, { outcome: "unknown" }, "a claim of the successor past its end");
    });
  },

  "a family is over at its `expiresAt`, with all its tokens": async (store) => {
    const { family, token } = await started(store, { expiresAt: Date.now() + 150 });
    const attempt = newAttempt();
    await store.claim(family.id, token.digest, attempt);
    await endsAt(family.expiresAt, async () => {
      return (await store.claim(family.id, token.digest, newAttempt())).outcome === "repeated";
    });
    const unknown = { outcome: "unknown" };
    same(await store.claim(family.id, attempt.successor.digest, newAttempt()), unknown, "the successor");
    same(await store.list(family.subject), [], "list");
    same(await store.revokeFamily(family.id), false, "revokeFamily");
    same(await store.revokeSubject(family.subject), 0, "revokeSubject");
  },

  "a revoked family stays revoked, and has no claim any more": async (store) => {
    const { family, token } = await started(store);
    const attempt = newAttempt();
    await store.claim(family.id, token.digest, attempt);
    same(await store.revokeFamily(family.id), true, "the first revocation");
    same(await store.revokeFamily(family.id), false, "the second one");
    const revoked = { outcome: "revoked", family };
    same(await store.claim(family.id, attempt.successor.digest, newAttempt()), revoked, "a live token");
    same(await store.claim(family.id, token.digest, newAttempt()), revoked, "a claimed token");
    same(await store.list(family.subject), [], "list");
    same(await store.revokeSubject(family.subject), 0, "revokeSubject");
  },

  "no claim gets past a revocation": async (store) => {
    for (let round = 0; round < 10; round++) {
      const { family, token } = await started(store);
      const attempts = Array.from({ length: 5 }, () => newAttempt());
      const claim = (attempt: RefreshAttempt) => store.claim(family.id, token.digest, attempt);
      const [revoked] = await Promise.all([store.revokeFamily(family.id), ...attempts.map(claim)]);
      same(revoked, true, "the revocation");
      for (const { successor } of attempts) {
        const { outcome } = await store.claim(family.id, successor.digest, newAttempt());
        same(outcome === "revoked" || outcome === "unknown", true, "whether a successor is refused");
      }
      same((await claim(newAttempt())).outcome, "revoked", "the token that all had");
    }
  },

  "of many revocations at once one is the first": async (store) => {
    const { family } = await started(store);
    const outcomes = await atOnce(10, () => store.revokeFamily(family.id));
    same(outcomes.filter(Boolean).length, 1, "revocations that were the first");
  },

  "a subject's families are revoked together, and nobody else's": async (store) => {
    const subject = newId();
    const mine = await atOnce(4, () => started(store, { subject }));
    const other = await started(store, { subject: `${subject}x` });
    await store.revokeFamily(mine[0]?.family.id ?? "");
    same(await store.revokeSubject(subject), 3, "how many had not been before");
    same(await store.revokeSubject(subject), 0, "how many once more");
    for (const { family, token } of mine) {
      const claim = await store.claim(family.id, token.digest, newAttempt());
      same(claim, { outcome: "revoked", family }, "a claim");
    }
    same(await store.list(subject), [], "list");
    same(await store.list(other.family.subject), [other.family], "the list of another");
    const claim = await store.claim(other.family.id, other.token.digest, newAttempt());
    same(claim.outcome, "claimed", "the claim of another");
  },

  "a list has a subject's families, the newest first": async (store) => {
    const subject = newId();
    const now = Date.now();
    const ages = [20, 0, 1_000_000, 10];
    const held = await Promise.all(ages.map((age) => started(store, { subject, createdAt: now - age })));
    const inOrder = held.map(({ family }) => family).toSorted((a, b) => b.createdAt - a.createdAt);
    same(await store.list(subject), inOrder, "the list");
  },

  "claims, subjects and salts come back as they were, whatever is in them": async (store) => {
    const stem = newId();
    const large = await started(store, { claims: LARGE_JSON });
    const first = await store.claim(large.family.id, large.token.digest, newAttempt());
    same(first, { outcome: "claimed", family: large.family }, "claims of 64 KiB");
    for (const text of HOSTILE) {
      const { family, token } = await started(store, {
        subject: stem + text,
        claims: JSON.stringify([text]),
      });
      const attempt = newAttempt();
      await store.claim(family.id, token.digest, attempt);
      const second = await store.claim(family.id, token.digest, newAttempt());
      same(second, repeated(family, attempt), "a second claim");
      same(await store.list(family.subject), [family], "list");
    }
    for (const text of HOSTILE) same(await store.revokeSubject(stem + text), 1, "revokeSubject");
  },

  "subjects that look alike are different ones": async (store) => {
    const stem = newId();
    const held = await Promise.all(LOOKALIKES.map((end) => started(store, { subject: stem + end })));
    for (const { family } of held) same(await store.list(family.subject), [family], "list");
    for (const { family } of held) same(await store.revokeSubject(family.subject), 1, "revokeSubject");
  },

  "what cannot be kept is rejected, never changed": async (store) => {
    for (const text of UNKEEPABLE) {
      const [family, token] = [newFamily({ subject: newId() + text }), newToken()];
      const outcome = await settled(store.start(family, token));
      if ("value" in outcome) same(await store.list(family.subject), [family], "a family that was accepted");
    }
  },
};
