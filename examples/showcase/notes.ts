import type { DatabaseSync, StatementSync } from "node:sqlite";
import { z } from "zod";

export const Note = z.object({ id: z.int(), text: z.string(), createdAt: z.iso.datetime() });
export type Note = z.infer<typeof Note>;

export const MAX_LENGTH = 500;

/** What makes a note, from a form and from JSON alike. */
export const NewNote = z.object({
  text: z
    .string()
    .overwrite((text) => text.replaceAll("\r\n", "\n").trim()) // forms send CRLF, and the browser counts one
    .min(1, "A note needs some text")
    .max(MAX_LENGTH, `A note has ${MAX_LENGTH} characters at most`),
});

/** Everybody's notes. Each method takes whose they are, so that nobody reaches another's by its number. */
export class Notes {
  readonly #latest: StatementSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #count: StatementSync;

  constructor(database: DatabaseSync) {
    this.#latest = database.prepare(
      "SELECT id, text, created_at FROM notes WHERE person_id = ? ORDER BY id DESC LIMIT 100",
    );
    this.#insert = database.prepare(
      "INSERT INTO notes (person_id, text, created_at) VALUES (?, ?, ?) RETURNING id, text, created_at",
    );
    this.#delete = database.prepare("DELETE FROM notes WHERE id = ? AND person_id = ?");
    this.#count = database.prepare("SELECT count(*) AS count FROM notes");
  }

  /** The latest hundred, newest first. */
  of(personId: number): Note[] {
    return this.#latest.all(personId).map((row) => toNote(row as unknown as Row));
  }

  add(personId: number, text: string, at = new Date()): Note {
    return toNote(this.#insert.get(personId, text, at.getTime()) as unknown as Row);
  }

  /** Deletes one of a person's own notes. @returns whether there was one */
  delete(personId: number, id: number): boolean {
    return this.#delete.run(id, personId).changes > 0;
  }

  count(): number {
    return (this.#count.get() as { count: number }).count;
  }
}

interface Row {
  id: number;
  text: string;
  created_at: number;
}

function toNote({ id, text, created_at }: Row): Note {
  return { id, text, createdAt: new Date(created_at).toISOString() };
}
