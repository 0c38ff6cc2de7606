import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawConnection, statusesOf } from "../support/raw-socket.ts";
import { type ProcessRuntime, type Running, start } from "./programs.ts";

const READY = /Ready at http:\/\/127\.0\.0\.1:(\d+)/;
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const post = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const RUNTIMES = ["node", "bun", "deno"] as const satisfies readonly ProcessRuntime[];

/** One program on each, started together, and asked at once for what takes its time. */
const programs = new Map<ProcessRuntime, Promise<Running>>();
const lateAnswers = new Map<ProcessRuntime, Promise<string>>();
const idleConnections = new Map<ProcessRuntime, Promise<string>>();
beforeAll(() => {
  for (const runtime of RUNTIMES) {
    const program = start(runtime, "tests/runtimes/apps/wire.ts", { PORT: "0" });
    const late = program
      .then((running) => running.says(READY))
      .then(([, port]) => fetch(`http://127.0.0.1:${port}/late`))
      .then((response) => response.text());
    const idle = program.then(async (running) => {
      const connection = await RawConnection.to(Number((await running.says(READY))[1]));
      connection.write(get("/next"));
      return connection.ended(20_000);
    });
    for (const promise of [late, idle]) promise.catch(() => undefined);
    programs.set(runtime, program);
    idleConnections.set(runtime, idle);
    lateAnswers.set(runtime, late);
  }
});
afterAll(async () => {
  for (const program of programs.values()) await (await program).stop("SIGKILL");
});

describe.each(RUNTIMES)("api.run() on %s", (runtime) => {
  let program: Running;
  let port = 0;
  beforeAll(async () => {
    program = await (programs.get(runtime) as Promise<Running>);
    port = Number((await program.says(READY))[1]);
  });

  const json = async (path: string) =>
    (await fetch(`http://127.0.0.1:${port}${path}`)).json() as Promise<Record<string, number>>;

  it("knows the connection's peer", async () => {
    expect(await (await fetch(`http://127.0.0.1:${port}/ip`)).text()).toBe("127.0.0.1");
  });

  it("keeps the connection in order right after errors: thrown, not found, malformed, too large", async () => {
    const connection = await RawConnection.to(port);
    const requests: [string, number][] = [
      [get("/throws"), 500],
      [get("/unknown"), 404],
      [get("/%zz"), 400],
      [post("/read", "x".repeat(100_001)), 413],
    ];
    const expected: number[] = [];
    for (const [request, status] of requests) {
      if (/^connection: close/im.test(connection.received)) break;
      expected.push(status, 200);
      connection.write(request + get("/next"));
      await connection.until(
        (text) => statusesOf(text).length === expected.length || /^connection: close/im.test(text),
      );
    }
    // The last may end the connection, and says so: then nothing is answered after it.
    const statuses = statusesOf(connection.received);
    expect(statuses).toEqual(expected.slice(0, statuses.length));
    expect(statuses.length).toBeGreaterThanOrEqual(7);
    connection.destroy();
  });

  it("answers an unread body of any length whole, and then the next request, or says that the connection ends", async () => {
    const connection = await RawConnection.to(port);
    connection.write(post("/ignore", "x".repeat(3_000_000)) + get("/next"));
    const received = await connection.until((text) => /ignored/.test(text));
    expect(statusesOf(received)[0]).toBe(200);
    if (/^connection: close/im.test(received)) await connection.ended();
    else await connection.until((text) => text.endsWith("next"));
    connection.destroy();
  });

  it("cuts its own connection when a streamed body fails half-way, and no other", async () => {
    const other = await RawConnection.to(port);
    other.write(get("/next"));
    await other.until((text) => text.endsWith("next"));
    const connection = await RawConnection.to(port);
    connection.write(get("/half"));
    const received = await connection.ended();
    expect(received).toContain("half");
    // The end of a chunked body is what must not be there.
    expect(received).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(received).not.toMatch(/content-length/i);
    await program.says(/A streamed body failed, and the connection was cut/);
    expect(program.output).not.toContain("An answer could not be sent");
    other.write(get("/next"));
    await other.until((text) => statusesOf(text).length === 2);
    other.destroy();
  });

  it("ends a stream, and aborts req.signal, when the client goes", async () => {
    const connection = await RawConnection.to(port);
    connection.write(get("/waits"));
    await connection.until((text) => text.includes("first"));
    connection.destroy();
    await program.says(/ended, aborted: true/);
  });

  it("leaves req.signal alone after a whole answer", async () => {
    const connection = await RawConnection.to(port);
    connection.write(get("/whole"));
    await connection.until((text) => text.includes("b"));
    connection.write(get("/next"));
    await connection.until((text) => text.endsWith("next"));
    connection.destroy();
    expect(await (await fetch(`http://127.0.0.1:${port}/next`)).text()).toBe("next");
    expect(program.output).not.toContain("aborted after a whole answer");
  });

  it("makes no more of a stream than a client takes that reads nothing", async () => {
    const socket = connect(port, "127.0.0.1").pause();
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write(get("/endless"));
    const made = await settled(async () => (await json("/made"))["made"] as number);
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(2_000);
    socket.destroy();
  });

  it("takes no more of a body than a handler reads", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write("POST /slow-reader HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n");
    const piece = Buffer.alloc(65_536);
    let flushed = 0;
    const pour = () => {
      while (flushed < 3_000 && !socket.destroyed) if (!socket.write(piece, () => flushed++)) return;
    };
    socket.on("drain", pour);
    pour();
    const sent = await settled(async () => flushed);
    expect((await json("/taken"))["taken"]).toBeGreaterThan(0);
    // 3,000 pieces would be 190 MB: what it takes without being asked is in the buffers of the two sockets.
    expect(sent).toBeLessThan(1_000);
    socket.destroy();
  });

  it("lets a handler take its time: no idle timeout falls on it", { timeout: 40_000 }, async () => {
    expect(await lateAnswers.get(runtime)).toBe("late");
  });
});

describe.each(["node", "bun"] as const)("api.run() on %s", (runtime) => {
  it("ends a connection that was answered and asks for nothing more", { timeout: 40_000 }, async () => {
    expect(await idleConnections.get(runtime)).toMatch(/next$/);
  });
});

/** A number that has not changed for a while. */
async function settled(read: () => Promise<number>): Promise<number> {
  for (let before = -1; ; ) {
    const now = await read();
    if (now === before && now > 0) return now;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
