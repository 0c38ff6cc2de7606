import type { SecurityScheme } from "../auth/scheme.ts";

/** A JSON Schema, draft 2020-12. */
export type JSONSchema = { readonly [keyword: string]: unknown };

/** Where something of the document's components is. */
export type Reference = { readonly $ref: string };

/** A parameter of a path, a query, the header or the cookies. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: JSONSchema;
}

/** An example by its name's side. */
export interface Example {
  readonly summary?: string;
  readonly value: unknown;
}

/** A body in one media type. */
export interface MediaTypeObject {
  readonly schema?: JSONSchema | Reference;
  readonly examples?: Readonly<Record<string, Example>>;
}

/** A body by media type. */
export type Content = Readonly<Record<string, MediaTypeObject>>;

export interface RequestBody {
  readonly required: boolean;
  readonly content: Content;
}

export interface ResponseObject {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JSONSchema }>>;
  readonly content?: Content;
}

/** The schemes that together let in, with the scopes that each must yield. `{}` lets in everybody. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

/** What a method of a path does. */
export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly deprecated?: boolean;
  /** Any one of these lets in; none at all asks nobody. */
  readonly security: readonly SecurityRequirement[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: RequestBody;
  readonly responses: Readonly<Record<string, ResponseObject | Reference>>;
}

/** A server that answers what the document describes. */
export interface Server {
  /** A URL, or a path relative to the document's own address. */
  readonly url: string;
  readonly description?: string;
}

/** What a document says of the application as a whole. */
export interface Info {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
}

/** An OpenAPI 3.1 document, as far as this framework writes one. */
export interface OpenAPIDocument {
  readonly openapi: "3.1.1";
  readonly info: Info;
  readonly servers: readonly Server[];
  readonly tags?: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas?: Readonly<Record<string, JSONSchema>>;
    readonly responses?: Readonly<Record<string, ResponseObject>>;
    readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>;
  };
}
