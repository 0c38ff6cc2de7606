import fc from "fast-check";
import { API, type Hook } from "responder-ts";
import { expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

/** A guard of the guide's own style: a public list, and everything else needs a key. */
const PUBLIC = new Set(["/health", "/login"]);
const guard: Hook = (req, resp) => {
  if (!PUBLIC.has(req.path) && req.headers.get("x-key") !== "k") resp.statusCode = 401;
};
/** A guard by prefix, as careless as they come. */
const adminGuard: Hook = (req, resp) => {
  if (req.path.startsWith("/admin")) resp.statusCode = 403;
};

/** Spellings of a path that some parser or other takes for it. */
const SPELLINGS = [
  "/%61dmin",
  "/%61%64%6d%69%6e",
  "/admin/",
  "//admin",
  "/./admin",
  "/%2e/admin",
  "/x/../admin",
  "/x/%2e%2e/admin",
  "/x/%2E%2e/admin",
  "/x\\..\\admin",
  "/\\admin",
  "/admin%2F",
  "/%2Fadmin",
  "/x/..%2Fadmin",
  "/admin;x=1",
  "/admin%00",
  "/admin%20",
  "/ADMIN",
  "/admin?",
  "/admin#",
  "/%2561dmin",
  "/%u0061dmin",
  "/%c1%a1dmin",
  "/admin/.",
  "/admin/%2e",
  "/admin/x/..",
  "/;/admin",
  "/health;/../admin",
  "/health/..;/admin",
  "/health%2F..%2Fadmin",
  "/health/../admin",
  "/health/%2e%2e%2fadmin",
];

overTransports("an encoded or roundabout path", (serve) => {
  it.each(SPELLINGS)("%s never reaches what the guard keeps", async (target) => {
    const reached: string[] = [];
    const api = new API();
    api.beforeRequest(adminGuard);
    api.get("/admin", (req) => String(reached.push(req.path)));
    const send = await serve(api);
    const response = await send(target);
    expect(reached).toEqual([]);
    expect(response.status).toBeGreaterThanOrEqual(300);
  });

  it.each(SPELLINGS)("%s is public for no guard with a public list", async (target) => {
    const reached: string[] = [];
    const api = new API();
    api.beforeRequest(guard);
    api.get("/health", () => "healthy");
    api.get("/{rest:path}", (req) => String(reached.push(req.path)));
    const send = await serve(api);
    await send(target);
    expect(reached).toEqual([]);
  });

  it("/%68ealth is /health to guard and router alike, and gives no more than it", async () => {
    const api = new API();
    api.beforeRequest(guard);
    api.get("/health", () => "healthy").get("/me", () => "secret");
    const send = await serve(api);
    expect(await (await send("/%68ealth")).text()).toBe("healthy");
    expect((await send("/health/../me")).status).toBe(401);
    expect((await send("/health/%2e%2e/me")).status).toBe(401);
    expect((await send("/health%2f..%2fme")).status).toBe(401);
  });

  it("whatever its escapes, hook and handler read the same path", async () => {
    const seen: string[] = [];
    const api = new API();
    api.beforeRequest((req) => void seen.push(req.path));
    api.get("/{rest:path}", (req) => req.path);
    api.get("/{first}", (req) => req.path);
    api.get("/{first}/{second}", (req) => req.path);
    const send = await serve(api);
    const piece = fc.constantFrom(
      "/",
      ".",
      "..",
      "a",
      "%2e",
      "%2F",
      "%25",
      "%61",
      "%5c",
      "\\",
      ";",
      "%c3%a9",
      "%zz",
      "%00",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        seen.length = 0;
        const response = await send(`/${pieces.join("")}`);
        if (response.status === 200) expect(await response.text()).toBe(seen[0]);
        else expect([308, 400, 404]).toContain(response.status);
      }),
      { numRuns: 150 },
    );
  });
});
