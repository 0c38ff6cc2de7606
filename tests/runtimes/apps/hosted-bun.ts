/** `api.fetch` given to a server that somebody else made. */
import api from "./exported.ts";

type Fetch = (request: Request, server: object) => Response | Promise<Response>;
const { Bun } = globalThis as unknown as {
  Bun: { serve(options: { port: number; hostname: string; fetch: Fetch }): { port: number } };
};
const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: api.fetch });
console.log(`Ready at http://127.0.0.1:${server.port}`);
