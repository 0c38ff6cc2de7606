import { API } from "responder-ts";
import { describe, expect, it } from "vitest";

describe("a body far over the limit, from an ordinary client over a socket", () => {
  it.each([5, 20])("of %i MB is told 413 each time, not cut off", async (megabytes) => {
    const api = new API().post("/read", async (req) => ({ size: (await req.bytes()).length }));
    const { url } = await api.listen({ port: 0 });
    try {
      const body = new Uint8Array(megabytes * 1_048_576);
      for (let attempt = 0; attempt < 5; attempt++) {
        const response = await fetch(`${url}/read`, { method: "POST", body });
        expect(response.status).toBe(413);
        expect(await response.json()).toMatchObject({ code: "body_too_large" });
      }
    } finally {
      await api.close();
    }
  });
});
