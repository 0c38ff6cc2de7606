/** An application that listens by itself, for what a test must see on the wire. */
import { once } from "node:events";
import { API } from "responder-ts";

const api = new API({ maxBodySize: 100_000 });

api.get("/next", () => "next");
api.get("/ip", (req) => req.ip);
api.post("/ignore", () => "ignored");
api.post("/read", async (req) => ({ length: (await req.bytes()).length }));
api.get("/throws", () => {
  throw new Error("on purpose");
});
api.get("/half", (_req, resp) =>
  resp.stream(
    (async function* () {
      yield "half";
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error("the disk is gone");
    })(),
  ),
);
/** One piece, and the next when the test has gone. */
api.get("/waits", (req, resp) =>
  resp.stream(
    (async function* () {
      try {
        yield "first";
        await once(req.signal, "abort");
      } finally {
        console.log(`ended, aborted: ${req.signal.aborted}`);
      }
    })(),
  ),
);
/** A whole answer leaves the signal alone, whenever the connection ends. */
api.get("/whole", (req, resp) => {
  req.signal.addEventListener("abort", () => console.log("aborted after a whole answer"));
  resp.stream(["a", "b"]);
});
let made = 0;
const piece = new Uint8Array(65_536);
api.get("/endless", (_req, resp) =>
  resp.stream(
    (function* () {
      for (made = 0; made < 20_000; made++) yield piece;
    })(),
  ),
);
api.get("/made", () => ({ made }));
/** Reads one piece of its body, and says then how it goes. */
let taken = 0;
const go = Promise.withResolvers<void>();
api.post("/slow-reader", async (req) => {
  for await (const part of req.stream(1_000_000_000)) {
    taken += part.length;
    await go.promise;
  }
  return { taken };
});
api.get("/taken", () => ({ taken }));
/** Longer than a connection may be idle on any of the runtimes by default. */
api.get("/late", async () => {
  await new Promise((resolve) => setTimeout(resolve, 11_000));
  return "late";
});

/** Still at work when the stop is asked for. */
api.get("/slow", async (_req, resp) => {
  resp.background(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    console.log("background done");
  });
  console.log("slow");
  await new Promise((resolve) => setTimeout(resolve, 600));
  return "slow";
});
api.on("shutdown", () => console.log("shutdown"));

await api.run();
