/** One event of a `text/event-stream` (WHATWG HTML, 9.2.6). */
export interface ServerSentEvent {
  /** The payload: a string as it is, anything else as JSON. */
  data: unknown;
  /** The event's name. Default: none, which browsers hand to `onmessage`. */
  event?: string;
  /** What a browser sends back as `Last-Event-ID` when it reconnects. */
  id?: string;
  /** Milliseconds until a browser reconnects. */
  retry?: number;
}

/**
 * The events as text, one block each. No generator: that could not pass `return()` on while it waits for an event, and
 * the source of a client that has gone would live until its next one.
 */
export function serverSentEvents(
  events: AsyncIterable<ServerSentEvent> | Iterable<ServerSentEvent>,
): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]() {
      const source =
        Symbol.asyncIterator in events ? events[Symbol.asyncIterator]() : events[Symbol.iterator]();
      const end = async (): Promise<IteratorResult<string>> => {
        await source.return?.();
        return { done: true, value: undefined };
      };
      return {
        async next() {
          const { done, value } = await source.next();
          if (done) return { done, value: undefined };
          try {
            return { done: false, value: encodeEvent(value) };
          } catch (error) {
            await end();
            throw error;
          }
        },
        return: end,
      };
    },
  };
}

function encodeEvent({ data, event, id, retry }: ServerSentEvent): string {
  const lines: string[] = [];
  if (event !== undefined) lines.push(`event: ${oneLine("event", event)}`);
  if (id !== undefined) lines.push(`id: ${oneLine("id", id)}`);
  if (retry !== undefined) lines.push(`retry: ${Math.trunc(retry)}`);
  const text = typeof data === "string" ? data : JSON.stringify(data);
  for (const line of String(text).split(/\r\n|\r|\n/)) lines.push(`data: ${line}`);
  return `${lines.join("\n")}\n\n`;
}

/** A line break in a field would begin another field, and so forge an event. */
function oneLine(field: string, value: string): string {
  if (/[\r\n\0]/.test(value)) throw new TypeError(`The ${field} of a server-sent event is one line`);
  return value;
}
