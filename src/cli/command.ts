import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { suggestion } from "../options.ts";
import { loadApplication } from "./load.ts";
import { writeDocument } from "./openapi.ts";
import { printRoutes } from "./routes.ts";
import { running } from "./run.ts";
import { type Terminal, UsageError } from "./terminal.ts";

export const HELP = `Usage: responder COMMAND FILE [OPTIONS]

  responder run app.ts              runs it
    --workers 4                     in so many processes that share the port; auto: one a core
    --watch                         starts it anew when a file that it imports has changed
    --port 8000, --host 0.0.0.0     there, whatever the file or PORT says
  responder routes app.ts           prints every route and who may enter
    --json                          for machines
    --deny-public                   fails when a route is public without a reason
  responder openapi app.ts          prints the OpenAPI document, as YAML
    -o, --output schema.yml         writes it: .yml or .yaml, or .json

  -h, --help                        prints this
  -v, --version                     prints the version

FILE exports the API, as default or as "api"; for responder run it may as well run it itself. For the other commands it is
imported, and its api.run() and api.listen() start nothing.
`;

/** A command with its arguments. It returns the exit status, or nothing where something goes on running. */
export type Command = (terminal: Terminal) => Promise<number | undefined>;

const OPTIONS = {
  workers: { type: "string" },
  watch: { type: "boolean" },
  port: { type: "string" },
  host: { type: "string" },
  json: { type: "boolean" },
  "deny-public": { type: "boolean" },
  output: { type: "string", short: "o" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

/** Which options each command takes. */
const COMMANDS = {
  run: ["workers", "watch", "port", "host"],
  routes: ["json", "deny-public"],
  openapi: ["output"],
} as const;

/** @throws UsageError that says what is wrong, and what was probably meant */
export function commandOf(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  if (values.help || (args.length === 0 && positionals.length === 0)) return printing(HELP);
  if (values.version) return async (terminal) => printing(`${await packageVersion()}\n`)(terminal);

  const [name, file, ...rest] = positionals;
  if (name === undefined || !isCommand(name)) {
    const known = Object.keys(COMMANDS);
    throw new UsageError(
      name === undefined ? "No command" : `There is no command "${name}". ${suggestion(name, known)}`,
    );
  }
  const known: readonly string[] = COMMANDS[name];
  const stray = Object.keys(values).find((option) => !known.includes(option));
  if (stray !== undefined) throw new UsageError(`responder ${name} has no option --${stray}`);
  if (file === undefined) throw new UsageError(`responder ${name} takes the file of an application`);
  if (rest.length > 0)
    throw new UsageError(`responder ${name} takes one file, not ${rest.join(" ")} as well`);

  if (name === "run") return running(file, values);
  return async (terminal) => {
    const application = await loadApplication(file);
    return name === "routes"
      ? printRoutes(application.routes(), terminal, { json: values.json, denyPublic: values["deny-public"] })
      : writeDocument(await application.document(), terminal, values.output);
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // Node's own message says which option, and advises on dashes; its first sentence is enough.
    const sentence = (error as Error).message.split(". ")[0] ?? "";
    const [, unknown] = /^Unknown option '(--[^']+)'/.exec(sentence) ?? [];
    const advice = unknown === undefined ? "" : `. ${suggestion(unknown, optionsOf(args[0]))}`;
    throw new UsageError(sentence + advice, { cause: error });
  }
}

/** The options of a command, or all. */
function optionsOf(name: string | undefined): string[] {
  const names = name !== undefined && isCommand(name) ? COMMANDS[name] : Object.keys(OPTIONS);
  return names.map((option) => `--${option}`);
}

function isCommand(name: string): name is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, name);
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
