import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { InspectedApplication } from "../inspection.ts";
import { suggestion } from "../options.ts";
import { creatingKey, listingKeys, revokingKey, rotatingKey } from "./keys.ts";
import { loadApplication } from "./load.ts";
import { migrating } from "./migrate.ts";
import { writeDocument } from "./openapi.ts";
import { printRoutes } from "./routes.ts";
import { running } from "./run.ts";
import { makingSecret } from "./secret.ts";
import { type Command, type Flags, OPTIONS, quoted, type Terminal, UsageError } from "./terminal.ts";
import { rotatingTokens } from "./tokens.ts";

const HELP = `Usage: responder COMMAND [ARGUMENTS] [OPTIONS]

  responder run app.ts              runs it
    --workers 4                     in so many processes that share the port; auto: one a core
    --watch                         starts it anew when a file that it imports has changed
    --port 8000, --host 0.0.0.0     there, whatever the file or PORT says
  responder routes app.ts           prints every route and who may enter
    --json                          for machines
    --deny-public                   fails when a route is public without a reason
  responder openapi app.ts          prints the OpenAPI document, as YAML
    -o, --output schema.yml         writes it: .yml or .yaml, or .json

  responder keys create             makes an API key, and prints it this once
    --prefix acme --owner ada --name ci
    --scope reports:read            what it may do; again for more
    --expires-in 7776000            seconds until it ends (90 days), or never
  responder keys list               prints the keys, and no secret
    --owner ada                     of one owner
  responder keys rotate ID          makes the successor of a key, and prints it this once
    --prefix acme
    --overlap 86400                 seconds for which the old one is good beside it (a day)
  responder keys revoke ID          ends a key
    --json                          for machines: create, list, rotate
  responder migrate                 makes the tables of a store, or brings them up to date
    --store app.db                  for these: a file of SQLite, or postgres://, mysql://, redis://
    --store-prefix notes_           and what its tables or keys begin with, where that is not the default
  responder tokens rotate           takes the next step in the rotation of a key ring, in its file
    --keys keys.json                made where there is none
    --alg ES256                     of the new key: that of the others, or EdDSA
    --token-lifetime 86400          seconds that the longest token lasts (a day)
  responder secret                  prints a new secret, for secretKey

  -h, --help                        prints this
  -v, --version                     prints the version

app.ts exports the API, as default or as "api"; for responder run it may as well run it itself. For the other commands it is
imported, and its api.run() and api.listen() start nothing.
`;

/** Which options a command takes, and what it makes of them and its arguments. */
interface CommandEntry {
  readonly options: readonly (keyof typeof OPTIONS)[];
  /** @throws UsageError before anything is imported or opened */
  start(args: readonly string[], flags: Flags): Command;
}

/** Which store, and what its tables or keys begin with. */
const STORE = ["store", "store-prefix"] as const;

/** By their names, of one word or two. */
const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  run: {
    options: ["workers", "watch", "port", "host"],
    start: (args, flags) => running(fileOf("run", args), flags),
  },
  routes: {
    options: ["json", "deny-public"],
    start: (args, { json, "deny-public": denyPublic }) =>
      looking(fileOf("routes", args), async (application, terminal) =>
        printRoutes(application.routes(), terminal, { json, denyPublic }),
      ),
  },
  openapi: {
    options: ["output"],
    start: (args, { output }) =>
      looking(fileOf("openapi", args), async (application, terminal) =>
        writeDocument(await application.document(), terminal, output),
      ),
  },
  "keys create": {
    options: [...STORE, "prefix", "owner", "name", "scope", "expires-in", "json"],
    start: creatingKey,
  },
  "keys list": { options: [...STORE, "owner", "json"], start: listingKeys },
  "keys rotate": { options: [...STORE, "prefix", "overlap", "expires-in", "json"], start: rotatingKey },
  "keys revoke": { options: STORE, start: revokingKey },
  "tokens rotate": { options: ["keys", "alg", "token-lifetime"], start: rotatingTokens },
  migrate: { options: STORE, start: migrating },
  secret: { options: [], start: makingSecret },
};

/** @throws UsageError that says what is wrong, and what was probably meant */
export function commandOf(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  if (values.help || (args.length === 0 && positionals.length === 0)) return printing(HELP);
  if (values.version) return async (terminal) => printing(`${await packageVersion()}\n`)(terminal);

  const name = nameIn(positionals);
  const entry = name === undefined ? undefined : COMMANDS[name];
  if (name === undefined || entry === undefined) throw new UsageError(noSuchCommand(positionals));
  const known: readonly string[] = entry.options;
  const stray = Object.keys(values).find((option) => !known.includes(option));
  if (stray !== undefined) throw new UsageError(`responder ${name} has no option --${stray}`);
  return entry.start(positionals.slice(name.split(" ").length), values);
}

/** The command that a line begins with. */
function nameIn([first = "", second = ""]: readonly string[]): string | undefined {
  return [`${first} ${second}`, first].find((name) => Object.hasOwn(COMMANDS, name));
}

function noSuchCommand([first, second]: readonly string[]): string {
  if (first === undefined) return "No command";
  const within = Object.keys(COMMANDS).filter((name) => name.startsWith(`${first} `));
  if (within.length > 0) {
    const advice = suggestion(`${first} ${second ?? ""}`, within);
    return second === undefined
      ? `responder ${first} is half a command. Known are: ${within.join(", ")}.`
      : `There is no command "${first} ${quoted([second])}". ${advice}`;
  }
  return `There is no command "${quoted([first])}". ${suggestion(first, Object.keys(COMMANDS))}`;
}

function fileOf(name: string, [file, ...rest]: readonly string[]): string {
  if (file === undefined) throw new UsageError(`responder ${name} takes the file of an application`);
  if (rest.length > 0) {
    throw new UsageError(`responder ${name} takes one file, not ${rest.join(" ")} as well`);
  }
  return file;
}

function looking(
  file: string,
  look: (application: InspectedApplication, terminal: Terminal) => Promise<number>,
): Command {
  return async (terminal) => look(await loadApplication(file), terminal);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // Node's own message says which option, and advises on dashes; its first sentence is enough.
    const sentence = (error as Error).message.split(". ")[0] ?? "";
    const [, unknown] = /^Unknown option '(--[^']+)'/.exec(sentence) ?? [];
    const advice = unknown === undefined ? "" : `. ${suggestion(unknown, optionsOf(args))}`;
    throw new UsageError(sentence + advice, { cause: error });
  }
}

/** The options of the command that a line begins with, or all. */
function optionsOf(args: readonly string[]): string[] {
  const name = nameIn(args);
  const names = (name === undefined ? undefined : COMMANDS[name]?.options) ?? Object.keys(OPTIONS);
  return names.map((option) => `--${option}`);
}

function printing(text: string): Command {
  return async ({ print }) => {
    await print(text);
    return 0;
  };
}

async function packageVersion(): Promise<string> {
  const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
