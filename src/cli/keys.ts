import type { ApiKeys, IssuedKey, KeyRecord, OPERATOR } from "../keys/index.ts";
import { kindOf, type OpenStore, openStore, withStore } from "./store.ts";
import { table } from "./table.ts";
import { type Command, type Flags, quoted, type Terminal, UsageError } from "./terminal.ts";

/** What a command on keys does with them: the exit status. */
type Deed = (keys: ApiKeys, operator: typeof OPERATOR, terminal: Terminal) => Promise<number>;

/** For commands that make no key: they never look at its text. */
const NO_PREFIX = "key";

/** `responder keys create`: prints the key, and nothing else, to standard output. */
export function creatingKey(args: readonly string[], flags: Flags, open: OpenStore = openStore): Command {
  takesNone("keys create", args);
  const prefix = needed("keys create", "prefix", flags.prefix);
  const owner = needed("keys create", "owner", flags.owner);
  const name = needed("keys create", "name", flags.name);
  const expiresIn = lifeOf(flags["expires-in"]);
  return dealing(flags, prefix, open, async (keys, operator, terminal) => {
    const key = { owner, name, scopes: flags.scope ?? [], ...(expiresIn !== undefined && { expiresIn }) };
    return handOut(await keys.create(operator, key), terminal, flags.json);
  });
}

/** `responder keys list` */
export function listingKeys(args: readonly string[], flags: Flags, open: OpenStore = openStore): Command {
  takesNone("keys list", args);
  const of = flags.owner === undefined ? {} : { owner: flags.owner };
  return dealing(flags, NO_PREFIX, open, async (keys, operator, terminal) => {
    const found = await keys.list(operator, of);
    await terminal.print(flags.json ? `${JSON.stringify(found, null, 2)}\n` : listOf(found));
    return 0;
  });
}

/** `responder keys rotate ID`: prints the new key, and nothing else, to standard output. */
export function rotatingKey(args: readonly string[], flags: Flags, open: OpenStore = openStore): Command {
  const id = theOne("keys rotate", args);
  const prefix = needed("keys rotate", "prefix", flags.prefix);
  const overlap = flags.overlap === undefined ? undefined : secondsOf("--overlap", flags.overlap);
  const expiresIn = lifeOf(flags["expires-in"]);
  return dealing(flags, prefix, open, async (keys, operator, terminal) => {
    const options = {
      ...(overlap !== undefined && { overlap }),
      ...(expiresIn !== undefined && { expiresIn }),
    };
    const issued = await keys.rotate(operator, id, options);
    if (issued !== null) return handOut(issued, terminal, flags.json);
    terminal.warn("There is no such key, or it is over, revoked, or has been rotated before");
    return 1;
  });
}

/** `responder keys revoke ID` */
export function revokingKey(args: readonly string[], flags: Flags, open: OpenStore = openStore): Command {
  const id = theOne("keys revoke", args);
  return dealing(flags, NO_PREFIX, open, async (keys, operator, terminal) => {
    const isRevoked = await keys.revoke(operator, id);
    terminal.warn(isRevoked ? "Revoked" : "There is no such key, or it has been revoked before");
    return isRevoked ? 0 : 1;
  });
}

function dealing(flags: Flags, prefix: string, open: OpenStore, deed: Deed): Command {
  kindOf(flags.store);
  return async (terminal) => {
    const keys = await import("../keys/index.ts");
    return withStore(flags, open, (store) =>
      deed(new keys.ApiKeys({ store, prefix }), keys.OPERATOR, terminal),
    );
  };
}

async function handOut(
  { key, record }: IssuedKey,
  terminal: Terminal,
  asJSON: boolean | undefined,
): Promise<number> {
  if (asJSON) await terminal.print(`${JSON.stringify({ key, record }, null, 2)}\n`);
  else await terminal.print(`${key}\n`);
  terminal.warn(`${record.id}, ${endOf(record)}. The key is shown this once.`);
  return 0;
}

function listOf(keys: readonly KeyRecord[]): string {
  return table([
    ["ID", "OWNER", "NAME", "SCOPES", "STATE", "LAST USED"],
    ...keys.map((key) => [
      key.id,
      key.owner,
      key.name,
      key.scopes.join(" "),
      stateOf(key),
      key.lastUsedAt?.toISOString() ?? "never",
    ]),
  ]);
}

function stateOf(key: KeyRecord): string {
  if (key.revokedAt !== null) return "revoked";
  return key.expiresAt !== null && key.expiresAt.getTime() <= Date.now() ? "expired" : endOf(key);
}

function endOf({ expiresAt }: KeyRecord): string {
  return expiresAt === null ? "good until revoked" : `good until ${expiresAt.toISOString()}`;
}

function needed(command: string, flag: string, value: string | undefined): string {
  if (value === undefined || value === "") throw new UsageError(`responder ${command} needs --${flag}`);
  return value;
}

function takesNone(command: string, args: readonly string[]): void {
  if (args.length > 0) throw new UsageError(`responder ${command} takes options only, not ${quoted(args)}`);
}

function theOne(command: string, args: readonly string[]): string {
  const [id, ...rest] = args;
  if (id === undefined || rest.length > 0)
    throw new UsageError(`responder ${command} takes the id of one key`);
  return id;
}

function lifeOf(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  return text === "never" ? null : secondsOf("--expires-in", text);
}

function secondsOf(flag: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    const never = flag === "--expires-in" ? ', or "never"' : "";
    throw new UsageError(`${flag} ${text} is no whole number of seconds${never}`);
  }
  return Number(text);
}
