import { describe, expect, it } from "vitest";
import { z } from "zod";
import { API } from "../api.ts";
import { documentOf, operationOf } from "./document.fixture.ts";

describe("a body", () => {
  it("comes in every format that is read, JSON first, and as a form where it is all texts", async () => {
    const api = new API();
    api.post("/login", { body: z.object({ name: z.string(), tags: z.array(z.string()) }) }, () => "");
    api.post("/notes", { body: z.object({ text: z.string(), done: z.boolean() }) }, () => "");
    const login = (await operationOf(api, "post", "/login")).requestBody;
    const media = ["application/json", "application/yaml", "application/msgpack"];
    expect(login?.required).toBe(true);
    expect(Object.keys(login?.content ?? {})).toEqual([
      ...media,
      "application/x-www-form-urlencoded",
      "multipart/form-data",
    ]);
    expect(Object.keys((await operationOf(api, "post", "/notes")).requestBody?.content ?? {})).toEqual(media);
  });

  it("is what comes in, and an answer what goes out, after the schema has been at it", async () => {
    const Note = z.object({ tags: z.array(z.string()).default([]), size: z.string().transform(Number) });
    const api = new API().put("/note", { body: Note, response: Note }, () => ({}) as never);
    const { schemas } = (await documentOf(api)).components;
    expect(schemas?.["PutNoteBody"]).toMatchObject({
      required: ["size"],
      properties: { size: { type: "string" } },
    });
    expect(schemas?.["PutNoteResponse"]).toMatchObject({
      required: ["tags", "size"],
      additionalProperties: false,
    });
  });

  it("has its examples, and so has the answer", async () => {
    const examples = {
      one: { summary: "One", request: { a: 1 }, response: { b: 2 } },
      two: { request: { a: 2 } },
    };
    const api = new API().post("/x", { examples }, () => ({ b: 2 }));
    const operation = await operationOf(api, "post", "/x");
    expect(operation.requestBody?.content["application/json"]?.examples).toEqual({
      one: { summary: "One", value: { a: 1 } },
      two: { value: { a: 2 } },
    });
    expect(operation.responses["2XX"]).toMatchObject({
      content: { "application/json": { examples: { one: { summary: "One", value: { b: 2 } } } } },
    });
  });
});
