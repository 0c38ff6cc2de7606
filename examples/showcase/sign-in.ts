import { Throttle } from "responder-ts/passwords";
import type { Store } from "responder-ts/stores";
import type { People, Person } from "./people.ts";

/** Signing in by name and password, by form or by JSON: whoever guesses has to wait longer each time. */
export class SignIn {
  readonly #people: People;
  readonly #throttle: Throttle;

  constructor(people: People, store: Store) {
    this.#people = people;
    this.#throttle = new Throttle({ store });
  }

  /**
   * The person whose name and password these are.
   * @throws HTTPError 429 `too_many_attempts`
   */
  attempt(username: string, password: string, address: string): Promise<Person | undefined> {
    const account = username.toLowerCase();
    return this.#throttle.attempt({ account, address }, () => this.#people.withPassword(username, password));
  }
}
