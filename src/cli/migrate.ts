import { kindOf, type OpenStore, openStore, withStore } from "./store.ts";
import { type Command, type Flags, quoted, UsageError } from "./terminal.ts";

/** `responder migrate`: makes the tables of a store, or brings them up to date. */
export function migrating(args: readonly string[], flags: Flags, open: OpenStore = openStore): Command {
  if (args.length > 0) throw new UsageError(`responder migrate takes --store only, not ${quoted(args)}`);
  kindOf(flags.store);
  return async (terminal) => {
    await withStore(flags, open, (store) => store.migrate());
    terminal.warn("The store is up to date");
    return 0;
  };
}
