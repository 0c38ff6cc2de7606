import type { Supervision } from "../inspection.ts";

/** What a worker is to do. */
export interface WorkerTask {
  readonly file: string;
  readonly address: Supervision["address"];
  /** Whether it tells which files it imports. */
  readonly watches: boolean;
}

/** What a worker tells. */
export type WorkerMessage =
  | { readonly responder: "listening"; readonly url: string }
  | { readonly responder: "imported"; readonly path: string };

/** What a worker is told. `grace`: milliseconds for what is under way, when it is not to take the usual time. */
export interface StopMessage {
  readonly responder: "stop";
  readonly grace?: number;
}

/** The application may send and receive messages of its own over the same channel. */
export function isWorkerMessage(message: unknown): message is WorkerMessage {
  return ["listening", "imported"].includes(kindOf(message));
}

export function isStop(message: unknown): message is StopMessage {
  return kindOf(message) === "stop";
}

function kindOf(message: unknown): string {
  return typeof message === "object" && message !== null && "responder" in message
    ? String(message.responder)
    : "";
}
