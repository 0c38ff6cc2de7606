/** Clients that a server meets outside a benchmark: those that go away, and those that take their time. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const BODY = JSON.stringify({ title: "Notes", text: "x".repeat(200) });
const HEAD = `POST /echo HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n`;

/** Each goes away at another point: amid the head, amid the body, before the answer, with requests queued behind. */
const PARTS = [
  HEAD.slice(0, 40),
  HEAD + BODY.slice(0, 20),
  HEAD + BODY,
  (HEAD + BODY).repeat(5) + HEAD.slice(0, 40),
] as const;

/** So many clients, one after the other, that go away without waiting for anything. */
export async function goAway(port: number, clients: number): Promise<void> {
  for (let client = 0; client < clients; client++) {
    const socket = await connected(port);
    socket.write(PARTS[client % PARTS.length] as string);
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
  }
}

/**
 * So many clients at once that send their body in pieces over this time, and then read the answer a few bytes at a time.
 *
 * @throws Error where one is not answered right
 */
export async function takeTime(port: number, clients: number, milliseconds: number): Promise<void> {
  await Promise.all(Array.from({ length: clients }, () => takeTimeOnce(port, milliseconds)));
}

async function takeTimeOnce(port: number, milliseconds: number): Promise<void> {
  const pieces = 20;
  const socket = await connected(port);
  socket.write(HEAD);
  const size = Math.ceil(BODY.length / pieces);
  for (let piece = 0; piece < pieces; piece++) {
    socket.write(BODY.slice(piece * size, (piece + 1) * size));
    await new Promise((resolve) => setTimeout(resolve, milliseconds / pieces));
  }
  let answer = "";
  while (!answer.endsWith(BODY)) {
    const bytes = socket.read(16) as Buffer | null;
    if (bytes === null && socket.readableLength > 0) answer += socket.read();
    else if (bytes === null) await Promise.race([once(socket, "readable"), failure(socket)]);
    else answer += bytes;
  }
  socket.destroy();
  if (!answer.startsWith("HTTP/1.1 200 "))
    throw new Error(`A slow client was answered ${answer.slice(0, 40)}`);
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.on("error", () => {}); // a reset after going away is what was asked for
  return socket;
}

async function failure(socket: Socket): Promise<never> {
  await once(socket, "close");
  throw new Error("A slow client's connection was closed before its answer");
}
