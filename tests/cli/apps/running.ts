/** It exports nothing, says things, runs, and would live for ever: what an application's own main file is like. */
import { API } from "responder-ts";

const api = new API({ title: "Running" });
api.on("startup", () => console.error("STARTED"));
api.get("/", { public: "the front page" }, () => "hello");
console.log("this is not part of any document");
const server = await api.run();
console.info(`listening on ${server.port}`);
setInterval(() => {}, 1000);
