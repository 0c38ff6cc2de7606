import { Elysia } from "elysia";

new Elysia()
  .get("/", () => "Hello, World!")
  .listen({ port: 0, hostname: "127.0.0.1" }, ({ port }) => console.log(port));
