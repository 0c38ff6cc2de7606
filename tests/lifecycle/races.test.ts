import { API } from "responder-ts";
import { describe, expect, it } from "vitest";

describe("listening twice at once", () => {
  it("is refused, and nothing is left listening after close", async () => {
    const api = new API().get("/", () => "x");
    const results = await Promise.allSettled([api.listen({ port: 0 }), api.listen({ port: 0 })]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    const [first] = results;
    await api.close();
    const url = first?.status === "fulfilled" ? first.value.url : "";
    await expect(fetch(url)).rejects.toThrow();
  });

  it("closing while it starts stops what has started", async () => {
    const api = new API().get("/", () => "x");
    const starting = api.listen({ port: 0 });
    await api.close();
    const { url } = await starting;
    await expect(fetch(url)).rejects.toThrow();
  });

  it("a start that failed may be tried again", async () => {
    let tries = 0;
    const api = new API()
      .get("/", () => "x")
      .on("startup", () => {
        tries += 1;
        if (tries === 1) throw new Error("database away");
      });
    await expect(api.fetch(new Request("https://localhost/"))).rejects.toThrow("database away");
    expect((await api.fetch(new Request("https://localhost/"))).status).toBe(200);
  });
});
