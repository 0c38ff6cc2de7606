import { once } from "node:events";
import { connect, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { RawConnection } from "../support/raw-socket.ts";
import { start } from "./programs.ts";

const READY = /Ready at http:\/\/127\.0\.0\.1:(\d+)/;
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

describe.each(["bun", "deno"] as const)("the life of api.run() on %s", (runtime) => {
  const launch = (env: Record<string, string> = {}) =>
    start(runtime, "tests/lifecycle/app.ts", { PORT: "0", ...env });

  it("a signal lets the running request finish, takes no new ones, runs tasks and hooks, and ends with 0", async () => {
    const app = await start(runtime, "tests/runtimes/apps/wire.ts", { PORT: "0" });
    const port = Number((await app.says(READY))[1]);
    const running = await RawConnection.to(port);
    running.write(get("/slow"));
    await app.says(/slow/);
    app.child.kill("SIGTERM");
    await app.says(/SIGTERM: finishing/);
    await refused(port);
    expect(await running.ended()).toMatch(/\r\n\r\nslow$/);
    expect(await app.exit).toBe(0);
    expect(app.output).toMatch(/background done\nshutdown\n$/);
  });

  it("a stop waits for a body that is still coming in, or answers that it was cut off", async () => {
    const app = await launch();
    const running = await RawConnection.to(Number((await app.says(READY))[1]));
    running.write("POST /held HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n");
    await app.says(/held/);
    app.child.kill("SIGTERM");
    await app.says(/SIGTERM: finishing/);
    running.write("body");
    expect(await running.ended()).toMatch(runtime === "deno" ? /"code":"incomplete_body"/ : /held body$/);
    expect(await app.exit).toBe(0);
  });

  it("a second signal ends it at once", async () => {
    const app = await launch();
    const connection = await RawConnection.to(Number((await app.says(READY))[1]));
    connection.write(get("/never"));
    await app.says(/never/);
    app.child.kill("SIGTERM");
    await app.says(/finishing/);
    await app.stop("SIGTERM");
    expect(app.output).not.toContain("shutdown");
    connection.destroy();
  });

  it("a connection that waits for its next request, or has sent none yet, holds no stop up", async () => {
    const app = await launch();
    const port = Number((await app.says(READY))[1]);
    const silent = await RawConnection.to(port);
    const idle = await RawConnection.to(port);
    idle.write(get("/quick"));
    await idle.until((text) => text.endsWith("quick"));
    const asked = performance.now();
    expect(await app.stop("SIGTERM")).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5_000);
    silent.destroy();
    idle.destroy();
  });

  it("a port that is in use is named, and the status is 1", async () => {
    const busy = createServer().listen(0, "127.0.0.1");
    await once(busy, "listening");
    const { port } = busy.address() as { port: number };
    const app = await launch({ PORT: String(port) });
    expect(await app.exit).toBe(1);
    expect(app.output).toContain(`port ${port} of 127.0.0.1 is in use`);
    busy.close();
  });
});

/** Waits until no connection is taken: what came with the signal may still have been. */
async function refused(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
    } catch (error) {
      expect(["ECONNREFUSED", "ECONNRESET"]).toContain((error as NodeJS.ErrnoException).code);
      return;
    } finally {
      socket.on("error", () => undefined).destroy();
    }
  }
}
