import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Launched, launchNode } from "../support/launch.ts";
import { RawConnection } from "../support/raw-socket.ts";

const ROOT = join(import.meta.dirname, "../..");

let folder = "";
const write = (name: string, content: string) => writeFile(join(folder, name), content);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "responder-ts-watch-"));
  await mkdir(join(folder, "node_modules"));
  await symlink(ROOT, join(folder, "node_modules/responder-ts"), "dir");
  await write("package.json", JSON.stringify({ type: "module" }));
  await write(
    "app.ts",
    `import { API } from "responder-ts";
     import { word } from "./word.ts";
     export const api = new API({ openapi: false }).get("/", () => word);
     api.get("/never", () => new Promise(() => undefined));
     api.on("shutdown", () => console.log("shutdown after " + word));`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function watch(...flags: readonly string[]): Launched {
  return launchNode([join(ROOT, "src/cli/main.ts"), "run", "app.ts", "--watch", ...flags], { cwd: folder });
}

/** The port of the so many-th start. */
async function readyAgain(app: Launched, starts: number): Promise<number> {
  const pattern = new RegExp(`(?:Ready at http://127\\.0\\.0\\.1:(\\d+).*){${starts}}`, "s");
  return Number((await app.printed(pattern))[1]);
}

const answer = async (port: number) => (await fetch(`http://127.0.0.1:${port}/`)).text();

describe("responder run --watch", () => {
  it("starts anew when a file that is imported has changed, a running request or not", async () => {
    await write("word.ts", `export const word: string = "one";`);
    const app = watch();
    const port = await readyAgain(app, 1);
    expect(await answer(port)).toBe("one");
    const running = await RawConnection.to(port);
    running.write("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");

    await write("word.ts", `export const word: string = "two";`);
    expect(await answer(await readyAgain(app, 2))).toBe("two");
    expect(app.output()).toMatch(/word\.ts has changed\nshutdown after one\nReady at/);
    await running.ended();

    app.kill("SIGTERM");
    expect(await app.ended).toBe(0);
    expect(app.output()).toMatch(/SIGTERM: finishing what is under way\nshutdown after two\n$/);
  });

  it("waits for the next change where a file has a mistake in it", async () => {
    await write("word.ts", `export const word: = 1;`);
    const app = watch("--workers", "2");
    await app.printed(/SyntaxError.*: waiting for a change.*: waiting for a change/s);
    await write("word.ts", `export const word: string = "mended";`);
    expect(await answer(await readyAgain(app, 1))).toBe("mended");
    app.kill("SIGINT");
    expect(await app.ended).toBe(0);
  });

  it("does not mind other files", async () => {
    await write("word.ts", `export const word: string = "still";`);
    const app = watch();
    const port = await readyAgain(app, 1);
    await write("data.json", "{}");
    await write("word.ts.swp", "");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await answer(port)).toBe("still");
    expect(app.output()).not.toContain("changed");
    app.kill("SIGTERM");
    expect(await app.ended).toBe(0);
  });

  it("kills what does not stop", async () => {
    await write(
      "word.ts",
      `import { existsSync } from "node:fs";
       export const word: string = "stuck";
       setInterval(() => { if (existsSync("now")) { console.log("stuck"); for (;;); } }, 20);`,
    );
    const app = watch();
    await readyAgain(app, 1);
    await write("now", "");
    await app.printed(/^stuck$/m);
    await write("word.ts", `export const word: string = "free";`);
    expect(await answer(await readyAgain(app, 2))).toBe("free");
    app.kill("SIGTERM");
    expect(await app.ended).toBe(0);
  });
});
