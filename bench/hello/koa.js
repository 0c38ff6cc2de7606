import Router from "@koa/router";
import Koa from "koa";

const app = new Koa();
const router = new Router();
router.get("/", (context) => {
  context.body = "Hello, World!";
});
app.use(router.routes());
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
