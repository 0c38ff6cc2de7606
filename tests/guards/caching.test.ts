import { API } from "responder-ts";
import { bearer, sessionAuth } from "responder-ts/auth";
import { expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

const user = bearer({ verify: (token: string) => (token === "good" ? { sub: "1" } : null) });

overTransports(
  "attack: a cache that keeps somebody's answer for everybody, because a hook said so",
  (serve) => {
    const build = (auth: typeof user) => {
      const api = new API({ auth });
      api.beforeRequest((_req, resp) => resp.headers.set("Cache-Control", "public, max-age=3600"));
      api.get("/me", () => "mine");
      api.get("/assets", (_req, resp) => {
        resp.headers.set("Cache-Control", "private, max-age=60");
        resp.text = "own";
      });
      api.get("/open", { public: true }, () => "open");
      api.get("/login", { public: true }, () => "form");
      return api;
    };

    it("an answer behind a guard is not kept, unless its handler says so", async () => {
      const send = await serve(build(user));
      const headers = { authorization: "Bearer good" };
      expect((await send("/me", { headers })).headers.get("cache-control")).toBe("no-store");
      expect((await send("/assets", { headers })).headers.get("cache-control")).toBe("private, max-age=60");
      expect((await send("/me")).headers.get("cache-control")).toBe("no-store");
      expect((await send("/open")).headers.get("cache-control")).toBe("public, max-age=3600");
    });

    it("nor is the redirect to the sign-in page", async () => {
      const member = sessionAuth({ loginPath: "/login" }) as unknown as typeof user;
      const send = await serve(build(member));
      const response = await send("/me", { headers: { accept: "text/html" } });
      expect(response.status).toBe(302);
      expect(response.headers.get("cache-control")).toBe("no-store");
    });
  },
);
