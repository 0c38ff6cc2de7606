import { API } from "responder-ts";
import { describe, expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

const FORWARDED = {
  "x-forwarded-for": "203.0.113.7, 10.0.0.9",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "app.example",
};

overTransports("req.ip and req.url", (serve) => {
  const where = (trustedProxies?: string[]) =>
    new API(trustedProxies ? { trustedProxies } : {}).get("/where", (req) => ({
      ip: req.ip,
      url: req.url.href,
    }));

  it("come from the connection and the Host header", async () => {
    const send = await serve(where());
    expect(await (await send("/where?a=1")).json()).toEqual({
      ip: "127.0.0.1",
      url: `${send.origin}/where?a=1`,
    });
    expect(await (await send("/where", { headers: { host: "app.example:8080" } })).json()).toMatchObject({
      url: "http://app.example:8080/where",
    });
  });

  it("are moved by no header where no proxy is trusted", async () => {
    const send = await serve(where());
    expect(await (await send("/where", { headers: FORWARDED })).json()).toEqual({
      ip: "127.0.0.1",
      url: `${send.origin}/where`,
    });
  });

  it("are moved by no header where the peer is no trusted proxy", async () => {
    const send = await serve(where(["10.0.0.0/8"]));
    expect(await (await send("/where", { headers: FORWARDED })).json()).toMatchObject({ ip: "127.0.0.1" });
  });

  it("come from a trusted proxy's headers", async () => {
    const send = await serve(where(["loopback", "private"]));
    expect(await (await send("/where", { headers: FORWARDED })).json()).toEqual({
      ip: "203.0.113.7",
      url: "https://app.example/where",
    });
  });

  it.each([
    ["198.51.100.1, 203.0.113.7, 10.0.0.9", "203.0.113.7"],
    ["127.0.0.1, 203.0.113.7", "203.0.113.7"],
    ["203.0.113.7, garbage", "127.0.0.1"],
    ["203.0.113.7, garbage, 10.0.0.9", "10.0.0.9"],
    ["2001:db8::7, 10.0.0.9", "2001:db8::7"],
    ["10.0.0.8, 10.0.0.9", "10.0.0.8"],
    ["", "127.0.0.1"],
  ])("X-Forwarded-For is read from the right, past trusted proxies alone: %s is %s", async (chain, ip) => {
    const send = await serve(where(["loopback", "private"]));
    const response = await send("/where", { headers: { "x-forwarded-for": chain } });
    expect(await response.json()).toMatchObject({ ip });
  });

  it("what a client wrote before the proxy counts for nothing, in scheme and host as well", async () => {
    const send = await serve(where(["loopback"]));
    const headers = { "x-forwarded-proto": "https, http", "x-forwarded-host": "evil.example, app.example" };
    expect(await (await send("/where", { headers })).json()).toMatchObject({
      url: "http://app.example/where",
    });
  });

  it("a scheme that is neither http nor https is no scheme", async () => {
    const send = await serve(where(["loopback"]));
    const response = await send("/where", { headers: { "x-forwarded-proto": "javascript" } });
    expect(await response.json()).toMatchObject({ url: `${send.origin}/where` });
  });
});

describe("trustedProxies", () => {
  it.each(["*", "true", "10.0.0.0/33", "proxy.example", ""])("refuses %j", (entry) => {
    expect(() => new API({ trustedProxies: [entry] })).toThrow(/trustedProxies.*neither an address/);
  });

  it.each([true, "loopback", { proxy: "loopback" }])("takes a list, and not %j", (given) => {
    const trustedProxies = given as unknown as string[];
    expect(() => new API({ trustedProxies })).toThrow(/trustedProxies takes a list/);
  });

  it("takes addresses and ranges of both families", () => {
    expect(
      () => new API({ trustedProxies: ["192.0.2.1", "2001:db8::/32", "::1", "10.0.0.0/8"] }),
    ).not.toThrow();
  });
});
