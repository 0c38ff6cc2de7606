import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { RawConnection, statusesOf } from "../support/raw-socket.ts";
import { launch } from "./process.ts";

const HELD = "POST /held HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n";

describe.each(["SIGTERM", "SIGINT"] as const)("on %s", (signal) => {
  it("no new connections are taken, the running request finishes, hooks run, and the status is 0", async () => {
    const app = launch();
    const port = await app.port();
    const running = await RawConnection.to(port);
    running.write(HELD);
    await app.printed(/held/);

    app.kill(signal);
    await app.printed(new RegExp(`${signal}: finishing`));
    await refused(port);
    running.write("body");
    const received = await running.ended();
    expect(statusesOf(received)).toEqual([200]);
    expect(received).toMatch(/connection: close/i);
    expect(received).toMatch(/held body$/);

    expect(await app.ended).toBe(0);
    expect(app.output()).toMatch(/shutdown 2\nshutdown 1\n$/);
  });

  it("a second one ends it at once", async () => {
    const app = launch();
    const connection = await RawConnection.to(await app.port());
    connection.write("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
    await app.printed(/never/);
    app.kill(signal);
    await app.printed(/finishing/);
    app.kill(signal);
    expect(await app.ended).toBe(signal);
    expect(app.output()).not.toContain("shutdown");
  });
});

describe("on a stop", () => {
  it("background tasks run to their end, before the shutdown hooks", async () => {
    const app = launch();
    const port = await app.port();
    expect(await (await fetch(`http://127.0.0.1:${port}/background`)).text()).toBe("started");
    app.kill("SIGTERM");
    expect(await app.ended).toBe(0);
    expect(app.output()).toMatch(/background done\nshutdown 2\nshutdown 1\n$/);
  });

  it("a shutdown hook that fails is logged, and keeps no other from running", async () => {
    const app = launch({ FAIL: "shutdown" });
    await app.port();
    app.kill("SIGTERM");
    expect(await app.ended).toBe(0);
    expect(app.output()).toContain("A shutdown hook failed");
    expect(app.output()).toContain("flush failed");
    expect(app.output()).toContain("shutdown 1");
  });

  it("a connection that waits for its next request, or has sent none yet, holds nothing up", async () => {
    const app = launch();
    const port = await app.port();
    const idle = await RawConnection.to(port);
    idle.write("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n");
    await idle.until((text) => text.endsWith("quick"));
    const silent = await RawConnection.to(port);
    // What a later connection was answered, an earlier one has been taken for.
    await fetch(`http://127.0.0.1:${port}/quick`, { headers: { connection: "close" } });

    const asked = performance.now();
    app.kill("SIGTERM");
    expect(await app.ended).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5_000);
    await Promise.all([idle.ended(), silent.ended()]);
  });
});

async function refused(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  // Reset, where it had been queued when the server stopped listening.
  expect(["ECONNREFUSED", "ECONNRESET"]).toContain(error.code);
}
