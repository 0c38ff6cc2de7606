import { HTTPError } from "../http/errors.ts";
import type { Outgoing, OutgoingBody } from "../http/transport.ts";
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

/** Answers one Fetch request. */
export function answerFetch(app: Application, delivery: Delivery): Response | Promise<Response> {
  const outgoing = app.pipeline.handle(delivery.incoming);
  return outgoing instanceof Promise
    ? outgoing.then((ready) => respond(app, delivery, ready))
    : respond(app, delivery, outgoing);
}

function respond(app: Application, delivery: Delivery, outgoing: Outgoing): Response {
  arrangementOf(delivery.request)?.onAnswer?.(outgoing.reached);
  const startTasks = afterSend(app, delivery, outgoing);
  return toFetchResponse(outgoing, {
    sent: (whole) => {
      delivery.incoming.settle(whole);
      startTasks?.();
      delivery.sent?.();
    },
    failed: (error) => {
      // The client's own fault, such as a body that it did not finish, is no news.
      if (error instanceof HTTPError && error.statusCode < 500) return;
      app.context.logger.error("A streamed body failed, and the connection was cut", error);
    },
  });
}

/** What starts the tasks that come after the answer. A host that can wait is told at once that there will be some. */
function afterSend(app: Application, { waitUntil }: Delivery, { afterSend: tasks }: Outgoing) {
  if (tasks === undefined) return undefined;
  if (waitUntil === undefined) return () => void app.background.start(tasks);
  const done = Promise.withResolvers<void>();
  waitUntil(done.promise);
  return () => done.resolve(app.background.start(tasks));
}

/** Who hears how a body goes out. */
interface Listeners {
  /** Called once, at its end, or when the client gives it up. */
  readonly sent: (whole: boolean) => void;
  /** Called when its source failed after the answer began. */
  readonly failed: (error: unknown) => void;
}

/** A finished answer as a Fetch `Response`. */
function toFetchResponse({ status, headers, body }: Outgoing, listeners: Listeners): Response {
  const fields = new Headers();
  for (let index = 0; index < headers.length; index += 2) {
    fields.append(headers[index] as string, headers[index + 1] as string);
  }
  return new Response(bodyInit(body, listeners), { status, headers: fields });
}

function bodyInit(
  body: OutgoingBody,
  { sent, failed }: Listeners,
): ConstructorParameters<typeof Response>[0] {
  if (body === null || typeof body === "string" || body instanceof Uint8Array) {
    sent(true);
    return body as string | Uint8Array<ArrayBuffer> | null;
  }
  const pieces = body[Symbol.asyncIterator]();
  let givenUp = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (givenUp) return;
          if (!done) return controller.enqueue(value);
          controller.close();
          sent(true);
        } catch (error) {
          if (givenUp) return;
          failed(error);
          controller.error(error);
          sent(false);
        }
      },
      async cancel() {
        givenUp = true;
        sent(false);
        await pieces.return?.();
      },
    },
    // Nothing is pulled ahead: an answer that nobody reads opens no file.
    { highWaterMark: 0 },
  );
}
