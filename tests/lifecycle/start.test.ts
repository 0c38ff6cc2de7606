import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { launch } from "./process.ts";

describe("api.run()", () => {
  it("says where it is ready once it is, after the startup hooks in their order", async () => {
    const app = launch();
    const port = await app.port();
    expect(await (await fetch(`http://127.0.0.1:${port}/quick`)).text()).toBe("quick");
    expect(app.output()).toMatch(/startup 1\nstartup 2\nReady at http:\/\/127\.0\.0\.1:\d+\n/);
  });

  it("listens on PORT", async () => {
    const port = await freePort();
    const app = launch({ PORT: String(port) });
    expect(await app.port()).toBe(port);
  });

  it("exits with 1 and names the port that is in use", async () => {
    const busy = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => busy.once("listening", resolve));
    const { port } = busy.address() as { port: number };
    const app = launch({ PORT: String(port) });
    expect(await app.ended).toBe(1);
    expect(app.output()).toContain(`port ${port} of 127.0.0.1 is in use`);
    expect(app.output()).toContain(`PORT=${port + 1}`);
    expect(app.output()).not.toContain("Ready");
    busy.close();
  });

  it("exits with 1 and the cause when a startup hook fails", async () => {
    const app = launch({ FAIL: "startup" });
    expect(await app.ended).toBe(1);
    expect(app.output()).toContain("no database");
    expect(app.output()).toContain("ECONNREFUSED 127.0.0.1:5432");
    expect(app.output()).not.toContain("Ready");
  });

  it.each(["abc", "70000", "-1", "80.5"])(
    "exits with 1 for PORT=%s, and says that it is no port",
    async (PORT) => {
      const app = launch({ PORT });
      expect(await app.ended).toBe(1);
      expect(app.output()).toContain(`PORT=${PORT} is no port`);
    },
  );

  it("does not start in production with a weak secret", async () => {
    const app = launch({ NODE_ENV: "production", FAIL: "secret" });
    expect(await app.ended).toBe(1);
    expect(app.output()).toContain("secretKey has fewer than 32 characters");
    expect(app.output()).not.toContain("Ready");
  });

  it("can be stopped by a signal that comes with the ready line", async () => {
    const app = launch();
    await app.printed(/Ready/);
    app.kill("SIGTERM");
    expect(await app.ended).toBe(0);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
