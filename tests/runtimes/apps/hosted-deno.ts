/** `api.fetch` given to a server that somebody else made. */
import api from "./exported.ts";

type Handler = (request: Request, info: object) => Response | Promise<Response>;
const { Deno } = globalThis as unknown as {
  Deno: {
    serve(
      options: { port: number; hostname: string; onListen(): void },
      handler: Handler,
    ): { addr: { port: number } };
  };
};
const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, api.fetch);
console.log(`Ready at http://127.0.0.1:${server.addr.port}`);
