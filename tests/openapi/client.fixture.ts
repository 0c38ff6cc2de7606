/** What a client may rely on, against the types made of the document of `notes.ts`. Compiled by a test, and never run. */
import type { operations, paths } from "./schema.ts";

type Equal<Left, Right> =
  (<Probe>() => Probe extends Left ? 1 : 2) extends <Probe>() => Probe extends Right ? 1 : 2 ? true : false;
/** The same type once its parts are written out. */
type Flat<Type> = Type extends (infer Item)[]
  ? Flat<Item>[]
  : Type extends object
    ? { [Key in keyof Type]: Flat<Type[Key]> }
    : Type;
const same = <Left, Right>(_equal: Equal<Flat<Left>, Flat<Right>>): void => {};

type Body<Name extends keyof operations> = operations[Name] extends {
  requestBody: { content: { "application/json": infer Content } };
}
  ? Content
  : never;
type Answer<
  Name extends keyof operations,
  Status extends keyof operations[Name]["responses"],
> = operations[Name]["responses"][Status] extends { content: { "application/json": infer Content } }
  ? Content
  : never;
type Problem<
  Name extends keyof operations,
  Status extends keyof operations[Name]["responses"],
> = operations[Name]["responses"][Status] extends { content: { "application/problem+json": infer Content } }
  ? Content
  : never;
interface Note {
  id: number;
  text: string;
  tags: string[];
  replies?: Note[];
}

same<Body<"postLogin">, { username: string; password: string }>(true);
same<Answer<"postLogin", "2XX">, { token: string }>(true);
same<Answer<"getMe", "2XX">, { user_id: string }>(true);
same<Body<"postNotes">, { text: string; tags?: string[] }>(true);
same<Answer<"postNotes", 409>, { error: string }>(true);
same<Answer<"getNotesById", 404>, { error: string }>(true);
same<operations["getNotesById"]["parameters"]["path"], { id: number }>(true);
same<operations["notesList"]["parameters"]["query"], { page?: number; tag?: string } | undefined>(true);
same<operations["notesList"]["parameters"]["header"], { "x-request-id"?: string } | undefined>(true);
same<operations["getFilesByFolderByRest"]["parameters"]["path"], { folder: string; rest: string }>(true);
same<operations["getScaleByFactor"]["parameters"]["path"], { factor: number }>(true);

export const note: Note = {} as Answer<"postNotes", 201>;
export const noteBack: Answer<"getNotesById", 200> = note;
export const code: string = ({} as Problem<"postNotes", 422>).code;
export const status: number = ({} as Problem<"getMe", 401>).status;

same<keyof operations["postLogin"]["responses"], "2XX" | 400 | 413 | 415 | 422>(true);
same<keyof operations["getMe"]["responses"], "2XX" | 401>(true);
same<keyof operations["postNotes"]["responses"], 201 | 400 | 401 | 403 | 409 | 413 | 415 | 422>(true);

export const all: Record<keyof paths, true> = {
  "/login": true,
  "/me": true,
  "/notes": true,
  "/notes/{id}": true,
  "/files/{folder}/{rest}": true,
  "/scale/{factor}": true,
  "/stats": true,
  "/dashboard": true,
};
