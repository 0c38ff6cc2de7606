import { API, type RedirectOptions } from "responder-ts";
import { describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

overTransports("resp.redirect", (serve) => {
  it.each([
    ["GET", {}, 302],
    ["POST", {}, 303],
    ["PUT", {}, 303],
    ["PATCH", {}, 303],
    ["DELETE", {}, 303],
    ["GET", { permanent: true }, 308],
    ["POST", { permanent: true }, 308],
    ["GET", { preserveMethod: true }, 307],
    ["POST", { preserveMethod: true }, 307],
    ["POST", { permanent: true, preserveMethod: true }, 308],
  ] as [string, RedirectOptions, number][])("after %s with %j is %i", async (method, options, status) => {
    const send = await serve(new API().route("/go", (_req, resp) => resp.redirect("/there?a=1#b", options)));
    const response = await send("/go", { method });
    expect([response.status, response.headers.get("location")]).toEqual([status, "/there?a=1#b"]);
    expect(await response.text()).toBe("");
  });

  it("takes the own origin as a whole URL", async () => {
    const api = new API();
    api.get("/go", (req, resp) => resp.redirect(new URL("/there", req.url).href));
    const send = await serve(api);
    expect((await send("/go")).headers.get("location")).toBe(`${send.origin}/there`);
  });

  it("goes to another origin with external: true", async () => {
    const api = new API().get("/go", (_req, resp) =>
      resp.redirect("https://other.example/x?y=1", { external: true }),
    );
    const send = await serve(api);
    expect((await send("/go")).headers.get("location")).toBe("https://other.example/x?y=1");
  });

  it("writes characters beyond ASCII percent-encoded", async () => {
    const send = await serve(new API().get("/go", (_req, resp) => resp.redirect("/café?q=ü")));
    expect((await send("/go")).headers.get("location")).toBe("/caf%C3%A9?q=%C3%BC");
  });

  it("drops the body that was set before", async () => {
    const api = new API().get("/go", (_req, resp) => {
      resp.media = { secret: true };
      resp.redirect("/there");
    });
    const send = await serve(api);
    expect(await (await send("/go")).text()).toBe("");
  });

  describe("to another origin without external", () => {
    it.each([
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "https:evil.example",
      "javascript:alert(1)",
      "",
    ])("%j throws, and the client gets a 500 that does not repeat it", async (location) => {
      const logger = recordingLogger();
      const send = await serve(new API({ logger }).get("/go", (_req, resp) => resp.redirect(location)));
      const response = await send("/go");
      expect(response.status).toBe(500);
      expect(response.headers.has("location")).toBe(false);
      expect(await response.text()).not.toContain("evil");
      expect(logger.lines[0]?.error).toBeInstanceOf(TypeError);
    });
  });
});
