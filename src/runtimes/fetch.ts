import { HTTPError } from "../http/errors.ts";
import type { Outgoing, OutgoingBody } from "../http/transport.ts";
import { inWorker } from "../http/worker.ts";
import type { FetchIncoming } from "./fetch-incoming.ts";
import { arrangementOf } from "./in-process.ts";
import type { FetchPlatform } from "./platform.ts";
import type { Application } from "./server.ts";

/** One Fetch request on its way, and who wants to know how its answer goes out. */
interface Delivery {
  readonly request: Request;
  readonly incoming: FetchIncoming;
  readonly waitUntil?: FetchPlatform["waitUntil"] | undefined;
  /** Called when there is no more to send, or nobody who wants it. */
  readonly sent?: () => void;
}

/** Answers one Fetch request. It neither throws nor rejects. */
export function answerFetch(app: Application, delivery: Delivery): Response | Promise<Response> {
  const outgoing = app.pipeline.handle(delivery.incoming);
  return outgoing instanceof Promise
    ? outgoing.then((ready) => finish(app, delivery, ready))
    : finish(app, delivery, outgoing);
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
  const { status, headers, body } = outgoing;
  const fields = new Headers();
  for (let index = 0; index < headers.length; index += 2) {
    fields.append(headers[index] as string, headers[index + 1] as string);
  }
  const sent = (whole: boolean, closing?: unknown) => {
    delivery.incoming.settle(whole);
    atTheEnd?.(closing);
    delivery.sent?.();
  };
  if (!isStream(body)) {
    sent(true);
    return new Response(body as string | Uint8Array<ArrayBuffer> | null, { status, headers: fields });
  }
  const failed = (error: unknown) => {
    // The client's own fault, such as a body that it did not finish, is no news.
    if (error instanceof HTTPError && error.statusCode < 500) return;
    app.context.logger.error("A streamed body failed, and the connection was cut", error);
  };
  // A Worker says in this way alone that the client has gone.
  const gone = inWorker() ? delivery.request.signal : undefined;
  return new Response(streamOf(body, { sent, failed, gone }), { status, headers: fields });
}

/**
 * What starts the tasks that come after the answer. A host that can wait is told at once that there is something to wait
 * for: a stream too, whose source would hear of nothing any more when its client goes.
 */
function held(app: Application, { waitUntil }: Delivery, { afterSend: tasks, body }: Outgoing) {
  const start = () => tasks && app.background.start(tasks);
  if (waitUntil === undefined || !(tasks || isStream(body))) return tasks && (() => void start());
  const done = Promise.withResolvers<void>();
  waitUntil(done.promise);
  return (closing?: unknown) => done.resolve(Promise.allSettled([start(), closing]).then(() => undefined));
}

function isStream(body: OutgoingBody): body is AsyncIterable<Uint8Array> {
  return body !== null && typeof body === "object" && !(body instanceof Uint8Array);
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
