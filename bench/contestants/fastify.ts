import type { AddressInfo } from "node:net";
import fastify from "fastify";
import type { Started } from "../contestants.ts";

export async function start(): Promise<Started> {
  const app = fastify();
  app.get("/text", (_request, reply) => {
    reply.send("Hello, World!");
  });
  app.get("/json", (_request, reply) => {
    reply.send({ message: "Hello, World!" });
  });
  app.get<{ Params: { name: string } }>("/hello/:name", (request, reply) => {
    reply.send(`Hello, ${request.params.name}!`);
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}
