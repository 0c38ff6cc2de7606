import { API } from "responder-ts";
import { describe, expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

overTransports("a spoofed address", (serve) => {
  it("does not get a client past a limit by address", async () => {
    const counts = new Map<string, number>();
    const api = new API();
    api.beforeRequest((req, resp) => {
      const count = (counts.get(req.ip) ?? 0) + 1;
      counts.set(req.ip, count);
      if (count > 3) resp.statusCode = 429;
    });
    api.get("/x", () => "x");
    const send = await serve(api);
    const statuses = [];
    for (let round = 0; round < 5; round++) {
      const headers = { "x-forwarded-for": `203.0.113.${round}`, forwarded: `for=203.0.113.${round}` };
      statuses.push((await send("/x", { headers })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  });

  it("behind a proxy counts for nothing left of what the proxy wrote", async () => {
    const api = new API({ trustedProxies: ["loopback"] }).get("/ip", (req) => req.ip);
    const send = await serve(api);
    for (const forged of [
      "127.0.0.1",
      "::1",
      "10.0.0.1",
      "admin",
      '"'.repeat(100),
      ",,,",
      "127.0.0.1,127.0.0.1",
    ]) {
      const response = await send("/ip", { headers: { "x-forwarded-for": `${forged}, 203.0.113.7` } });
      expect(await response.text()).toBe("203.0.113.7");
    }
  });

  it("in several header lines is read as one list", async () => {
    const api = new API({ trustedProxies: ["loopback"] }).get("/ip", (req) => req.ip);
    const send = await serve(api);
    const headers = { "x-forwarded-for": ["198.51.100.1", "203.0.113.7"] };
    expect(await (await send("/ip", { headers })).text()).toBe("203.0.113.7");
  });

  it("clients behind one proxy are told apart", async () => {
    const seen = new Set<string>();
    const api = new API({ trustedProxies: ["loopback"] }).get("/ip", (req) => String(seen.add(req.ip).size));
    const send = await serve(api);
    for (const ip of ["203.0.113.1", "203.0.113.2", "2001:db8::1"])
      await send("/ip", { headers: { "x-forwarded-for": ip } });
    expect([...seen]).toEqual(["203.0.113.1", "203.0.113.2", "2001:db8::1"]);
  });
});

describe("loopback rights", () => {
  it("are not given to a client whom a proxy on this machine forwards", async () => {
    const api = new API({ secretKey: "0123456789abcdef0123456789abcdef", trustedProxies: ["loopback"] });
    api.get("/set", (req) => req.session.set("a", 1));
    const response = await api.fetch(
      new Request("http://127.0.0.1/set", { headers: { "x-forwarded-for": "203.0.113.7" } }),
    );
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Host-session=.*Secure/);
  });
});
