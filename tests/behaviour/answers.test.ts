import { API, type Handler, html } from "responder-ts";
import { describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

overTransports("an answer", (serve) => {
  describe("returned by a handler", () => {
    it.each([
      ["an object is media", () => ({ a: 1 }), 200, "application/json", '{"a":1}'],
      ["a string is text", () => "hi ü", 200, "text/plain; charset=utf-8", "hi ü"],
      ["bytes are content", () => new Uint8Array([104, 105]), 200, "application/octet-stream", "hi"],
      ["html is a page", () => html`<p>${"<b>"}</p>`, 200, "text/html; charset=utf-8", "<p>&lt;b&gt;</p>"],
      ["a pair has a status", () => [{ id: 7 }, 201], 201, "application/json", '{"id":7}'],
      ["a triple has headers", () => ["t", 202, { "content-type": "text/csv" }], 202, "text/csv", "t"],
      [
        "a Response is the whole",
        () => new Response("r", { status: 203 }),
        203,
        "text/plain;charset=UTF-8",
        "r",
      ],
    ] satisfies [string, Handler, number, string, string][])(
      "%s",
      async (_name, handler, status, type, body) => {
        const send = await serve(new API().get("/x", handler));
        const response = await send("/x");
        expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
          status,
          type,
          body,
        ]);
      },
    );

    it("may come as a promise", async () => {
      const send = await serve(new API().get("/x", async () => ({ later: true })));
      expect(await (await send("/x")).json()).toEqual({ later: true });
    });

    it("takes the place of what was set before, and keeps headers and cookies", async () => {
      const api = new API().get("/x", (_req, resp) => {
        resp.text = "set";
        resp.statusCode = 201;
        resp.headers.set("x-set", "yes");
        resp.setCookie("c", "1");
        return { returned: true };
      });
      const send = await serve(api);
      const response = await send("/x");
      expect(response.status).toBe(201);
      expect(await response.json()).toEqual({ returned: true });
      expect(response.headers.get("x-set")).toBe("yes");
      expect(response.headers.getSetCookie()).toHaveLength(1);
    });

    it("a Response's headers give way to those set on resp", async () => {
      const api = new API().get("/x", (_req, resp) => {
        resp.headers.set("x-who", "resp");
        return new Response("body", { headers: { "x-who": "response", "x-own": "kept" } });
      });
      const send = await serve(api);
      const { headers } = await send("/x");
      expect([headers.get("x-who"), headers.get("x-own")]).toEqual(["resp", "kept"]);
    });

    it.each([
      ["an array that is no triple", () => ["a", "b", "c"]],
      ["an array of one", () => [{ id: 1 }]],
      ["an empty array", () => []],
      ["a status that is none", () => ["x", 99]],
      ["a header that cannot be", () => ["x", 200, { "x-bad": "a\r\nb" }]],
      ["a number", () => 42],
      ["null", () => null],
      ["a Response that says only that it failed", () => Response.error()],
      ["a Response that was read already", readResponse],
      [
        "a Response with a control character in a header",
        () => new Response("x", { headers: { "x-bad": "a\u000eb" } }),
      ],
    ] satisfies [string, () => unknown][])(
      "%s is answered with 500 and advice in the log",
      async (_name, handler) => {
        const logger = recordingLogger();
        const send = await serve(new API({ logger }).get("/x", handler as Handler));
        expect((await send("/x")).status).toBe(500);
        expect(logger.lines.filter((line) => line.level === "error")).toHaveLength(1);
        expect(logger.lines[0]?.error).toBeInstanceOf(Error);
      },
    );
  });

  describe("set on resp", () => {
    it("is empty 200 where nothing was set", async () => {
      const send = await serve(new API().get("/x", () => undefined));
      const response = await send("/x");
      expect([response.status, await response.text(), response.headers.get("content-length")]).toEqual([
        200,
        "",
        "0",
      ]);
    });

    it("is the last body of several", async () => {
      const api = new API().get("/x", (_req, resp) => {
        resp.media = { first: true };
        resp.text = "second";
      });
      const send = await serve(api);
      const response = await send("/x");
      expect([response.headers.get("content-type"), await response.text()]).toEqual([
        "text/plain; charset=utf-8",
        "second",
      ]);
    });

    it("has the Content-Type that the handler sets", async () => {
      const api = new API().get("/x", (_req, resp) => {
        resp.headers.set("Content-Type", "image/svg+xml");
        resp.content = new TextEncoder().encode("<svg/>");
      });
      const send = await serve(api);
      expect((await send("/x")).headers.get("content-type")).toBe("image/svg+xml");
    });

    it("has the length of its bytes, not of its characters", async () => {
      const send = await serve(new API().get("/x", () => "üü"));
      expect((await send("/x")).headers.get("content-length")).toBe("4");
    });

    it("of 204 and 304 has neither body nor length nor type", async () => {
      const api = new API().get("/{status:int}", (req, resp) => {
        resp.statusCode = req.params.status;
        resp.text = "dropped";
      });
      const send = await serve(api);
      for (const status of [204, 304]) {
        const response = await send(`/${status}`);
        expect(response.status).toBe(status);
        expect(await response.text()).toBe("");
        expect(response.headers.has("content-type")).toBe(false);
        expect(response.headers.has("content-length")).toBe(false);
      }
    });

    it.each([
      ["a bare string as a page", (resp: object) => Object.assign(resp, { html: "<p>hi</p>" })],
      ["a string as content", (resp: object) => Object.assign(resp, { content: "bytes" })],
      ["a status that is none", (resp: object) => Object.assign(resp, { statusCode: 700 })],
      ["a status as text", (resp: object) => Object.assign(resp, { statusCode: "200" })],
      ["an informational status", (resp: object) => Object.assign(resp, { statusCode: 101 })],
    ])("refuses %s where it is set", async (_name, set) => {
      const api = new API().get("/x", (_req, resp) => {
        let refused = "";
        try {
          set(resp);
        } catch (error) {
          refused = String(error);
        }
        return { refused };
      });
      const send = await serve(api);
      const { refused } = (await (await send("/x")).json()) as { refused: string };
      expect(refused).toMatch(/^(TypeError|RangeError): resp\.(html|content|statusCode) takes/);
    });

    it.each(["Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "Set-Cookie"])(
      "refuses the header %s, which is the framework's to write",
      async (name) => {
        const logger = recordingLogger();
        const api = new API({ logger }).get("/x", (_req, resp) => resp.headers.set(name, "1"));
        const send = await serve(api);
        expect((await send("/x")).status).toBe(500);
      },
    );
  });
});

async function readResponse(): Promise<Response> {
  const response = new Response("once");
  await response.text();
  return response;
}

describe("resp.lastModified", () => {
  it("refuses what is no date, where it is set", () => {
    const api = new API({ logger: { info() {}, warn() {}, error() {} } }).get("/", (_req, resp) => {
      expect(() => {
        resp.lastModified = new Date(Number.NaN);
      }).toThrow(TypeError);
      return "checked";
    });
    expect((api.fetch(new Request("http://127.0.0.1/")) as Response).status).toBe(200);
  });
});
