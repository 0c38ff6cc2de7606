import { API } from "responder-ts";
import { expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

const SECRET = "0123456789abcdef0123456789abcdef";

overTransports("concurrent requests", (serve) => {
  it("never share state, parameters, headers, cookies or sessions", async () => {
    const all = Promise.withResolvers<void>();
    let arrived = 0;
    const api = new API({ state: () => ({ owner: "" }), secretKey: SECRET, logger: recordingLogger() });
    api.beforeRequest((req, resp) => {
      req.state.owner += `<${req.params["id"]}>`;
      resp.headers.set("x-owner", String(req.params["id"]));
    });
    api.post("/r/{id:int}", async (req, resp) => {
      req.session.set("owner", req.params.id);
      resp.setCookie("owner", `${req.params.id}`);
      if (++arrived === 20) all.resolve();
      await all.promise;
      return {
        id: req.params.id,
        state: req.state.owner,
        session: req.session.get("owner"),
        body: await req.text(),
        header: req.headers.get("x-id"),
        query: req.query.get("id"),
      };
    });
    const send = await serve(api);
    const ids = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all(
      ids.map(async (id) => {
        const response = await send(`/r/${id}?id=${id}`, {
          method: "POST",
          headers: { "x-id": `${id}` },
          body: `body ${id}`,
        });
        expect(await response.json()).toEqual({
          id,
          state: `<${id}>`,
          session: id,
          body: `body ${id}`,
          header: `${id}`,
          query: `${id}`,
        });
        expect(response.headers.get("x-owner")).toBe(`${id}`);
        expect(
          response.headers.getSetCookie().filter((line) => line.startsWith(`owner=${id};`)),
        ).toHaveLength(1);
      }),
    );
  });

  it("get a state of their own each, made when it is first touched", async () => {
    let made = 0;
    const api = new API({ state: () => ({ serial: ++made, list: [] as string[] }) });
    api.get("/plain", () => "plain");
    api.get("/state", (req) => {
      const { state } = req;
      state.list.push("x");
      return { ...state, same: state === req.state };
    });
    const send = await serve(api);
    await send("/plain");
    expect(made).toBe(0);
    expect(await (await send("/state")).json()).toEqual({ serial: 1, list: ["x"], same: true });
    expect(await (await send("/state")).json()).toEqual({ serial: 2, list: ["x"], same: true });
  });

  it("without the state option have an object of their own all the same", async () => {
    const api = new API();
    api.beforeRequest((req) => void Object.assign(req.state, { count: ("count" in req.state ? 1 : 0) + 1 }));
    api.get("/x", (req) => req.state);
    const send = await serve(api);
    for (let round = 0; round < 2; round++) expect(await (await send("/x")).json()).toEqual({ count: 1 });
  });

  it("that fail or are slow keep no other waiting", async () => {
    const gate = Promise.withResolvers<string>();
    const api = new API().get("/slow", () => gate.promise).get("/fast", () => "fast");
    const send = await serve(api);
    const slow = send("/slow");
    expect(await (await send("/fast")).text()).toBe("fast");
    gate.resolve("slow");
    expect(await (await slow).text()).toBe("slow");
  });
});
