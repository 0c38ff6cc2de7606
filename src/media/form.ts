import { refuseFieldName } from "./faults.ts";
import type { Upload } from "./upload.ts";

/** A field of a form: text, or a file. */
export type FormValue = string | Upload;

/**
 * A form as data, url-encoded and multipart alike. The object has no prototype, so a field may have any name.
 * A name that was sent several times holds its **first** value: a second `role=admin` appended to a query never
 * replaces what came before, and the value stays a string. {@link allValues} gives all of them.
 *
 * @example
 * const form = await req.media("form");
 * if (form.username === "admin") {}
 */
export type Form = Readonly<Record<string, FormValue | undefined>>;

const repeated = new WeakMap<Form, Map<string, FormValue[]>>();

/**
 * Every value of a field, in the order sent; empty where the form has no such field.
 *
 * @example
 * const tags = allValues(form, "tag");   // <select name="tag" multiple>
 */
export function allValues(form: Form, name: string): FormValue[] {
  const values = repeated.get(form)?.get(name);
  if (values) return [...values];
  const value = form[name];
  return value === undefined ? [] : [value];
}

/**
 * Makes a form of its fields in the order sent.
 * @throws HTTPError 400 `forbidden_key`
 */
export function buildForm(fields: Iterable<readonly [name: string, value: FormValue]>): Form {
  const form: Record<string, FormValue> = Object.create(null);
  const repeats = new Map<string, FormValue[]>();
  for (const [name, value] of fields) {
    refuseFieldName(name);
    const first = form[name];
    if (first === undefined) {
      form[name] = value;
      continue;
    }
    const values = repeats.get(name);
    if (values) values.push(value);
    else repeats.set(name, [first, value]);
  }
  if (repeats.size > 0) repeated.set(form, repeats);
  return form;
}
