import { API } from "responder-ts";

/** A small application that says what happens to it. `FAIL` names what goes wrong. */
const fail = process.env["FAIL"];
const api = new API(fail === "secret" ? { secretKey: "short" } : {});

api.on("startup", async () => {
  await null;
  console.log("startup 1");
});
api.on("startup", () => {
  if (fail === "startup") throw new Error("no database", { cause: new Error("ECONNREFUSED 127.0.0.1:5432") });
  console.log("startup 2");
});
api.on("shutdown", () => console.log("shutdown 1"));
api.on("shutdown", async () => {
  await null;
  if (fail === "shutdown") throw new Error("flush failed");
  console.log("shutdown 2");
});

api.get("/quick", () => "quick");
/** Answers when its whole body has come, so that a test decides when. */
api.post("/held", async (req) => {
  console.log("held");
  return `held ${await req.text()}`;
});
api.get("/never", () => {
  console.log("never");
  return new Promise(() => undefined);
});
api.get("/background", (_req, resp) => {
  resp.background(async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    console.log("background done");
  });
  return "started";
});

await api.run();
