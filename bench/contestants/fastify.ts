import { hash, timingSafeEqual } from "node:crypto";
import jwt from "@fastify/jwt";
import secureSession from "@fastify/secure-session";
import fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { type Started, started } from "../contestants.ts";
import { API_KEYS, type Claims, SESSION_SECRET, TOKEN_SECRET, USERS } from "../credentials.ts";
import { page } from "../page.ts";
import { routeBody, routePattern } from "../route-set.ts";

declare module "@fastify/jwt" {
  interface FastifyJWT {
    user: Claims;
  }
}
declare module "@fastify/secure-session" {
  interface SessionData {
    user: string;
  }
}

const string = { type: "string" } as const;

/** Answers have schemas, as Fastify's guide advises for speed; the plugins are its own. */
export async function start(remember: boolean): Promise<Started> {
  const app = fastify();
  app.get("/text", (_request, reply) => {
    reply.send("Hello, World!");
  });
  app.get("/json", answering({ message: string }), (_request, reply) => {
    reply.send({ message: "Hello, World!" });
  });
  app.get<{ Params: { name: string } }>("/hello/:name", (request, reply) => {
    reply.send(`Hello, ${request.params.name}!`);
  });
  app.post("/echo", (request, reply) => {
    reply.send(request.body);
  });

  // @fastify/bearer-auth reads Authorization alone: a key in a header of its own is for a hook.
  const digests = API_KEYS.map(digest);
  const requireKey = async (request: FastifyRequest, reply: FastifyReply) => {
    const key = request.headers["x-api-key"];
    const given = typeof key === "string" ? digest(key) : undefined;
    if (!given || !digests.some((known) => timingSafeEqual(known, given))) {
      await reply.code(401).header("www-authenticate", "ApiKey").send({ error: "Unauthorized" });
    }
  };
  app.get("/key", { ...answering({ ok: { type: "boolean" } }), onRequest: requireKey }, (_request, reply) => {
    reply.send({ ok: true });
  });

  await app.register(jwt, {
    secret: TOKEN_SECRET,
    verify: {
      algorithms: ["HS256"],
      requiredClaims: ["sub", "role", "exp"],
      ...(remember ? { cache: true } : {}),
    },
  });
  const authenticate = (request: FastifyRequest) => request.jwtVerify();
  const requireAdmin = async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.user.role !== "admin") await reply.code(403).send({ error: "Forbidden" });
  };
  app.get("/me", { ...answering({ user_id: string }), onRequest: authenticate }, (request, reply) => {
    reply.send({ user_id: request.user.sub });
  });
  const admin = { onRequest: authenticate, preHandler: requireAdmin };
  app.get(
    "/admin",
    { ...answering({ users: { type: "array", items: string } }), ...admin },
    (_request, reply) => {
      reply.send({ users: USERS });
    },
  );

  await app.register(secureSession, {
    key: Buffer.from(SESSION_SECRET, "base64url"),
    cookie: { path: "/" },
  });
  app.post("/sign-in", (request, reply) => {
    request.session.set("user", "Ada");
    reply.send("Signed in");
  });
  app.get("/page", (request, reply) => {
    const user = request.session.get("user");
    if (user === undefined) reply.code(401).send({ error: "Unauthorized" });
    else reply.type("text/html; charset=utf-8").send(page(user));
  });
  return listening(app);
}

export function startRoutes(count: number): Promise<Started> {
  const app = fastify();
  for (let index = 0; index < count; index++) {
    app.get<{ Params: Record<string, string> }>(
      routePattern(index, (name) => `:${name}`),
      (request, reply) => {
        reply.send(routeBody(index, request.params));
      },
    );
  }
  return listening(app);
}

async function listening(app: ReturnType<typeof fastify>): Promise<Started> {
  await app.listen({ port: 0, host: "127.0.0.1" });
  return { ...(await started(app.server)), close: () => app.close() };
}

function answering(properties: object) {
  return { schema: { response: { 200: { type: "object", properties } } } };
}

function digest(key: string): Buffer {
  return hash("sha256", key, "buffer");
}
