import { Agent } from "node:http";
import { join } from "node:path";
import { expect, it } from "vitest";
import { launchNode } from "../support/launch.ts";
import { aborting, type Exchange, exchangeOf, honest, LARGE, slow } from "./clients.ts";
import type { ServerState } from "./content.ts";

/** Requests of a round: of each 20, one gives up half-way and one takes its answer byte by byte. */
const ROUND = 800;
const LANES = 24;
/** Bytes that the heap may have grown by in two rounds, after a collection: 256 a request, so that none can be kept. */
const GROWTH = 256 * 2 * ROUND;
const SETTLED = { handlers: 0, streams: 0, tasks: 0, sockets: 1 };

async function stateOf(port: number): Promise<ServerState> {
  const response = await fetch(`http://127.0.0.1:${port}/state`, { headers: { connection: "close" } });
  return (await response.json()) as ServerState;
}

/** What the server says of itself once nothing is under way any more; when that does not come, what it says then. */
async function stateAfter(port: number): Promise<ServerState> {
  for (const limit = AbortSignal.timeout(3_000); ; ) {
    const state = await stateOf(port);
    const isSettled = state.handlers + state.streams + state.tasks === 0 && state.sockets === SETTLED.sockets;
    if (isSettled || limit.aborted) return state;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The answers of 10 MB that slow clients ask for in a round. */
const LARGE_ONES = 10;

/** What the slow ones ask for: the large answer, or one of the others that a GET has. */
function slowExchange(index: number): Exchange {
  return index % 4 === 0 ? LARGE : exchangeOf(5 * index + [0, 0, 2, 3][index % 4]!);
}

/** @throws what the first wrong answer is */
async function round(port: number, first: number): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const numbers = Array.from({ length: ROUND }, (_, index) => first + index);
  const impatient = numbers.filter((number) => number % 20 === 0);
  const patient = numbers.filter((number) => number % 20 === 10);
  const others = [
    ...impatient.map((_, index) => aborting(port, index)),
    ...patient.map((_, index) => slow(port, slowExchange(index), index % 3 === 0)),
  ];
  const rest = numbers.filter((number) => number % 10 !== 0).values();
  const lanes = Array.from({ length: LANES }, async () => {
    for (const number of rest) await honest(port, agent, exchangeOf(number));
  });
  try {
    await Promise.all([...lanes, ...others]);
  } finally {
    agent.destroy();
  }
}

it("while of 20 clients one gives up half-way and one takes a byte at a time, all others get what they should, and nothing is left of it", async () => {
  const server = launchNode(["--expose-gc", join(import.meta.dirname, "app.ts")]);
  const port = await server.port();
  // What is made once and kept, compiled code say, is no leak.
  await round(port, 0);
  const before = await stateAfter(port);
  expect(before).toMatchObject(SETTLED);

  const rounds = round(port, ROUND).then(() => round(port, 2 * ROUND));
  await Promise.race([rounds, new Promise((resolve) => setTimeout(resolve, 1_200))]);
  const meanwhile = await stateOf(port);
  await rounds;
  // What is not taken is not made either: neither the whole of it, nor in memory.
  expect(meanwhile.streams).toBeGreaterThanOrEqual(LARGE_ONES);
  expect(meanwhile.heap - before.heap).toBeLessThan(LARGE_ONES * 1_000_000);

  const after = await stateAfter(port);
  expect(after).toMatchObject(SETTLED);
  expect(after.heap - before.heap).toBeLessThan(GROWTH);

  server.kill("SIGTERM");
  expect(await server.ended).toBe(0);
  // A client that goes is no error of the server's.
  expect(server.output()).toMatch(/^Ready at \S+\nSIGTERM: finishing what is under way\n$/);
});
