import { Hono } from "hono";

const app = new Hono();
app.get("/", (context) => context.text("Hello, World!"));
console.log(Bun.serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }).port);
