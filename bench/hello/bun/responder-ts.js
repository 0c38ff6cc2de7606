import { API } from "responder-ts";

const api = new API();
api.get("/", () => "Hello, World!");
const { port } = await api.listen({ port: 0 });
console.log(port);
