import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { type Launched, type LaunchOptions, launchNode } from "../support/launch.ts";
import { responder } from "./responder.ts";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");
const APPS = join(import.meta.dirname, "apps");

/** `responder run`, in the folder of the applications unless the options name another. */
function run(args: readonly string[], options: LaunchOptions = {}): Launched {
  return launchNode([MAIN, "run", ...args], { cwd: APPS, ...options });
}

/** On a connection of its own, so that each one may get to another worker. */
async function ask(port: number, path: string, agent: Agent | false = false): Promise<string> {
  const [message] = (await once(get({ host: "127.0.0.1", port, path, agent }), "response")) as [
    IncomingMessage,
  ];
  return text(message);
}

/** Asks until it has seen as many workers. */
async function pidsOf(port: number, count: number): Promise<string[]> {
  const pids = new Set<string>();
  for (let asked = 0; pids.size < count && asked < 100; asked++) pids.add(await ask(port, "/pid"));
  return [...pids];
}

describe("responder run", () => {
  it("runs what a file exports, where the options say, whatever PORT says, and stops gracefully", async () => {
    const app = run(["workers.ts", "--port", "0", "--host", "127.0.0.1"], { env: { PORT: "none" } });
    expect(await ask(await app.port(), "/pid")).toBe(String(app.pid));
    app.kill("SIGTERM");
    expect(await app.ended).toBe(0);
    expect(app.output()).toMatch(/SIGTERM: finishing what is under way\nworker \d+ reached: ;\n$/);
  });

  it("lets a file run its application itself, once, and there as well", async () => {
    const app = run(["running.ts", "--port", "0"], { env: { PORT: "none" } });
    expect(await ask(await app.port(), "/")).toBe("hello");
    await app.printed(/listening on \d+/);
    app.kill("SIGINT");
    expect(await app.ended).toBe(0);
    expect(app.output().match(/STARTED/g)).toHaveLength(1);
  });

  it.each([[[]], [["--workers", "1"]]])(
    "with %j ends with status 1 where a file neither exports nor runs one",
    async (flags) => {
      const { status, stderr } = await responder("run", "none.ts", ...flags);
      expect([status, stderr]).toEqual([
        1,
        expect.stringContaining('none.ts runs no application: export one as default or as "api"'),
      ]);
    },
  );

  it("ends with status 1 where the start fails, and says why", async () => {
    const app = run(["workers.ts"], { env: { FAIL: "startup" } });
    expect(await app.ended).toBe(1);
    expect(app.output()).toContain("no database");
  });

  it("ends with status 2 for a mistyped option, and names the nearest", async () => {
    const { status, stderr } = await responder("run", "workers.ts", "--worker", "2");
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^Unknown option '--worker'\. Did you mean "--workers"\?\nresponder --help says/),
    ]);
  });
});

describe("responder run --workers", () => {
  it("says that it is ready when all listen, and each of them answers", async () => {
    const app = run(["workers.ts", "--workers", "3"]);
    const pids = await pidsOf(await app.port(), 3);
    expect(pids).toHaveLength(3);
    expect(pids).not.toContain(String(app.pid));
    app.kill("SIGTERM");
    expect(await app.ended).toBe(0);
    expect(app.output().match(/Ready at|SIGTERM/g)).toEqual(["Ready at", "SIGTERM"]);
    expect(pids.filter((pid) => !app.output().includes(`worker ${pid} reached`))).toEqual([]);
  });

  it("puts another worker in the place of one that was killed, and answers meanwhile", async () => {
    const app = run(["workers.ts", "--workers", "2"]);
    const port = await app.port();
    const [killed = "", other = ""] = await pidsOf(port, 2);
    process.kill(Number(killed), "SIGKILL");
    await app.printed(new RegExp(`Worker ${killed} ended \\(SIGKILL\\): another one starts in 100 ms`));
    const answered = new Set<string>();
    while (answered.size < 2) answered.add(await ask(port, "/pid"));
    expect(answered).toContain(other);
    expect(answered).not.toContain(killed);
    app.kill("SIGTERM");
    expect(await app.ended).toBe(0);
  });

  it("stopped under load answers every request that has reached a handler", async () => {
    const app = run(["workers.ts", "--workers", "2"]);
    const port = await app.port();
    const agent = new Agent({ keepAlive: true });
    const answered: string[] = [];
    let last = 0;
    // Each goes on until nobody is there any more.
    const lanes = Array.from({ length: 16 }, async () => {
      for (let refused = false; !refused; ) {
        const id = String(++last);
        try {
          const answer = await ask(port, `/slow/${id}`, agent);
          expect(answer).toMatch(new RegExp(`^\\d+ answers ${id}$`));
          answered.push(id);
        } catch (error) {
          refused = (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
          if (!refused) expect((error as NodeJS.ErrnoException).code).toBe("ECONNRESET");
        }
      }
    });
    while (answered.length < 200) await new Promise((resolve) => setImmediate(resolve));
    app.kill("SIGTERM");
    const before = answered.length;
    expect(await app.ended).toBe(0);
    await Promise.all(lanes);
    agent.destroy();

    const reached = [...app.output().matchAll(/reached: ([\d ]+);/g)].map(([, ids = ""]) => ids.split(" "));
    expect(reached).toHaveLength(2);
    expect(reached.flat().toSorted()).toEqual(answered.toSorted());
    expect(answered.length).toBeGreaterThan(before);
  });

  it("stops once, though a terminal signals every process", async () => {
    const app = run(["workers.ts", "--workers", "2"], { isGroup: true });
    const port = await app.port();
    await pidsOf(port, 2);
    process.kill(-app.pid, "SIGINT");
    expect(await app.ended).toBe(0);
    expect(app.output().match(/SIGINT: finishing|reached: ;/g)).toHaveLength(3);
  });

  it("ends at once on a second signal, and its workers with it", async () => {
    const app = run(["workers.ts", "--workers", "2"]);
    const port = await app.port();
    const cut = ask(port, "/never").catch((error: NodeJS.ErrnoException) => error.code);
    await app.printed(/never/);
    app.kill("SIGTERM");
    await app.printed(/finishing/);
    app.kill("SIGTERM");
    // Its output has ended with it, and so has everybody who could write there.
    expect(await app.ended).toBe("SIGTERM");
    expect(await cut).toBe("ECONNRESET");
  });

  it("leaves no worker behind when it is killed itself", async () => {
    const app = run(["workers.ts", "--workers", "2"]);
    await app.port();
    app.kill("SIGKILL");
    // Its output ends when the last has gone who could write there.
    expect(await app.ended).toBe("SIGKILL");
  });

  it("gives up with status 1, and the cause, when the start fails four times in a row", async () => {
    const app = run(["workers.ts", "--workers", "1"], { env: { FAIL: "startup" } });
    expect(await app.ended).toBe(1);
    expect(app.output().match(/Error: no database/g)).toHaveLength(4);
    expect([...app.output().matchAll(/starts in (\d+) ms/g)].map(([, delay]) => delay)).toEqual([
      "100",
      "200",
      "400",
    ]);
    expect(app.output()).toMatch(/Worker \d+ ended \(status 1\), as did 3 before it: given up/);
    expect(app.output()).not.toContain("Ready");
  });

  it("gives up with status 1 when workers crash soon after they listen, again and again", async () => {
    const app = run(["workers.ts", "--workers", "1"], { env: { FAIL: "crash" } });
    expect(await app.ended).toBe(1);
    expect(app.output()).toMatch(/ended \(status 7\), as did 3 before it: given up/);
  });

  it("names the port that is in use", async () => {
    const busy = createServer().listen(0, "127.0.0.1");
    await once(busy, "listening");
    const { port } = busy.address() as { port: number };
    const app = run(["workers.ts", "--workers", "1", "--port", String(port)]);
    expect(await app.ended).toBe(1);
    expect(app.output()).toContain(`port ${port} of 127.0.0.1 is in use`);
    busy.close();
  });

  it("starts no worker for a file that is not there", async () => {
    const { status, stderr } = await responder("run", "nowhere.ts", "--workers", "2");
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^There is no file .*nowhere\.ts\n$/)]);
  });
});
