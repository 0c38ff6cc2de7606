import { createHash, timingSafeEqual } from "node:crypto";
import type { AddressInfo } from "node:net";
import auth from "@fastify/auth";
import jwt from "@fastify/jwt";
import fastify from "fastify";
import type { Started } from "../contestants.ts";
import { type Claims, KEY, SECRET } from "../credentials.ts";

/** Tokens by its own `@fastify/jwt`, keys by a function under its own `@fastify/auth`. */
export async function start(): Promise<Started> {
  const app = fastify();
  await app.register(auth);
  await app.register(jwt, { secret: SECRET, verify: { algorithms: ["HS256"] } });
  app.get("/text", (_request, reply) => {
    reply.send("Hello, World!");
  });
  app.get("/json", (_request, reply) => {
    reply.send({ message: "Hello, World!" });
  });
  app.get<{ Params: { name: string } }>("/hello/:name", (request, reply) => {
    reply.send(`Hello, ${request.params.name}!`);
  });

  const digest = (text: string) => createHash("sha256").update(text).digest();
  const keyDigest = digest(KEY);
  const refused = (statusCode: number) => Object.assign(new Error("refused"), { statusCode });
  app.get(
    "/key",
    {
      preHandler: app.auth([
        (request, _reply, done) => {
          const key = request.headers["x-api-key"];
          done(typeof key === "string" && timingSafeEqual(digest(key), keyDigest) ? undefined : refused(401));
        },
      ]),
    },
    (_request, reply) => {
      reply.send({ ok: true });
    },
  );
  app.get("/me", { onRequest: (request) => request.jwtVerify() }, (request, reply) => {
    reply.send({ user_id: (request.user as Claims).sub });
  });
  app.get(
    "/admin",
    {
      onRequest: async (request) => {
        const claims = await request.jwtVerify<Claims>();
        if (claims.role !== "admin") throw refused(403);
      },
    },
    (_request, reply) => {
      reply.send({ users: ["1"] });
    },
  );
  await app.listen({ port: 0, host: "127.0.0.1" });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}
