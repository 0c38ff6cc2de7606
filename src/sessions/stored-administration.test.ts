import { describe, expect, it, vi } from "vitest";
import { memory } from "../stores/index.ts";
import { storedAdministration } from "./stored-administration.ts";

const ID = "A".repeat(43);

async function withSession(user: string | null = "ada") {
  const { sessions } = memory();
  const now = Date.now();
  const times = { createdAt: now, seenAt: now, expiresAt: now + 60_000 };
  await sessions.create({ id: ID, user, data: {}, ...times, address: null, userAgent: null });
  return { sessions, administration: storedAdministration(sessions) };
}

describe("what looks after sessions in a store", () => {
  it.each([undefined, null, 42])("attack: a check for the user %o is no check left out", async (user) => {
    const { sessions, administration } = await withSession();
    await expect(administration.revoke(ID, { user: user as never })).rejects.toThrow(/user is a text/);
    expect(await sessions.read(ID)).not.toBeNull();
  });

  it.each([undefined, null, 42])(
    "lists and ends nothing of the user %o, nor what is nobody's",
    async (user) => {
      const { sessions, administration } = await withSession(null);
      await expect(administration.list(user as never)).rejects.toThrow(/user is a text/);
      await expect(administration.revokeAll(user as never)).rejects.toThrow(/user is a text/);
      expect(await sessions.read(ID)).not.toBeNull();
    },
  );

  it("refuses an unknown option and names the nearest", async () => {
    const { sessions, administration } = await withSession();
    await expect(administration.revoke(ID, { usr: "grace" } as object)).rejects.toThrow(/"user"/);
    await expect(administration.revokeAll("ada", { expect: ID } as object)).rejects.toThrow(/"except"/);
    expect(await sessions.read(ID)).not.toBeNull();
  });

  it.each(["", "x", "\0".repeat(43), "A".repeat(44), undefined])(
    "asks no store about the id %j",
    async (id) => {
      const { sessions, administration } = await withSession();
      const calls = [vi.spyOn(sessions, "read"), vi.spyOn(sessions, "delete")];
      expect(await administration.revoke(id as string)).toBe(false);
      expect(await administration.revoke(id as string, { user: "ada" })).toBe(false);
      for (const call of calls) expect(call).not.toHaveBeenCalled();
    },
  );
});
