import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Guard } from "../auth/guard.ts";
import type { Admitted, HttpRequest } from "../exchange/request.ts";
import type { Environment, TypesOf } from "./types.ts";

declare const UNGUARDED: unique symbol;
/** Stands for whom a guard lets in where there is no guard. */
export type Unguarded = typeof UNGUARDED;

/** What the schemas of a route's options make of a request. */
type ParsedOf<Options> = {
  readonly [Part in keyof Options as Part extends "params" | "query" | "headers" | "cookies" | "body"
    ? Options[Part] extends StandardSchemaV1
      ? Part
      : never
    : never]: Options[Part] extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Options[Part]> : never;
};

/** Parsed parts take the place of the raw ones; a body is new. */
type WithParsed<Base, Parsed> = [Exclude<keyof Parsed, "body">] extends [never]
  ? Base & Parsed
  : Omit<Base, keyof Parsed> & Parsed;

/** Whom the innermost guard lets in. Where the types cannot tell, nobody: a wide `public` may turn out to be true. */
type PrincipalFor<Env, Options> =
  OptionOf<Options, "public"> extends false | undefined
    ? OptionOf<Options, "auth"> extends undefined
      ? Env extends { principal: infer Principal }
        ? Principal
        : Unguarded
      : OptionOf<Options, "auth"> extends Guard<infer Principal, never>
        ? Principal
        : Unguarded
    : Unguarded;

type OptionOf<Options, Name> = Name extends keyof Options ? Options[Name] : undefined;

type WithPrincipal<Principal> = [Principal] extends [Unguarded] ? unknown : Admitted<Principal>;

/** The request as a route's handler sees it. */
export type HandlerRequest<Path extends string, Env extends Environment, Options extends object> = WithParsed<
  HttpRequest<TypesOf<Path, Env>>,
  ParsedOf<Options>
> &
  WithPrincipal<PrincipalFor<Env, Options>>;

/** An application's or a group's types once a guard or `public` is laid over them. */
export type EnvironmentIn<Env extends Environment, Options> = {
  state: Env["state"];
  session: Env["session"];
  principal: PrincipalFor<Env, Options>;
};
