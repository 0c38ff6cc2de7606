const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  routes: {
    "/": () => new Response("Hello, World!", { headers: { "content-type": "text/plain; charset=utf-8" } }),
  },
});
console.log(server.port);
