import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { onBun } from "./bun.ts";
import type { EndpointName } from "./endpoints.ts";

/** A server that runs on a free port of 127.0.0.1. */
export interface Started {
  readonly port: number;
  close(): Promise<unknown>;
}

/** What a contestant's file exports. */
interface ContestantFile {
  /** @param remember whether tokens that were verified are remembered, where the contestant can */
  start(remember: boolean): Promise<Started>;
  /** The same server with so many routes, those of `route-set.ts`, and nothing else. */
  startRoutes(count: number): Promise<Started>;
}

export type Runtime = "node" | "bun";

export type ContestantName =
  | "bare"
  | "responder-ts"
  | "responder-ts-remembering"
  | "fastify"
  | "fastify-remembering"
  | "hono"
  | "h3"
  | "koa"
  | "express"
  | "elysia";

export interface Contestant {
  readonly name: ContestantName;
  /** Its file in `contestants/`. Default: its name. */
  readonly file?: string;
  /** Measured on Bun as well; a text names its file there, where it is another one. */
  readonly onBun?: true | string;
  readonly remember?: true;
  /** Measured without `--all`. */
  readonly byDefault?: true;
  /** What it answers. Default: everything. */
  readonly endpoints?: readonly EndpointName[];
  /** Why it answers no more than that. */
  readonly leavesOut?: string;
}

const OPEN = ["text", "json", "param", "echo"] as const;
const TOKENS = ["me", "admin"] as const;

export const CONTESTANTS: readonly Contestant[] = [
  { name: "bare", byDefault: true, onBun: "bare-bun" },
  { name: "responder-ts", byDefault: true, onBun: true },
  {
    name: "responder-ts-remembering",
    file: "responder-ts",
    remember: true,
    byDefault: true,
    onBun: true,
    endpoints: TOKENS,
    leavesOut: "responder-ts with the option `cache` of `bearer()`, which only tokens have",
  },
  { name: "fastify", byDefault: true },
  {
    name: "fastify-remembering",
    file: "fastify",
    remember: true,
    byDefault: true,
    endpoints: TOKENS,
    leavesOut: "Fastify with the option `verify.cache` of `@fastify/jwt`, which only tokens have",
  },
  { name: "hono", byDefault: true, onBun: true },
  {
    name: "h3",
    endpoints: [...OPEN, "session"],
    leavesOut: "h3 has sealed sessions and basic authentication, and nothing for keys or tokens",
  },
  {
    name: "koa",
    endpoints: [...OPEN, ...TOKENS, "session"],
    leavesOut: "the koajs organisation has `koa-jwt` and `koa-session`, and nothing for keys",
  },
  {
    name: "express",
    endpoints: [...OPEN, "session"],
    leavesOut: "the expressjs organisation has `cookie-session`, and nothing for keys or tokens",
  },
  {
    name: "elysia",
    onBun: true,
    endpoints: [...OPEN, ...TOKENS, "session"],
    leavesOut: "Elysia has `@elysiajs/jwt` and signed cookies, and nothing for keys",
  },
];

/** Those that are measured on a runtime, the first of them bare. */
export function contestantsOn(runtime: Runtime): readonly Contestant[] {
  return CONTESTANTS.filter((contestant) => runtime === "node" || contestant.onBun !== undefined);
}

/** @throws RangeError for a name that is none of theirs */
export function contestantOf(name: string): Contestant {
  const found = CONTESTANTS.find((contestant) => contestant.name === name);
  if (!found) throw new RangeError(`No contestant ${name}: ${CONTESTANTS.map((one) => one.name).join(", ")}`);
  return found;
}

export function answers(contestant: Contestant, endpoint: EndpointName): boolean {
  return contestant.endpoints?.includes(endpoint) ?? true;
}

/** @param routes with so many routes, instead of the endpoints */
export async function startContestant(contestantName: string, routes?: number): Promise<Started> {
  const contestant = contestantOf(contestantName);
  const { file = contestant.name, onBun: there } = contestant;
  const name = onBun && typeof there === "string" ? there : file;
  const { start, startRoutes } = (await import(`./contestants/${name}.ts`)) as ContestantFile;
  return routes === undefined ? start(contestant.remember ?? false) : startRoutes(routes);
}

/** What stands for a server of `node:http`, which listens or is about to. */
export async function started(server: Server): Promise<Started> {
  if (!server.listening) await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
