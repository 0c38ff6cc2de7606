/** An application that is only exported: `bun app.ts`, `deno serve app.ts` and Workers call its `fetch`. */
import { API, Upload } from "responder-ts";

const api = new API({ trustedProxies: ["loopback", "private"], maxBodySize: 5_000_000 });
const done: string[] = [];

api.get("/who", (req) => ({ ip: req.ip, url: req.url.href }));
api.get("/task", (_req, resp) => {
  resp.background(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    done.push("task");
  });
  return "answered";
});
api.get("/streamed-task", (_req, resp) => {
  resp.background(() => void done.push("after the stream"));
  resp.stream(["a", "b"]);
});
api.get("/done", () => ({ done }));
api.get("/ticks", (req, resp) =>
  resp.stream(
    (async function* () {
      try {
        for (;;) {
          yield "tick";
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      } finally {
        done.push(`ended, aborted: ${req.signal.aborted}`);
      }
    })(),
  ),
);
api.post("/upload", async (req) => {
  const { file } = await req.media("form");
  return file instanceof Upload ? { size: (await file.bytes()).length } : {};
});
api.post("/save", async (req) => {
  const { file } = await req.media("form");
  const failure = await (file as Upload).saveTo("/tmp/kept").catch((error: Error) => error);
  return { failure: String(failure) };
});
api.get("/file", (_req, resp) => resp.file("public/page.html"));
api.get("/listen", async () => ({
  failure: await new API().listen({ port: 0 }).then(
    () => "it listens",
    (error) => String(error),
  ),
}));
api.exceptionHandler(Error, (_req, resp, error) => {
  resp.statusCode = 500;
  resp.text = String(error);
});
const SECRET = "0123456789abcdef0123456789abcdef";
const sessions = new API({ secretKey: SECRET });
sessions.post("/visit", (req) => {
  const visits = Number(req.session.get("visits") ?? 0) + 1;
  req.session.set("visits", visits);
  return { visits };
});
api.mount("/sessions", sessions);

export default api;
