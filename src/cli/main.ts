#!/usr/bin/env node
import { commandOf } from "./command.ts";
import { UsageError } from "./terminal.ts";

/** Writes to standard output and waits until it is through, so that a pipe gets all of it before the process ends. */
function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}

async function main(): Promise<number | undefined> {
  try {
    return await commandOf(process.argv.slice(2))({ print, warn: (text) => console.error(text) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(
      error instanceof UsageError ? `${message}\nresponder --help says what each command takes.` : message,
    );
    return error instanceof UsageError ? 2 : 1;
  }
}

const status = await main();
// The application's file may have opened what keeps a process alive: a database, a timer.
if (status !== undefined) process.exit(status);
