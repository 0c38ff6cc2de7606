import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { responder } from "./responder.ts";

describe("an application's file", () => {
  it("may run its application and export nothing: nothing listens, and nothing starts", async () => {
    const { status, stdout, stderr } = await responder("openapi", "running.ts");
    expect(status).toBe(0);
    expect(parse(stdout)).toMatchObject({ info: { title: "Running" }, paths: { "/": {} } });
    // What it printed itself has not got into the document.
    expect(stderr).toBe("this is not part of any document\nlistening on 0\n");
  });

  it("that is not there is named", async () => {
    const { status, stderr } = await responder("routes", "nowhere.ts");
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^There is no file .*nowhere\.ts\n$/)]);
  });

  it("that makes no application, or several, is told how to say which", async () => {
    expect((await responder("routes", "none.ts")).stderr).toContain("none.ts makes no API");
    const { status, stderr } = await responder("routes", "several.ts");
    expect([status, stderr]).toEqual([
      1,
      'several.ts makes 2 applications: export the one that is meant as default or as "api"\n',
    ]);
  });

  it("that cannot be imported fails with its own error", async () => {
    const { status, stderr } = await responder("routes", "failing.ts");
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/failing\.ts cannot be imported: Error: no database/),
    ]);
  });
});

describe("responder", () => {
  it("says how it is used, and which version it is", async () => {
    const help = await responder("--help");
    expect([help.status, help.stdout]).toEqual([0, expect.stringContaining("responder routes app.ts")]);
    expect(await responder()).toEqual(help);
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await responder("--version")).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("that is called the wrong way ends with status 2, and says what is wrong and where to read on", async () => {
    const { status, stdout, stderr } = await responder("route", "app.ts");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      'There is no command "route". Did you mean "routes"?\nresponder --help says what each command takes.\n',
    );
  });

  it("makes a secret, and nothing else", async () => {
    const made = await responder("secret");
    expect(made).toEqual({ status: 0, stdout: expect.stringMatching(/^[\w-]{43}\n$/), stderr: "" });
    expect((await responder("secret")).stdout).not.toBe(made.stdout);
  });

  it("asked for keys of no store opens none, and repeats no password of an address", async () => {
    const { status, stdout, stderr } = await responder("keys", "list", "--store", "mongodb://u:hunter2@h");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("--store knows no mongodb:// address");
    expect(stderr).not.toContain("hunter2");
  });
});
