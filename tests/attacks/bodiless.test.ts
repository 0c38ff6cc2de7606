import { API } from "responder-ts";
import { describe, expect, it } from "vitest";
import { exchange, statusesOf } from "../support/raw-socket.ts";

describe("a request without a body, whatever its method", () => {
  it.each(["DELETE", "POST", "PUT", "PATCH", "OPTIONS"])(
    "%s keeps its connection, and the next one is answered",
    async (method) => {
      const api = new API().get("/plain", () => "plain").get("/x", () => "x");
      const { port } = await api.listen({ port: 0 });
      try {
        const next = "GET /plain HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        const received = await exchange(port, `${method} /x HTTP/1.1\r\nHost: a\r\n\r\n${next}`);
        expect(statusesOf(received)).toEqual([method === "OPTIONS" ? 204 : 405, 200]);
        expect(received).toMatch(/plain$/);
      } finally {
        await api.close();
      }
    },
  );
});

describe("attack: TRACE", () => {
  it("never sends a request's secrets back, not even where a route answers all methods", async () => {
    const api = new API().route("/x", (req) => req.headers.get("x-secret") ?? "none");
    const { port } = await api.listen({ port: 0 });
    try {
      const received = await exchange(
        port,
        "TRACE /x HTTP/1.1\r\nHost: a\r\nX-Secret: s3cret\r\nConnection: close\r\n\r\n",
      );
      expect(statusesOf(received)).toEqual([405]);
      expect(received).not.toContain("s3cret");
    } finally {
      await api.close();
    }
  });
});
