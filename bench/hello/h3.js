import { createServer } from "node:http";
import { H3, toNodeHandler } from "h3/node";

const app = new H3();
app.get("/", () => "Hello, World!");
const server = createServer(toNodeHandler(app));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
