import type { DatabaseSync, StatementSync } from "node:sqlite";
import { hash, verify } from "responder-ts/passwords";
import { z } from "zod";

export const Person = z.object({
  id: z.int(),
  username: z.string(),
  name: z.string(),
  role: z.enum(["admin", "member"]),
});
export type Person = Readonly<z.infer<typeof Person>>;

/** The people of an empty database. Their passwords are no secret: they are printed at every start. */
export const DEMO_PEOPLE = [
  { username: "ada", name: "Ada Lovelace", role: "admin", password: "analytical-engine-1843" },
  { username: "grace", name: "Grace Hopper", role: "member", password: "compiler-from-1952!" },
  { username: "katherine", name: "Katherine Johnson", role: "member", password: "checked-by-hand-1962" },
] as const;

/** Who may sign in, and as what. */
export class People {
  readonly #byId: StatementSync;
  readonly #byUsername: StatementSync;
  readonly #all: StatementSync;
  readonly #insert: StatementSync;

  constructor(database: DatabaseSync) {
    this.#byId = database.prepare("SELECT id, username, name, role FROM people WHERE id = ?");
    this.#byUsername = database.prepare("SELECT * FROM people WHERE username = ?");
    this.#all = database.prepare(
      `SELECT people.id, username, name, role, count(notes.id) AS notes
       FROM people LEFT JOIN notes ON notes.person_id = people.id GROUP BY people.id ORDER BY name`,
    );
    this.#insert = database.prepare(
      "INSERT INTO people (username, name, role, password) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
    );
  }

  find(id: number): Person | undefined {
    return this.#byId.get(id) as Person | undefined;
  }

  /** Everybody, with the number of their notes. */
  all(): (Person & { notes: number })[] {
    return this.#all.all() as unknown as (Person & { notes: number })[];
  }

  /** @returns their number, or null where the name is taken */
  async add(person: Omit<Person, "id"> & { password: string }): Promise<number | null> {
    const { username, name, role, password } = person;
    const row = this.#insert.get(username, name, role, await hash(password));
    return row ? Number(row.id) : null;
  }

  /** The person whose name and password these are. An unknown name takes as long as a wrong password. */
  async withPassword(username: string, password: string): Promise<Person | undefined> {
    const row = this.#byUsername.get(username) as (Person & { password: string }) | undefined;
    const matches = await verify(password, row?.password);
    if (!row || !matches) return undefined;
    return { id: row.id, username: row.username, name: row.name, role: row.role };
  }
}
