import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { DEMO_PEOPLE } from "../../examples/showcase/people.ts";
import { cookieHeader } from "./cookies.ts";
import { type Program, startProgram } from "./program.ts";

type Username = (typeof DEMO_PEOPLE)[number]["username"];

/** The showcase in a process of its own, on a database of its own. */
export interface Showcase extends Program, AsyncDisposable {
  readonly databasePath: string;
  /** The API key that the start printed. */
  readonly apiKey: string;
  /** Signs one of the demo people in through the form. Resolves to their `Cookie` header. */
  signIn(username: Username): Promise<string>;
  /** Gets one of them a token from the JSON API. Resolves to their `Authorization` header. */
  token(username: Username): Promise<string>;
  /** Stops it and removes its database. */
  end(): Promise<void>;
}

export async function startShowcase(env: Readonly<Record<string, string>> = {}): Promise<Showcase> {
  const directory = await mkdtemp(join(tmpdir(), "showcase-"));
  const databasePath = join(directory, "made/showcase.db");
  const program = await startProgram(["examples/showcase/main.ts"], { SHOWCASE_DB: databasePath, ...env });
  await vi.waitFor(() => expect(program.output()).toMatch(/Bearer \$token"/));
  const end = async () => {
    await program.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return {
    ...program,
    databasePath,
    apiKey: /X-API-Key: ([^"]+)"/.exec(program.output())?.[1] ?? "",
    async signIn(username) {
      const form = { username, password: passwordOf(username) };
      return cookieHeader(await program.send("/login", { form }));
    },
    async token(username) {
      const json = { username, password: passwordOf(username) };
      const response = await program.send("/api/login", { json });
      const { access_token } = (await response.json()) as { access_token: string };
      return `Bearer ${access_token}`;
    },
    end,
    [Symbol.asyncDispose]: end,
  };
}

export function passwordOf(username: Username): string {
  return DEMO_PEOPLE.find((person) => person.username === username)?.password ?? "";
}
