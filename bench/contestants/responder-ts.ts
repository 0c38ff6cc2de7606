import { API } from "responder-ts";
import type { Started } from "../contestants.ts";

export async function start(): Promise<Started> {
  const api = new API();
  api.get("/text", (_req, resp) => {
    resp.text = "Hello, World!";
  });
  api.get("/json", (_req, resp) => {
    resp.media = { message: "Hello, World!" };
  });
  api.get("/hello/{name}", (req, resp) => {
    resp.text = `Hello, ${req.params.name}!`;
  });
  const { port } = await api.listen({ port: 0 });
  return { port, close: () => api.close() };
}
