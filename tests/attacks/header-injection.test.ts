import fc from "fast-check";
import { API } from "responder-ts";
import { afterEach, describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { exchange } from "../support/raw-socket.ts";
import { overTransports } from "../support/transports.ts";

const INJECTIONS = [
  "x\r\nSet-Cookie: admin=1",
  "x\nSet-Cookie: admin=1",
  "x\rSet-Cookie: admin=1",
  "x\r\n\r\n<script>alert(1)</script>",
  "x\u0000y",
  "x\u010d\u010aSet-Cookie: admin=1",
  "x\u560a\u560dy",
  "x\u2028y",
];

overTransports("a value from the request", (serve) => {
  it.each(INJECTIONS)("%j splits no header", async (value) => {
    const logger = recordingLogger();
    const api = new API({ logger });
    api.get("/set", (req, resp) => resp.headers.set("x-value", req.query.get("v") ?? ""));
    api.get("/append", (req, resp) => resp.headers.append("x-value", req.query.get("v") ?? ""));
    api.get("/triple", (req) => ["x", 200, { "x-value": req.query.get("v") ?? "" }]);
    api.get("/name", (req, resp) => resp.headers.set(req.query.get("v") ?? "", "x"));
    const send = await serve(api);
    for (const path of ["/set", "/append", "/triple", "/name"]) {
      const response = await send(`${path}?v=${encodeURIComponent(value)}`);
      expect([path, response.status]).toEqual([path, 500]);
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(response.headers.has("x-value")).toBe(false);
    }
  });

  it.each(INJECTIONS)("%j gets into no cookie, file name, tag, type or place as it stands", async (value) => {
    const api = new API({ logger: recordingLogger() });
    const of = (req: { query: URLSearchParams }) => req.query.get("v") ?? "";
    api.get("/cookie", (req, resp) => resp.setCookie("c", of(req)));
    api.get("/etag", (req, resp) => void Object.assign(resp, { etag: of(req) }));
    api.get("/download", (req, resp) => resp.download(import.meta.filename, of(req)));
    api.get("/type", (req, resp) => resp.file(import.meta.filename, { type: of(req) }));
    api.get("/location", (req, resp) => resp.redirect(`/${of(req)}`));
    const send = await serve(api);
    for (const path of ["/cookie", "/etag", "/download", "/type", "/location"]) {
      const response = await send(`${path}?v=${encodeURIComponent(value)}`);
      const names = response.headers.getSetCookie().map((line) => line.split("=", 1)[0]);
      expect([path, names]).toEqual([path, path === "/cookie" && response.status === 200 ? ["c"] : []]);
      expect([path, [...response.headers].join()]).toEqual([path, expect.not.stringMatching(/[\r\n\0]/)]);
    }
  });
});

describe("on the wire", () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  it("header values never carry CR or LF, whatever the application sets", async () => {
    let set: { way: number; name: string; value: string } = { way: 0, name: "", value: "" };
    const api = new API({ logger: recordingLogger() });
    api.get("/x", (_req, resp) => {
      const { way, name, value } = set;
      if (way === 0) resp.headers.set(name, value);
      else if (way === 1) resp.headers.append(name, value);
      else if (way === 2) resp.setCookie(name, value);
      else if (way === 3) resp.setCookie("c", "v", { path: value, domain: name });
      else if (way === 4) resp.redirect(value, { external: true });
      else if (way === 5) resp.etag = value;
      else if (way === 6) return ["body", 200, { [name]: value }];
      else return new Response("body", { headers: { [name]: value } });
      return undefined;
    });
    const { port } = await api.listen({ port: 0 });
    stops.push(() => api.close());

    const nasty = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc
        .array(
          fc.constantFrom("\r", "\n", "\r\n", "\0", ":", " ", "a", ";", "=", "\u010a", "\u2028", "é", "\t"),
          { maxLength: 8 },
        )
        .map((parts) => parts.join("")),
    );
    const name = fc.oneof(
      fc.constantFrom("x-a", "X-B", "content-type", "location", "content-length", "transfer-encoding"),
      nasty,
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(7), name, nasty, async (way, headerName, value) => {
        set = { way, name: headerName, value };
        const received = await exchange(port, "GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        const end = received.indexOf("\r\n\r\n");
        const head = received.slice(0, end);
        expect(end).toBeGreaterThan(0);
        expect(received.match(/HTTP\/1\.1 \d{3}/g)).toHaveLength(1);
        for (const line of head.split("\r\n").slice(1))
          expect(line).toMatch(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\r\n\0]*$/);
        expect(head.match(/^content-length:/gim)?.length ?? 0).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300, examples: [[7, "x-a", "\u000e"]] },
    );
  });
});
