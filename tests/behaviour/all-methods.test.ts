import { API } from "responder-ts";
import { describe, expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

describe("an answer of 205", () => {
  it("has no body, whatever its handler set", async () => {
    const api = new API().get("/x", () => ["reset", 205]);
    const response = await api.fetch(new Request("https://localhost/x"));
    expect(response.status).toBe(205);
    expect(await response.text()).toBe("");
  });
});

overTransports("a route without methods", (serve) => {
  const build = () => new API().route("/x", (req) => req.method).get("/only", () => "get");

  it.each(["PROPFIND", "QUERY", "PURGE", "DELETE"])("answers %s as well", async (method) => {
    const send = await serve(build());
    expect(await (await send("/x", { method })).text()).toBe(method);
    expect((await send("/only", { method })).status).toBe(405);
  });
});
