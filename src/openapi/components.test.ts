import { type } from "arktype";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SchemaComponents, type SchemaPlace } from "./components.ts";

const place = (name: string, direction: SchemaPlace["direction"] = "input"): SchemaPlace => ({
  name,
  direction,
  label: `POST /x: the ${name} schema`,
});
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
/** A Standard Schema whose JSON Schema is as given. */
function writing(json: () => Record<string, unknown>) {
  const validate = (value: unknown) => ({ value });
  return {
    "~standard": { version: 1, vendor: "hand", validate, jsonSchema: { input: json, output: json } },
  } as const;
}

describe("a schema", () => {
  it("becomes a component of the name it is given, once however often it is used", () => {
    const components = new SchemaComponents();
    const schema = z.object({ text: z.string() });
    expect(components.reference(schema, place("PostNotesBody"))).toEqual(ref("PostNotesBody"));
    expect(components.reference(schema, place("PutNotesBody"))).toEqual(ref("PostNotesBody"));
    expect(components.all()).toEqual({
      PostNotesBody: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
    });
  });

  it("keeps a name of its own: its id, or its title where that is a name", () => {
    const components = new SchemaComponents();
    expect(components.reference(z.object({}).meta({ id: "Note" }), place("A"))).toEqual(ref("Note"));
    const titled = writing(() => ({ title: "Person", type: "object" }));
    expect(components.reference(titled, place("B"))).toEqual(ref("Person"));
    const prose = writing(() => ({ title: "A person, in full", type: "object" }));
    expect(components.reference(prose, place("C"))).toEqual(ref("C"));
  });

  it("has what it refers to beside it, so that no reference leads out of the document", () => {
    const components = new SchemaComponents();
    const Tag = z.object({ name: z.string() }).meta({ id: "Tag" });
    components.reference(z.object({ tags: z.array(Tag), main: Tag }), place("Body"));
    expect(components.all()).toMatchObject({
      Body: { properties: { tags: { type: "array", items: ref("Tag") }, main: ref("Tag") } },
      Tag: { type: "object" },
    });
    expect(JSON.stringify(components.all())).not.toContain("$defs");
    expect(JSON.stringify(components.all())).not.toContain("$schema");
  });

  it("may contain itself", () => {
    const components = new SchemaComponents();
    const Comment = z.object({
      text: z.string(),
      get answers() {
        return z.array(Comment);
      },
    });
    components.reference(Comment, place("Body"));
    expect(components.all()).toMatchObject({ Body: { properties: { answers: { items: ref("Body") } } } });
    expect(components.inline(Comment, place("Query"))).toEqual(ref("Body"));
  });

  it("goes by the operation's name where its library only numbered it", () => {
    const components = new SchemaComponents();
    const { node } = type.module({ node: { value: "number", "next?": "node" } });
    components.reference(node, place("PostListBody"));
    expect(Object.keys(components.all() ?? {})).toEqual(["PostListBody"]);
    expect(components.all()).toMatchObject({ PostListBody: { properties: { next: ref("PostListBody") } } });
  });

  it("that differs on the way in and out has two names", () => {
    const components = new SchemaComponents();
    const Note = z.object({ tags: z.array(z.string()).default([]) }).meta({ id: "Note" });
    expect(components.reference(Note, place("A", "input"))).toEqual(ref("Note"));
    expect(components.reference(Note, place("B", "output"))).toEqual(ref("NoteOutput"));
    const named = components.all() as Record<string, { required?: string[] }>;
    expect([named["Note"]?.required, named["NoteOutput"]?.required]).toEqual([undefined, ["tags"]]);
  });

  it("does not take the place of another of the same name", () => {
    const components = new SchemaComponents();
    const one = z.object({ a: z.string() }).meta({ id: "Same" });
    components.reference(z.object({ one }), place("A"));
    const other = writing(() => ({
      type: "object",
      properties: { other: { $ref: "#/$defs/Same" } },
      $defs: { Same: { type: "number" } },
    }));
    components.reference(other, place("B"));
    expect(components.all()).toMatchObject({
      A: { properties: { one: ref("Same") } },
      B: { properties: { other: ref("SameInput") } },
      Same: { type: "object" },
      SameInput: { type: "number" },
    });
  });

  it("keeps data that looks like a reference, and properties that are named like keywords", () => {
    const components = new SchemaComponents();
    const odd = writing(() => ({
      type: "object",
      properties: { default: { $ref: "#/$defs/X" }, $ref: { type: "string" } },
      default: { $ref: "#/$defs/X" },
      $defs: { X: { type: "number" } },
    }));
    components.reference(odd, place("Odd"));
    expect(components.all()).toMatchObject({
      Odd: {
        properties: { default: ref("X"), $ref: { type: "string" } },
        default: { $ref: "#/$defs/X" },
      },
    });
  });

  it("describes as anything what JSON cannot hold", () => {
    const components = new SchemaComponents();
    components.reference(z.object({ when: z.date(), code: z.custom<string>() }), place("Body"));
    expect(components.all()).toMatchObject({ Body: { properties: { when: {}, code: {} } } });
  });

  it("that its library cannot write fails with the route, the part and the library's reason", () => {
    const broken = writing(() => {
      throw new Error("no bigint");
    });
    expect(() => new SchemaComponents().reference(broken, place("body"))).toThrow(
      "POST /x: the body schema cannot be written as JSON Schema: no bigint",
    );
  });
});
