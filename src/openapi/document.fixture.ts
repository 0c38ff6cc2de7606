import { expect } from "vitest";
import { bearer } from "../auth/index.ts";
import type { OpenAPIDocument, Operation } from "./types.ts";

/** A guard whose principals have the scope `admin`. */
export const user = bearer({
  verify: (token) => (token === "good" ? { name: "ada" } : null),
  scopes: () => ["admin"] as const,
});

interface Described {
  requests: { get(path: string): Promise<Response> };
}

/** The document that an application serves. */
export async function documentOf(api: Described): Promise<OpenAPIDocument> {
  const response = await api.requests.get("/schema.json");
  expect(response.status).toBe(200);
  return (await response.json()) as OpenAPIDocument;
}

/** An operation of it. */
export async function operationOf(api: Described, method: string, path: string): Promise<Operation> {
  const operation = (await documentOf(api)).paths[path]?.[method];
  if (operation === undefined) throw new Error(`There is no ${method} ${path} in the document`);
  return operation;
}
