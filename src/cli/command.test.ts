import { describe, expect, it } from "vitest";
import { commandOf, UsageError } from "./command.ts";

describe("a command line", () => {
  it.each([
    [["route", "app.ts"], 'There is no command "route". Did you mean "routes"?'],
    [["frobnicate"], "Known are: routes, openapi."],
    [["--json"], "No command"],
    [["routes"], "responder routes takes the file of an application"],
    [["routes", "a.ts", "b.ts"], "takes one file, not b.ts as well"],
    [["routes", "open.ts", "--output", "x.yml"], "responder routes has no option --output"],
    [["openapi", "open.ts", "--deny-public"], "responder openapi has no option --deny-public"],
    [["routes", "open.ts", "--jsno"], "Unknown option '--jsno'"],
    [["openapi", "open.ts", "-o"], "argument missing"],
    [["toString"], "There is no command"],
  ])("%j is refused before anything is imported, with a word on what is right", (args, message) => {
    expect(() => commandOf(args)).toThrow(UsageError);
    expect(() => commandOf(args)).toThrow(message);
  });

  it.each([
    [["routes", "app.ts", "--json", "--deny-public"]],
    [["openapi", "-o", "x.yml", "app.ts"]],
    [["-h"]],
  ])("%j is a command", (args) => {
    expect(commandOf(args)).toBeTypeOf("function");
  });
});
