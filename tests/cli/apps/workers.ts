/** An application for several processes, which says who answers. `FAIL` names what goes wrong. */
import { setTimeout as sleep } from "node:timers/promises";
import { API } from "responder-ts";

const fail = process.env["FAIL"];
const reached: string[] = [];

const api = new API({ openapi: false });
export default api;

api.on("startup", () => {
  if (fail === "startup") throw new Error("no database");
  if (fail === "crash") setTimeout(() => process.exit(7), 20);
});
api.on("shutdown", () => console.log(`worker ${process.pid} reached: ${reached.join(" ")};`));

api.get("/pid", () => String(process.pid));
api.get("/slow/{id}", async (req) => {
  reached.push(req.params.id);
  await sleep(5);
  return `${process.pid} answers ${req.params.id}`;
});
api.get("/never", () => {
  console.log("never");
  return new Promise(() => undefined);
});
