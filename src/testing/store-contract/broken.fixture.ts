import type { Store } from "../../stores/contracts/index.ts";
import { memory, type StoredSession } from "../../stores/index.ts";
import type { StorePart } from "./index.ts";

/** A store with one fault. */
export interface BrokenStore {
  readonly what: string;
  readonly part: StorePart;
  /** The beginning of the name of a case that must catch it. */
  readonly caughtBy: string;
  make(): Store;
}

/** A memory store where some methods of one part are others. */
function broken<Part extends StorePart>(
  part: Part,
  what: string,
  caughtBy: string,
  replace: (sound: Store[Part]) => Partial<Store[Part]>,
): BrokenStore {
  const make = () => {
    const store = memory();
    const sound = store[part];
    const faulty: object = replace(sound);
    const proxy = new Proxy(sound, {
      get: (target, name) => {
        const method: unknown = Reflect.get(Object.hasOwn(faulty, name) ? faulty : target, name);
        return typeof method === "function" ? method.bind(target) : method;
      },
    });
    return { ...store, [part]: proxy };
  };
  return { what, part, caughtBy, make };
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 2));

export const BROKEN: readonly BrokenStore[] = [
  broken("sessions", "reads what is over", "what was deleted", (sound) => {
    const all = new Map<string, StoredSession>();
    return {
      create: async (session) => {
        await sound.create(session);
        all.set(session.id, session);
      },
      read: async (id) => all.get(id) ?? null,
    };
  }),
  ...[-15, 15].map((shift) =>
    broken("sessions", `ends sessions ${shift} ms off`, "a session ends at its", (sound) => ({
      create: (session) => sound.create({ ...session, expiresAt: session.expiresAt + shift }),
    })),
  ),
  broken("sessions", "reads, changes and writes a patch", "parallel patches", (sound) => ({
    patch: async (id, patch) => {
      const held = await sound.read(id);
      await pause();
      if (held) await sound.patch(id, { clear: true, set: { ...held.data, ...patch.set } });
      return held !== null;
    },
  })),
  broken("sessions", "writes a patch key by key", "a patch is seen whole", (sound) => ({
    patch: async (id, { set = {}, ...patch }) => {
      const done = await sound.patch(id, patch);
      for (const [key, value] of Object.entries(set)) {
        await pause();
        await sound.patch(id, { set: { [key]: value } });
      }
      return done;
    },
  })),
  broken("sessions", "makes a session of a late patch", "what is over is never", (sound) => ({
    patch: async (id, patch) => {
      if (await sound.patch(id, patch)) return true;
      const { clear: _clear, set = {}, delete: _delete, ...fields } = patch;
      const [user, seenAt, expiresAt] = [null, 0, Date.now() + 9_000];
      const blank = { user, createdAt: 0, seenAt, expiresAt, address: null, userAgent: null };
      await sound.create({ ...blank, ...fields, id, data: set });
      return true;
    },
  })),
  broken("sessions", "leaves the old id alive", "a rotation moves everything", (sound) => ({
    rotate: async (id, nextId, patch) => {
      const held = await sound.read(id);
      if (!held) return false;
      await sound.create({ ...held, id: nextId });
      return sound.patch(nextId, patch);
    },
  })),
  broken("sessions", "writes the user that it has read", "no patch undoes", (sound) => ({
    patch: async (id, patch) => {
      const held = await sound.read(id);
      await pause();
      return sound.patch(id, { user: held?.user ?? null, ...patch });
    },
  })),
  broken("sessions", "clears no data as it rotates", "a rotation moves everything", (sound) => ({
    rotate: (id, nextId, { clear: _clear, ...patch }) => sound.rotate(id, nextId, patch),
  })),
  broken("sessions", "looks before it rotates", "of twenty rotations", (sound) => ({
    rotate: async (id, nextId, patch) => {
      const held = await sound.read(id);
      await pause();
      if (!held) return false;
      await sound.delete(id);
      await sound.create({ ...held, id: nextId });
      return sound.patch(nextId, patch);
    },
  })),
  broken("sessions", "deletes what it has listed", "no rotation gets a session past", (sound) => ({
    deleteAll: async (user, except) => {
      const listed = (await sound.list(user)).filter(({ id }) => id !== except);
      await pause();
      for (const { id } of listed) await sound.delete(id);
      return listed.length;
    },
    rotate: async (...given) => {
      await pause();
      return sound.rotate(...given);
    },
  })),
  broken("sessions", "keeps no exception", "`deleteAll` ends", (sound) => ({
    deleteAll: (user) => sound.deleteAll(user),
  })),
  broken("sessions", "lists the one seen first first", "a list has one user's", (sound) => ({
    list: async (user) => (await sound.list(user)).toReversed(),
  })),
  broken("sessions", "does not tell users' cases apart", "ids that differ", (sound) => ({
    create: (session) => sound.create({ ...session, user: session.user?.toLowerCase() ?? null }),
    list: (user) => sound.list(user.toLowerCase()),
  })),
  broken("sessions", "does not tell ids' cases apart", "ids that differ", (sound) => ({
    create: (session) => sound.create({ ...session, id: session.id.toLowerCase() }),
    read: (id) => sound.read(id.toLowerCase()),
  })),
  broken("sessions", "loses `__proto__`", "keys and values", (sound) => ({
    read: async (id) => {
      const held = await sound.read(id);
      const data: Record<string, string> = {};
      for (const [key, value] of Object.entries(held?.data ?? {})) data[key] = value;
      return held && { ...held, data };
    },
  })),
  broken("sessions", "cuts values off", "a value of 64 KiB", (sound) => ({
    create: (session) => {
      const cut = Object.entries(session.data).map(([key, value]) => [key, value.slice(0, 30_000)]);
      return sound.create({ ...session, data: Object.fromEntries(cut) });
    },
  })),
  broken("sessions", "replaces what cannot be kept", "what cannot be kept", (sound) => ({
    create: (session) => sound.create({ ...session, user: session.user?.toWellFormed() ?? null }),
  })),
  broken("apiKeys", "forgets keys that are over", "keys that are over", (sound) => ({
    find: async (id) => {
      const key = await sound.find(id);
      return key?.expiresAt && key.expiresAt <= Date.now() ? null : key;
    },
  })),
  broken("apiKeys", "revokes twice", "the first revocation counts", (sound) => ({
    revoke: async (id, at) => (await sound.revoke(id, at)) || (await sound.find(id)) !== null,
  })),
  broken("apiKeys", "rotates whatever it is given", "a key that is unknown", (sound) => ({
    rotate: async (id, successor, endsAt) => {
      if (!(await sound.rotate(id, successor, endsAt))) await sound.create(successor);
      return true;
    },
  })),
  broken("apiKeys", "keeps the successor before it looks", "of twenty rotations", (sound) => ({
    rotate: async (id, successor, endsAt) => {
      await sound.create(successor);
      await pause();
      return sound.rotate(id, { ...successor, id: `${successor.id}.` }, endsAt);
    },
  })),
  broken("apiKeys", "lets a use go back", "a use is noted", (sound) => {
    const uses = new Map<string, number>();
    return {
      touch: async (touched) => {
        for (const [id, at] of touched) uses.set(id, at);
      },
      find: async (id) => {
        const key = await sound.find(id);
        return key && { ...key, lastUsedAt: uses.get(id) ?? key.lastUsedAt };
      },
    };
  }),
  broken("apiKeys", "lists the oldest first", "lists have the newest first", (sound) => ({
    list: async (owner) => (await sound.list(owner)).toReversed(),
  })),
  broken("apiKeys", "splits scopes at commas", "names and scopes", (sound) => ({
    create: (key) => sound.create({ ...key, scopes: key.scopes.join(",").split(",") }),
  })),
  broken("refreshTokens", "lets everybody claim", "of a hundred claims", (sound) => ({
    claim: async (...given) => {
      const claim = await sound.claim(...given);
      return claim.outcome === "repeated" ? { outcome: "claimed", family: claim.family } : claim;
    },
  })),
  broken("refreshTokens", "looks before it claims", "of a hundred claims", (sound) => {
    const seen = new Set<string>();
    return {
      claim: async (familyId, digest, attempt) => {
        if (seen.has(digest)) return sound.claim(familyId, digest, attempt);
        await pause();
        seen.add(digest);
        const claim = await sound.claim(familyId, digest, attempt);
        return claim.outcome === "repeated" ? { outcome: "claimed", family: claim.family } : claim;
      },
    };
  }),
  broken("refreshTokens", "does not notice reuse", "a claimed token stays", (sound) => ({
    claim: async (...given) => {
      const claim = await sound.claim(...given);
      return claim.outcome === "repeated" && claim.at < Date.now() - 50 ? { outcome: "unknown" } : claim;
    },
  })),
  broken("refreshTokens", "keeps the successor of whoever comes", "of a hundred claims", (sound) => {
    const successors = new Map<string, string>();
    return {
      claim: async (familyId, digest, attempt) => {
        const { digest: next } = attempt.successor;
        const first = await sound.claim(familyId, successors.get(digest) ?? digest, attempt);
        if (first.outcome === "repeated") successors.set(next, digest);
        return first;
      },
    };
  }),
  broken("refreshTokens", "lets a revoked family go on", "a revoked family", () => ({
    revokeFamily: async () => true,
  })),
  broken("refreshTokens", "counts what was revoked before", "a subject's families", (sound) => ({
    revokeSubject: async (subject) => (await sound.revokeSubject(subject)) + 1,
  })),
  broken("refreshTokens", "starts a family over", "a family's id that is taken", (sound) => ({
    start: async (family, token) => {
      await sound.start(family, token).catch(() => undefined);
    },
  })),
  broken("revocations", "shortens a revocation", "of two ends", (sound) => {
    const ends = new Map<string, number>();
    return {
      revoke: async (id, expiresAt) => {
        ends.set(id, expiresAt);
      },
      isRevoked: async (query) =>
        (ends.get(query.id ?? "") ?? 0) > Date.now() || (await sound.isRevoked({ ...query, id: undefined })),
    };
  }),
  broken("revocations", "takes the instant of the last call", "of two instants", (sound) => {
    const held = new Map<string, { instant: number; expiresAt: number }>();
    return {
      revokeBefore: async (subject, instant, expiresAt) => {
        const end = Math.max(expiresAt, held.get(subject)?.expiresAt ?? 0);
        held.set(subject, { instant, expiresAt: end });
      },
      isRevoked: async ({ id, subject = "", issuedAt }) => {
        const { instant = -1, expiresAt = 0 } = held.get(subject) ?? {};
        return (expiresAt > Date.now() && issuedAt <= instant) || sound.isRevoked({ id, issuedAt });
      },
    };
  }),
  broken("revocations", "spares the instant itself", "what was issued", (sound) => ({
    isRevoked: (query) => sound.isRevoked({ ...query, issuedAt: query.issuedAt + 1 }),
  })),
  broken("revocations", "takes subjects for ids", "a credential is revoked", (sound) => ({
    isRevoked: (query) => sound.isRevoked({ ...query, id: query.id ?? query.subject }),
  })),
  broken("throttles", "replaces without a look", "a state is replaced only", (sound) => ({
    replace: async (key, _expected, next) => sound.replace(key, await sound.read(key), next),
  })),
  broken("throttles", "looks before it replaces", "of many that expect", (sound) => ({
    replace: async (key, expected, next) => {
      if ((await sound.read(key))?.failures !== expected?.failures) return false;
      await pause();
      return sound.replace(key, await sound.read(key), next);
    },
  })),
  broken("throttles", "looks before it ends", "of many that end", (sound) => ({
    replace: async (key, expected, next) => {
      const held = await sound.read(key);
      await pause();
      const isEnd = next === null && held?.failures === expected?.failures;
      return (await sound.replace(key, expected, next)) || isEnd;
    },
  })),
  broken("throttles", "forgets nothing", "a state is forgotten", (sound) => ({
    replace: (key, expected, next) => sound.replace(key, expected, next && { ...next, expiresAt: 9e12 }),
  })),
];
