import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import type { Started } from "../contestants.ts";

export async function start(): Promise<Started> {
  const app = new Hono();
  app.get("/text", (context) => context.text("Hello, World!"));
  app.get("/json", (context) => context.json({ message: "Hello, World!" }));
  app.get("/hello/:name", (context) => context.text(`Hello, ${context.req.param("name")}!`));
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  if (!server.listening) await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
