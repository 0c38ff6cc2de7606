import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Milliseconds without a further change until one counts: editors write a file in several steps. */
const QUIET = 80;
/** The framework's own files are nobody's to edit. */
const OWN = fileURLToPath(new URL("..", import.meta.url));

/** Watches single files, and tells which one has changed. */
export class Watcher {
  readonly #folders = new Map<string, { readonly names: Set<string>; readonly watcher: FSWatcher }>();
  readonly #changed: (path: string) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(changed: (path: string) => void) {
    this.#changed = changed;
  }

  /** Installed packages, and the framework itself, are not watched. */
  add(path: string): void {
    if (path.startsWith(OWN) || path.includes(`${sep}node_modules${sep}`)) return;
    const folder = dirname(path);
    const known = this.#folders.get(folder) ?? this.#watched(folder);
    known.names.add(basename(path));
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const { watcher } of this.#folders.values()) watcher.close();
  }

  /** The folder, not the file: many editors write a new file and give it the old one's name. */
  #watched(folder: string) {
    const names = new Set<string>();
    const watcher = watch(folder, (_event, name) => {
      if (name === null || !names.has(name)) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#changed(name), QUIET);
    });
    // Such as a folder that was deleted: there is nothing to see any more.
    watcher.on("error", () => watcher.close());
    const watched = { names, watcher };
    this.#folders.set(folder, watched);
    return watched;
  }
}
