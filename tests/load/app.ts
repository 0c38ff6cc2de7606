/** What is put under load, and tells what is left of it. Started with `--expose-gc`. */
import { setTimeout as sleep } from "node:timers/promises";
import { API } from "responder-ts";
import { apiKey } from "responder-ts/auth";
import { itemOf, KEY, linesOf, type ServerState } from "./content.ts";

const under = { handlers: 0, streams: 0, tasks: 0 };
/** Lines that streams have made so far, of all that they were asked for. */
let lines = 0;

const api = new API({ openapi: false });

api.get("/items/{id:int}", (req) => itemOf(req.params.id));

api.post("/echo", async (req, resp) => {
  under.handlers++;
  try {
    resp.content = await req.bytes();
    resp.background(async () => {
      under.tasks++;
      await sleep(1);
      under.tasks--;
    });
  } finally {
    under.handlers--;
  }
});

api.get("/lines/{count:int}", (req, resp) => {
  resp.stream(counted(req.params.count));
});

api.get("/guarded", { auth: apiKey({ keys: [KEY] }) }, (_req, resp) => {
  resp.text = "behind the guard";
});

api.get("/state", (): ServerState => {
  globalThis.gc?.();
  const sockets = process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  return { ...under, lines, sockets, heap: process.memoryUsage().heapUsed };
});

async function* counted(count: number): AsyncGenerator<string> {
  under.streams++;
  try {
    for (const line of linesOf(count)) {
      lines++;
      yield line;
      // What a database does, say: pieces do not come all at once.
      if (lines % 64 === 0) await null;
    }
  } finally {
    under.streams--;
  }
}

await api.run();
