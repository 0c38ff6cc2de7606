import type { SessionPatch, StoredSession } from "../contracts/index.ts";

/** Before the names of data keys, so that none can be taken for a field of the session's own. */
const DATA = "d:";

const TEXTS = ["user", "address", "userAgent"] as const;

/** A session as the fields of a hash, one after the other. A field that is null is not there. */
export function fieldsOfSession(session: StoredSession): string[] {
  const { createdAt, seenAt, expiresAt, data } = session;
  const own = { createdAt, seenAt, expiresAt };
  return [
    ...Object.entries(own).flatMap(([name, instant]) => [name, String(instant)]),
    ...TEXTS.flatMap((name) => (session[name] === null ? [] : [name, session[name]])),
    ...Object.entries(data).flatMap(([key, value]) => [DATA + key, value]),
  ];
}

export function sessionOf(id: string, fields: ReadonlyMap<string, string>): StoredSession {
  const instant = (name: string) => Number(fields.get(name));
  const data = [...fields].flatMap(([name, value]) =>
    name.startsWith(DATA) ? [[name.slice(DATA.length), value]] : [],
  );
  return {
    id,
    user: fields.get("user") ?? null,
    data: Object.fromEntries(data),
    createdAt: instant("createdAt"),
    seenAt: instant("seenAt"),
    expiresAt: instant("expiresAt"),
    address: fields.get("address") ?? null,
    userAgent: fields.get("userAgent") ?? null,
  };
}

/** A patch as the fields that go and those that are set, one after the other with their values; `expiresAt` is not among them. */
export function fieldsOfPatch(patch: SessionPatch): { deleted: string[]; set: string[] } {
  const { set = {}, delete: keys = [], seenAt } = patch;
  return {
    deleted: [...keys.map((key) => DATA + key), ...TEXTS.filter((name) => patch[name] === null)],
    set: [
      ...Object.entries(set).flatMap(([key, value]) => [DATA + key, value]),
      ...TEXTS.flatMap((name) => {
        const text = patch[name] ?? null;
        return text === null ? [] : [name, text];
      }),
      ...(seenAt === undefined ? [] : ["seenAt", String(seenAt)]),
    ],
  };
}

/** What a patch makes of a session that has been taken from its place. */
export function patchedFields(
  fields: ReadonlyMap<string, string>,
  patch: SessionPatch,
): ReadonlyMap<string, string> {
  const { deleted, set } = fieldsOfPatch(patch);
  const next = new Map(patch.clear ? [...fields].filter(([name]) => !name.startsWith(DATA)) : fields);
  for (const name of deleted) next.delete(name);
  for (let index = 0; index < set.length; index += 2) next.set(set[index] ?? "", set[index + 1] ?? "");
  if (patch.expiresAt !== undefined) next.set("expiresAt", String(patch.expiresAt));
  return next;
}
