import { decode } from "@msgpack/msgpack";
import { API } from "responder-ts";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

const DATA = { name: "Ada", tags: ["a", "no"], nested: { on: true, n: 1.5, none: null } };

overTransports("resp.media", (serve) => {
  const dataAPI = (options: { strictAccept?: boolean } = {}) =>
    new API(options).get("/data", (_req, resp) => {
      resp.media = DATA;
    });

  describe("follows Accept", () => {
    it.each([
      [undefined, "application/json"],
      ["*/*", "application/json"],
      ["application/json", "application/json"],
      ["application/yaml", "application/yaml"],
      ["application/x-yaml", "application/yaml"],
      ["application/msgpack", "application/msgpack"],
      ["application/yaml;q=0.5, application/json;q=0.4", "application/yaml"],
      ["application/yaml;q=0.4, application/json;q=0.5", "application/json"],
      ["application/yaml, application/json", "application/json"],
      ["application/json;q=0, application/msgpack", "application/msgpack"],
      ["application/json;q=0, */*;q=0.1", "application/json"],
      ["APPLICATION/YAML", "application/yaml"],
      ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"],
      ["text/html", "application/json"],
      ["garbage", "application/json"],
    ])("%s gives %s", async (accept, type) => {
      const send = await serve(dataAPI());
      const response = await send("/data", accept === undefined ? {} : { headers: { accept } });
      expect(response.headers.get("content-type")).toBe(type);
      expect(response.headers.get("vary")).toBe("accept");
    });
  });

  it("is the same data in each format", async () => {
    const send = await serve(dataAPI());
    const as = async (accept: string) => send("/data", { headers: { accept } });
    expect(await (await as("application/json")).json()).toEqual(DATA);
    expect(parse(await (await as("application/yaml")).text())).toEqual(DATA);
    expect(decode(await (await as("application/msgpack")).bytes())).toEqual(DATA);
  });

  it("is 406 for a client that takes none of the three only when asked to be strict", async () => {
    const lenient = await serve(dataAPI());
    expect((await lenient("/data", { headers: { accept: "text/html" } })).status).toBe(200);
    const strict = await serve(dataAPI({ strictAccept: true }));
    const refused = await strict("/data", { headers: { accept: "text/html" } });
    expect(refused.status).toBe(406);
    expect(await refused.json()).toMatchObject({ code: "not_acceptable" });
    expect((await strict("/data", { headers: { accept: "text/html, */*;q=0.1" } })).status).toBe(200);
    expect((await strict("/data")).status).toBe(200);
  });

  it("adds itself to a Vary that is there already", async () => {
    const api = new API().get("/data", (_req, resp) => {
      resp.headers.set("vary", "origin");
      resp.media = DATA;
    });
    const send = await serve(api);
    expect((await send("/data")).headers.get("vary")).toBe("origin, accept");
  });

  it("may be null, false, 0 or an array", async () => {
    const values = [null, false, 0, "", [1, 2]];
    const api = new API().get("/v/{index:int}", (req, resp) => {
      resp.media = values[req.params.index];
    });
    const send = await serve(api);
    for (const [index, value] of values.entries()) {
      expect(await (await send(`/v/${index}`)).json()).toEqual(value);
    }
  });

  it("that no format can hold is a 500, and the log says what to do", async () => {
    const logger = recordingLogger();
    const api = new API({ logger }).get("/data", () => ({ id: 1n }));
    const send = await serve(api);
    expect((await send("/data")).status).toBe(500);
    expect(String(logger.lines[0]?.error)).toContain("String(value)");
  });

  it("errors stay problem documents whatever Accept says", async () => {
    const send = await serve(new API());
    const response = await send("/none", { headers: { accept: "application/yaml" } });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });
});

overTransports("req.accepts", (serve) => {
  it.each([
    ["text/html", "text/html"],
    ["application/json, text/html;q=0.9", "application/json"],
    ["*/*", "text/html"],
    [undefined, "text/html"],
    ["image/png", null],
  ])("%s likes %s best", async (accept, best) => {
    const api = new API().get("/x", (req) => ({ best: req.accepts("text/html", "application/json") }));
    const send = await serve(api);
    const response = await send("/x", accept === undefined ? {} : { headers: { accept } });
    expect(await response.json()).toEqual({ best });
  });
});
