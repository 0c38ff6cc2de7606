import { API, html } from "responder-ts";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { recordingLogger } from "../support/logger.ts";

const Public = z.object({ id: z.number() });

async function answerTo(handler: () => unknown, response: object = Public) {
  const logger = recordingLogger();
  const api = new API({ logger, openapi: false });
  api.get("/", { response: response as typeof Public }, handler as () => object);
  const answer: Response = await api.fetch(new Request("https://localhost/"));
  return { status: answer.status, text: await answer.text(), logged: logger.lines.length };
}

describe("attack: past a response schema", () => {
  it.each<[string, () => unknown, object?]>([
    ["nothing at all", () => undefined],
    ["data in a Response", () => Response.json({ id: 1, secret: "s" })],
    [
      "data in a Response of another JSON type",
      () => new Response('{"secret":"s"}', { headers: { "content-type": "application/vnd.x+json" } }),
    ],
    ["a status that the schemas do not know", () => [{ id: 1, secret: "s" }, 201], { 200: Public }],
  ])("%s is 500 and logged, and sends nothing of it", async (_what, handler, response = Public) => {
    const answer = await answerTo(handler, response);
    expect(answer).toMatchObject({ status: 500, logged: 1 });
    expect(answer.text).not.toContain('"s"');
  });

  it.each([
    ["a page", () => html`<p>page</p>`, 200],
    ["204", () => new Response(null, { status: 204 }), 204],
    ["an error's own answer", () => [{ error: "no" }, 404], 404],
  ] as const)("%s is its handler's own affair", async (_what, handler, status) => {
    expect(await answerTo(handler)).toMatchObject({ status, logged: 0 });
  });

  it("a key that is no status is refused when the route is registered", () => {
    const register = () => new API().get("/", { response: { "2XX": Public } as never }, () => ({ id: 1 }));
    expect(register).toThrow(/response takes a Standard Schema, or one for each status/);
  });
});
