/** A server that runs. Each contestant's file exports `start()`, which makes one on a free port of 127.0.0.1. */
export interface Started {
  readonly port: number;
  close(): Promise<unknown>;
}

/** The contestants by the names of their files. */
export const CONTESTANTS = ["bare", "responder-ts", "responder-ts-uncached", "fastify", "hono"] as const;

export type ContestantName = (typeof CONTESTANTS)[number];

export async function startContestant(name: ContestantName): Promise<Started> {
  const { start } = (await import(`./contestants/${name}.ts`)) as { start(): Promise<Started> };
  return start();
}
