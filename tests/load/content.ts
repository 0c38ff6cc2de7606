/** What the application answers, and its clients expect: the same for every run. */

export const KEY = "load-test-key-0123456789abcdef0123456789";

/** What `GET /state` says. */
export interface ServerState {
  /** Handlers, streams and background tasks that have begun and not ended. */
  readonly handlers: number;
  readonly streams: number;
  readonly tasks: number;
  /** Lines of streams made so far. */
  readonly lines: number;
  /** Open connections, the asker's own among them. */
  readonly sockets: number;
  /** Bytes of the heap after a collection. */
  readonly heap: number;
}

export interface Item {
  readonly id: number;
  readonly name: string;
  readonly tags: readonly string[];
}

export function itemOf(id: number): Item {
  return { id, name: `Item ${id}`, tags: Array.from({ length: id % 7 }, (_, tag) => `tag-${id}-${tag}`) };
}

/** 4 KiB each. */
export function* linesOf(count: number): Generator<string> {
  for (let line = 0; line < count; line++) yield `${`line ${line} of ${count} `.padEnd(4095, "*+-.")}\n`;
}

/** Up to 64 KiB, another for each number. */
export function bodyOf(number: number): Buffer {
  const body = Buffer.alloc((number * 7919) % 65_536);
  for (let index = 0; index < body.length; index++) body[index] = (number + index * 31) % 251;
  return body;
}
