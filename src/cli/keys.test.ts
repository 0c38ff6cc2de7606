import { describe, expect, it } from "vitest";
import { ApiKeys } from "../keys/index.ts";
import { WatchedStore } from "../keys/keys.fixture.ts";
import { memory } from "../stores/memory/memory.ts";
import { creatingKey, listingKeys, revokingKey, rotatingKey } from "./keys.ts";
import { migrating } from "./migrate.ts";
import { makingSecret } from "./secret.ts";
import { kindOf, type OpenStore } from "./store.ts";
import { type Command, type Flags, UsageError } from "./terminal.ts";

/** A store that is opened and closed again by each command, and keeps what it has. */
function shop() {
  const store = memory();
  let open = 0;
  const opener: OpenStore = async () => {
    open++;
    return { store, close: async () => void open-- };
  };
  return { store, opener, open: () => open };
}

async function ran(command: Command) {
  const said = { stdout: "", stderr: "" };
  const status = await command({
    print: async (text) => {
      said.stdout += text;
    },
    warn: (text) => {
      said.stderr += `${text}\n`;
    },
  });
  return { status, ...said };
}

const STORE = { store: "app.db" };
const NEW: Flags = { ...STORE, prefix: "acme", owner: "ada", name: "ci", scope: ["read", "write"] };

describe("responder keys", () => {
  it("create prints the key to standard output, once and alone, and it is good", async () => {
    const { store, opener, open } = shop();
    const { status, stdout, stderr } = await ran(creatingKey([], NEW, opener));
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^acme_\w{15}_\w{49}\n$/)]);
    expect(stderr).not.toContain(stdout.trim());
    expect(await new ApiKeys({ store, prefix: "acme" }).verify(stdout.trim())).toMatchObject({
      owner: "ada",
      name: "ci",
      scopes: ["read", "write"],
    });
    expect(open()).toBe(0);
  });

  it("list shows keys and neither secret nor digest, as a table and for machines", async () => {
    const { store, opener } = shop();
    const key = (await ran(creatingKey([], NEW, opener))).stdout.trim();
    const [stored] = await store.apiKeys.list();
    await ran(creatingKey([], { ...NEW, owner: "bob", "expires-in": "never" }, opener));
    const asTable = (await ran(listingKeys([], STORE, opener))).stdout;
    expect(asTable).toMatch(/^ID +OWNER +NAME +SCOPES +STATE +LAST USED\n/);
    expect(asTable).toMatch(/ada +ci +read write +good until \d{4}-.* never\n/);
    expect(asTable).toMatch(/bob +ci +read write +good until revoked +never\n/);
    const asJSON = (await ran(listingKeys([], { ...STORE, owner: "ada", json: true }, opener))).stdout;
    expect(JSON.parse(asJSON)).toMatchObject([{ owner: "ada", scopes: ["read", "write"] }]);
    for (const listed of [asTable, asJSON]) {
      expect(listed).not.toContain(key.slice(21));
      expect(listed).not.toContain(stored?.digest);
    }
  });

  it("list moves no cursor, whatever somebody wrote into the store", async () => {
    const { store, opener } = shop();
    await ran(creatingKey([], NEW, opener));
    const [stored] = await store.apiKeys.list();
    if (stored) await store.apiKeys.create({ ...stored, id: "x", name: "\u001b[2J\nfake row" });
    expect((await ran(listingKeys([], STORE, opener))).stdout).toContain("?[2J?fake row");
  });

  it("rotate prints the successor, and the old key ends with the overlap", async () => {
    const { store, opener } = shop();
    const old = (await ran(creatingKey([], NEW, opener))).stdout.trim();
    const id = old.slice(5, 20);
    const rotated = await ran(rotatingKey([id], { ...STORE, prefix: "acme", overlap: "0" }, opener));
    expect(rotated.status).toBe(0);
    const keys = new ApiKeys({ store, prefix: "acme" });
    expect(await keys.verify(old)).toBeNull();
    expect(await keys.verify(rotated.stdout.trim())).toMatchObject({ owner: "ada" });
    const again = await ran(rotatingKey([id], { ...STORE, prefix: "acme" }, opener));
    expect([again.status, again.stdout]).toEqual([1, ""]);
  });

  it("revoke ends a key, and says so of one that there is not", async () => {
    const { store, opener } = shop();
    const key = (await ran(creatingKey([], NEW, opener))).stdout.trim();
    expect((await ran(revokingKey([key.slice(5, 20)], STORE, opener))).status).toBe(0);
    expect(await new ApiKeys({ store, prefix: "acme" }).verify(key)).toBeNull();
    expect((await ran(revokingKey([key.slice(5, 20)], STORE, opener))).status).toBe(1);
    expect((await ran(listingKeys([], STORE, opener))).stdout).toContain("revoked");
  });

  it("says what the store says, and closes it all the same", async () => {
    const { store, opener, open } = shop();
    const apiKeys = new WatchedStore();
    apiKeys.away = new Error("no such table");
    const broken: OpenStore = async (target) => {
      const opened = await opener(target);
      return { ...opened, store: { ...store, apiKeys } };
    };
    await expect(ran(listingKeys([], STORE, broken))).rejects.toThrow(
      "The store cannot be used: no such table",
    );
    expect(open()).toBe(0);
  });
});

it("responder migrate brings the store up to date", async () => {
  const { store, opener, open } = shop();
  let isMigrated = false;
  const migrate = async () => {
    isMigrated = true;
  };
  const opened: OpenStore = async (target) => ({ ...(await opener(target)), store: { ...store, migrate } });
  expect((await ran(migrating([], STORE, opened))).status).toBe(0);
  expect([isMigrated, open()]).toEqual([true, 0]);
});

it("responder secret prints 256 bits that secretKey takes, and others each time", async () => {
  const [one, other] = [await ran(makingSecret([])), await ran(makingSecret([]))];
  expect(one.stdout).toMatch(/^[\w-]{43}\n$/);
  expect(one.stdout).not.toBe(other.stdout);
});

describe("--store", () => {
  it.each([
    ["app.db", "sqlite"],
    ["./data/app.db", "sqlite"],
    ["/var/lib/app.db", "sqlite"],
    ["C:\\data\\app.db", "sqlite"],
    ["postgres://h/d", "postgres"],
    ["postgresql://h/d", "postgres"],
    ["mysql://h/d", "mysql"],
    ["redis://h", "redis"],
    ["REDISS://h", "redis"],
  ])("%s is %s", (target, kind) => {
    expect(kindOf(target)).toBe(kind);
  });

  it("of another kind is refused, and the password in it is not repeated", () => {
    expect(() => kindOf("mongodb://u:hunter2@h")).toThrow(UsageError);
    expect(() => kindOf("mongodb://u:hunter2@h")).not.toThrow("hunter2");
  });
});
