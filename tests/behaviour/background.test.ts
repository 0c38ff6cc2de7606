import { API, abort } from "responder-ts";
import { expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

overTransports("background tasks", (serve) => {
  it("run once the answer is sent, and the client waits for none of them", async () => {
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    const api = new API().get("/x", (_req, resp) => {
      resp.background(async () => {
        await gate.promise;
        seen.push("task");
      });
      return "answered";
    });
    const send = await serve(api);
    expect(await (await send("/x")).text()).toBe("answered");
    expect(seen).toEqual([]);
    gate.resolve();
    await api.close();
    expect(seen).toEqual(["task"]);
  });

  it("may be several, from hooks too, and start tasks of their own", async () => {
    const seen: string[] = [];
    const api = new API();
    api.afterRequest((_req, resp) => resp.background(() => void seen.push("hook")));
    api.get("/x", (_req, resp) => {
      resp.background(() => void seen.push("first"));
      resp.background(() => void seen.push("second"));
    });
    const send = await serve(api);
    await send("/x");
    await api.close();
    expect(seen).toEqual(["first", "second", "hook"]);
  });

  it("that fail are logged, and keep no other from running", async () => {
    const logger = recordingLogger();
    const seen: string[] = [];
    const api = new API({ logger }).get("/x", (_req, resp) => {
      resp.background(() => {
        throw new Error("mail server is down");
      });
      resp.background(async () => abort(400));
      resp.background(() => void seen.push("third"));
      return "answered";
    });
    const send = await serve(api);
    expect((await send("/x")).status).toBe(200);
    await api.close();
    expect(seen).toEqual(["third"]);
    expect(logger.lines.map((line) => line.message)).toEqual([
      "A background task failed",
      "A background task failed",
    ]);
  });

  it("run after an error's answer as well", async () => {
    const seen: string[] = [];
    const api = new API().get("/x", (_req, resp) => {
      resp.background(() => void seen.push("audit"));
      return abort(403);
    });
    const send = await serve(api);
    await send("/x");
    await api.close();
    expect(seen).toEqual(["audit"]);
  });
});
