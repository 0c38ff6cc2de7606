import { node } from "@elysiajs/node";
import { Elysia } from "elysia";

new Elysia({ adapter: node() })
  .get("/", () => "Hello, World!")
  .listen({ port: 0, hostname: "127.0.0.1" }, ({ raw }) => {
    const { server } = raw.node;
    server.once("listening", () => console.log(server.address().port));
  });
