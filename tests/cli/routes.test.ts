import { describe, expect, it } from "vitest";
import type { RouteSummary } from "../../src/registration/summary.ts";
import { responder } from "./responder.ts";

describe("responder routes", () => {
  it("prints every route: method, path, who may enter, and the hooks", async () => {
    const { status, stdout, stderr } = await responder("routes", "guarded.ts");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["METHODS", "PATH", "ACCESS", "HOOKS"],
      ["POST", "/login", "public (how one gets a token)", "after addVersion"],
      [
        "GET",
        "/admin/users/{id:int}",
        "bearer and scope admin",
        "before logAccess, (anonymous); after addVersion",
      ],
      ["GET", "/me", "bearer", "after addVersion"],
      ["GET", "/both", "bearer and apiKey", "after addVersion"],
      ["GET", "/schema.json", "public (for our partners)", "after addVersion"],
      ["GET", "/schema.yml", "public (for our partners)", "after addVersion"],
      ["GET", "/docs", "public (for our partners)", "after addVersion"],
      ["GET", "/docs/swagger-ui.css", "public (for our partners)", "after addVersion"],
      ["GET", "/docs/swagger-ui-bundle.js", "public (for our partners)", "after addVersion"],
      ["GET", "/docs/init.js", "public (for our partners)", "after addVersion"],
      [""],
    ]);
  });

  it("prints JSON for machines", async () => {
    const { stdout } = await responder("routes", "guarded.ts", "--json");
    const routes: RouteSummary[] = JSON.parse(stdout);
    expect(routes[0]).toEqual({
      methods: ["POST"],
      path: "/login",
      access: "public (how one gets a token)",
      public: "how one gets a token",
      before: [],
      after: ["addVersion"],
    });
    expect(routes[1]).toMatchObject({ path: "/admin/users/{id:int}", public: false });
  });

  it("with --deny-public is content where every public route has a reason", async () => {
    const { status, stderr } = await responder("routes", "guarded.ts", "--deny-public");
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("with --deny-public fails for what is public without one, and for what asks nobody", async () => {
    const { status, stdout, stderr } = await responder("routes", "open.ts", "--deny-public");
    expect(status).toBe(1);
    expect(stdout).toContain("/open");
    expect(stderr).toContain("2 routes are public without a reason:\n  GET /open\n  GET /asks-nobody\n");
    expect(stderr).toContain('public: "why"');
    expect((await responder("routes", "open.ts")).status).toBe(0);
  });

  it("fails where the application would not start, and says why", async () => {
    const { status, stderr } = await responder("routes", "broken.ts");
    expect(status).toBe(1);
    expect(stderr).toBe(
      "The guard of the application covers no route: every route there is public or has a guard of its own, or there is none\n",
    );
  });
});
