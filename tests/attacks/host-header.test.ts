import { API } from "responder-ts";
import { describe, expect, it } from "vitest";
import { exchange, statusesOf } from "../support/raw-socket.ts";
import { overTransports } from "../support/transports.ts";

const GARBAGE = [
  "evil.example/path",
  "evil.example?x",
  "evil.example#x",
  "user@evil.example",
  "evil.example\\@127.0.0.1",
  "a b",
  "a, b",
  "evil.example:port",
  "evil.example:99999",
  "[::1",
  "<script>",
  "%zz",
  "..%2f",
  ":80",
];

overTransports("a Host header", (serve) => {
  it.each(GARBAGE)("of %j is 400 where the address is asked for, and never becomes another", async (host) => {
    const api = new API().get("/url", (req) => req.url.href).get("/plain", () => "plain");
    const send = await serve(api);
    const response = await send("/url", { headers: { host } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "malformed_host" });
    expect(await (await send("/plain", { headers: { host } })).text()).toBe("plain");
  });

  it.each(["app.example", "app.example:8080", "[::1]:5042", "127.0.0.1", "xn--caf-dma.example"])(
    "of %s is the host of the address",
    async (host) => {
      const api = new API().get("/url", (req) => req.url.href);
      const send = await serve(api);
      expect(await (await send("/url", { headers: { host } })).text()).toBe(`http://${host}/url`);
    },
  );

  it("chooses no route and no guard", async () => {
    const api = new API();
    api.beforeRequest((req, resp) => {
      if (req.path === "/closed") resp.statusCode = 401;
    });
    api.get("/closed", () => "secret");
    const send = await serve(api);
    for (const host of ["localhost", "127.0.0.1", "internal", "evil.example"]) {
      expect((await send("/closed", { headers: { host } })).status).toBe(401);
    }
  });
});

describe("an empty Host", () => {
  it("is 400 where the address is asked for: the path is never taken for a host", async () => {
    const api = new API().get("/{rest:path}", (req) => req.url.href).get("/{name}", (req) => req.url.href);
    const { port } = await api.listen({ port: 0 });
    try {
      for (const target of ["/evil.example", "//evil.example/x"]) {
        const received = await exchange(
          port,
          `GET ${target} HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n`,
        );
        expect(statusesOf(received)).toEqual([400]);
        expect(received).toContain("malformed_host");
      }
    } finally {
      await api.close();
    }
  });
});

describe("a target in absolute form", () => {
  it("names the host, whatever the Host header says beside it (RFC 9112, 3.2.2)", async () => {
    const api = new API().get("/url", (req) => req.url.href);
    const { port } = await api.listen({ port: 0 });
    try {
      const received = await exchange(
        port,
        "GET http://app.example/url?a=1 HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n",
      );
      expect(received).toContain("http://app.example/url?a=1");
    } finally {
      await api.close();
    }
  });
});
