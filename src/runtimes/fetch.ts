import { HTTPError } from "../http/errors.ts";
import type { Outgoing } from "../http/transport.ts";
import { inWorker } from "../http/worker.ts";
import type { FetchIncoming } from "./fetch-incoming.ts";
import { arrangementOf } from "./in-process.ts";
import type { FetchPlatform } from "./platform.ts";
import type { Application } from "./server.ts";

/** One Fetch request on its way, and who wants to know how its answer goes out. */
export interface Delivery {
  readonly request: Request;
  readonly incoming: FetchIncoming;
  readonly waitUntil?: FetchPlatform["waitUntil"] | undefined;
  /** Called when the answer must be waited for, or goes out in pieces. */
  takesTime?(): void;
  /** Called when there is no more to send, or nobody who wants it. */
  sent?(): void;
  /** Makes the answer with a body that is there. Default: with all header fields, `Content-Length` included. */
  whole?(outgoing: WholeOutgoing): Response;
}

/** An answer whose body is there. */
export interface WholeOutgoing extends Outgoing {
  readonly body: string | Uint8Array | null;
}

/** Answers one Fetch request. It neither throws nor rejects. */
export function answerFetch(app: Application, delivery: Delivery): Response | Promise<Response> {
  const outgoing = app.pipeline.handle(delivery.incoming);
  if (!(outgoing instanceof Promise)) return finish(app, delivery, outgoing);
  delivery.takesTime?.();
  return outgoing.then((ready) => finish(app, delivery, ready));
}

/** What a runtime sends when nothing else is left. Whatever led to it has been logged. */
export function bareFailure(): Response {
  return new Response(null, { status: 500 });
}

function finish(app: Application, delivery: Delivery, outgoing: Outgoing): Response {
  try {
    return respond(app, delivery, outgoing);
  } catch (error) {
    app.context.logger.error("An answer could not be sent", error);
    return bareFailure();
  }
}

function respond(app: Application, delivery: Delivery, outgoing: Outgoing): Response {
  arrangementOf(delivery.request)?.onAnswer?.(outgoing.reached);
  const atTheEnd = held(app, delivery, outgoing);
  const sent = (whole: boolean, closing?: unknown) => {
    delivery.incoming.settle(whole);
    atTheEnd?.(closing);
    delivery.sent?.();
  };
  if (isWhole(outgoing)) {
    const response = delivery.whole?.(outgoing) ?? wholeResponse(outgoing);
    sent(true);
    return response;
  }
  delivery.takesTime?.();
  const failed = (error: unknown) => {
    // The client's own fault, such as a body that it did not finish, is no news.
    if (error instanceof HTTPError && error.statusCode < 500) return;
    app.context.logger.error("A streamed body failed, and the connection was cut", error);
  };
  // A Worker says in this way alone that the client has gone.
  const gone = inWorker() ? delivery.request.signal : undefined;
  const { status, headers, body } = outgoing;
  const stream = streamOf(body as AsyncIterable<Uint8Array>, { sent, failed, gone });
  return new Response(stream, { status, headers: headersOf(headers) });
}

/** The answer with all its header fields. */
export function wholeResponse({ status, headers, body }: WholeOutgoing): Response {
  return new Response(body as string | Uint8Array<ArrayBuffer> | null, {
    status,
    headers: headersOf(headers),
  });
}

/** @param lines names and values in turn */
export function headersOf(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index < lines.length; index += 2) {
    headers.append(lines[index] as string, lines[index + 1] as string);
  }
  return headers;
}

/**
 * What starts the tasks that come after the answer. A host that can wait is told at once that there is something to wait
 * for: a stream too, whose source would hear of nothing any more when its client goes.
 */
function held(app: Application, { waitUntil }: Delivery, outgoing: Outgoing) {
  const { afterSend: tasks } = outgoing;
  const start = () => tasks && app.background.start(tasks);
  if (waitUntil === undefined || !(tasks || !isWhole(outgoing))) return tasks && (() => void start());
  const done = Promise.withResolvers<void>();
  waitUntil(done.promise);
  return (closing?: unknown) => done.resolve(Promise.allSettled([start(), closing]).then(() => undefined));
}

function isWhole(outgoing: Outgoing): outgoing is WholeOutgoing {
  const { body } = outgoing;
  return typeof body === "string" || body === null || body instanceof Uint8Array;
}

/** Who hears how a stream goes out, and who may end it. */
interface StreamEnds {
  /** Called once, at its end, or when the client gives it up, and then with what waits for the source to close. */
  readonly sent: (whole: boolean, closing?: unknown) => void;
  /** Called when its source failed. */
  readonly failed: (error: unknown) => void;
  readonly gone: AbortSignal | undefined;
}

function streamOf(
  body: AsyncIterable<Uint8Array>,
  { sent, failed, gone }: StreamEnds,
): ReadableStream<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  let ended = false;
  const end = (whole: boolean, closing?: unknown) => {
    ended = true;
    sent(whole, closing);
  };
  const giveUp = async () => {
    if (ended) return;
    const closed = Promise.withResolvers<unknown>();
    // The signal first: the source may wait for just that.
    end(false, closed.promise);
    closed.resolve(pieces.return?.());
    await closed.promise;
  };
  gone?.addEventListener("abort", () => void giveUp().catch(() => undefined), { once: true });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (ended) return;
          if (!done) return controller.enqueue(value);
          controller.close();
          end(true);
        } catch (error) {
          if (ended) return;
          failed(error);
          controller.error(error);
          end(false);
        }
      },
      cancel: giveUp,
    },
    // Nothing is pulled ahead: an answer that nobody reads opens no file.
    { highWaterMark: 0 },
  );
}
