import { describe, expect, it } from "vitest";
import { commandOf } from "./command.ts";
import { UsageError } from "./terminal.ts";

describe("a command line", () => {
  it.each([
    [["route", "app.ts"], 'There is no command "route". Did you mean "routes"?'],
    [["frobnicate"], "Known are: run, routes, openapi, keys create,"],
    [["--json"], "No command"],
    [["routes"], "responder routes takes the file of an application"],
    [["routes", "a.ts", "b.ts"], "takes one file, not b.ts as well"],
    [["routes", "open.ts", "--output", "x.yml"], "responder routes has no option --output"],
    [["openapi", "open.ts", "--deny-public"], "responder openapi has no option --deny-public"],
    [["routes", "open.ts", "--jsno"], "Unknown option '--jsno'. Did you mean \"--json\"?"],
    [["run", "app.ts", "--wrokers", "4"], "Unknown option '--wrokers'. Did you mean \"--workers\"?"],
    [["run", "app.ts", "--jsno"], "Known are: --workers, --watch, --port, --host."],
    [["run", "app.ts", "--json"], "responder run has no option --json"],
    [["run"], "responder run takes the file of an application"],
    [["run", "app.ts", "--workers"], "argument missing"],
    [["run", "app.ts", "--workers", "0"], '--workers 0 is no number of workers: it is 1 or more, or "auto"'],
    [["run", "app.ts", "--workers", "2.5"], "--workers 2.5 is no number of workers"],
    [["run", "app.ts", "--workers", "many"], "--workers many is no number of workers"],
    [["run", "app.ts", "--port", "70000"], "--port 70000 is no port"],
    [["run", "app.ts", "--port", ""], "is no port"],
    [["run", "app.ts", "--host", ""], "--host takes an address"],
    [["openapi", "open.ts", "-o"], "argument missing"],
    [["toString"], "There is no command"],
    [
      ["keys"],
      "responder keys is half a command. Known are: keys create, keys list, keys rotate, keys revoke.",
    ],
    [["keys", "crate"], 'There is no command "keys crate". Did you mean "keys create"?'],
    [["keys", "list"], "--store is missing: a file of SQLite, or an address"],
    [["keys", "list", "--store", "mongodb://x"], "--store knows no mongodb:// address"],
    [["keys", "list", "--store", "a.db", "--prefix", "x"], "responder keys list has no option --prefix"],
    [["keys", "list", "--stroe", "a.db"], "Unknown option '--stroe'. Did you mean \"--store\"?"],
    [["keys", "list", "ada", "--store", "a.db"], "takes options only, not ada"],
    [["keys", "create", "--store", "a.db"], "responder keys create needs --prefix"],
    [
      [
        "keys",
        "create",
        "--store",
        "a.db",
        "--prefix",
        "a",
        "--owner",
        "o",
        "--name",
        "n",
        "--expires-in",
        "90d",
      ],
      '--expires-in 90d is no whole number of seconds, or "never"',
    ],
    [["keys", "rotate", "--store", "a.db", "--prefix", "a"], "responder keys rotate takes the id of one key"],
    [["keys", "rotate", "x", "--store", "a.db", "--prefix", "a", "--overlap", "-1"], "--overlap"],
    [["keys", "revoke", "x", "y", "--store", "a.db"], "responder keys revoke takes the id of one key"],
    [["migrate"], "--store is missing"],
    [["migrate", "a.db"], "responder migrate takes --store only, not a.db"],
    [["secret", "x"], "responder secret takes nothing, not x"],
  ])("%j is refused before anything is imported, with a word on what is right", (args, message) => {
    expect(() => commandOf(args)).toThrow(UsageError);
    expect(() => commandOf(args)).toThrow(message);
  });

  it.each([
    ["migrate", "postgres://u:hunter2@h/d"],
    ["keys", "list", "postgres://u:hunter2@h/d"],
    ["keys", "postgres://u:hunter2@h/d"],
    ["postgres://u:hunter2@h/d"],
    ["keys", "list", "u:hunter2@h"],
    ["keys", "create", `acme_${"x".repeat(15)}_hunter2${"x".repeat(42)}`],
    ["secret", "redis://:hunter2@h"],
    ["tokens", "rotate", "redis://:hunter2@h"],
  ])(
    "an address or a key in the wrong place is not repeated, with what is secret in it: %j %j %j",
    (...args) => {
      expect(() => commandOf(args)).toThrow(UsageError);
      expect(() => commandOf(args)).not.toThrow("hunter2");
    },
  );

  it.each([
    [["routes", "app.ts", "--json", "--deny-public"]],
    [["openapi", "-o", "x.yml", "app.ts"]],
    [["run", "app.ts"]],
    [["run", "--workers", "auto", "--watch", "--port", "0", "--host", "::1", "app.ts"]],
    [
      [
        "keys",
        "create",
        "--store",
        "a.db",
        "--prefix",
        "a",
        "--owner",
        "o",
        "--name",
        "n",
        "--scope",
        "r",
        "--scope",
        "w",
      ],
    ],
    [
      [
        "keys",
        "rotate",
        "x",
        "--store",
        "postgres://h/d",
        "--prefix",
        "a",
        "--overlap",
        "0",
        "--expires-in",
        "never",
      ],
    ],
    [["migrate", "--store", "rediss://h"]],
    [["secret"]],
    [["-h"]],
  ])("%j is a command", (args) => {
    expect(commandOf(args)).toBeTypeOf("function");
  });
});
