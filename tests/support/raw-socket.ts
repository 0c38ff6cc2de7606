import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A bare TCP connection that remembers all it received. */
export class RawConnection {
  readonly socket: Socket;
  #received = "";

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (piece: string) => {
      this.#received += piece;
    });
    // A reset is one of the ways in which a server may end a connection.
    socket.on("error", () => undefined);
  }

  static async to(port: number): Promise<RawConnection> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new RawConnection(socket);
  }

  /** All that came so far, a character a byte. */
  get received(): string {
    return this.#received;
  }

  write(bytes: string | Uint8Array): void {
    this.socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  }

  /** When the received text fulfils `enough`. @throws Error when the connection ends, or `within` is over, before */
  async until(enough: (received: string) => boolean, within = 5_000): Promise<string> {
    const limit = AbortSignal.timeout(within);
    while (!enough(this.#received)) {
      if (this.socket.closed || this.socket.readableEnded)
        throw new Error(`The connection ended after: ${this.#received}`);
      await this.#next(["data", "close", "end"], limit);
      if (limit.aborted) throw new Error(`Nothing more came within ${within} ms after: ${this.#received}`);
    }
    return this.#received;
  }

  /** All that came until the server ended the connection. @throws Error when it does not, within so many milliseconds */
  async ended(within = 5_000): Promise<string> {
    const limit = AbortSignal.timeout(within);
    while (!this.socket.closed && !this.socket.readableEnded) {
      if (limit.aborted)
        throw new Error(`The connection was still open after ${within} ms: ${this.#received}`);
      await this.#next(["close", "end"], limit);
    }
    this.socket.destroy();
    return this.#received;
  }

  destroy(): void {
    this.socket.destroy();
  }

  #next(events: readonly string[], limit: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        for (const event of events) this.socket.off(event, settle);
        limit.removeEventListener("abort", settle);
        resolve();
      };
      for (const event of events) this.socket.on(event, settle);
      limit.addEventListener("abort", settle);
    });
  }
}

/** Sends bytes on a connection of their own, and gives all that comes until the server ends it. */
export async function exchange(port: number, bytes: string | Uint8Array): Promise<string> {
  const connection = await RawConnection.to(port);
  connection.write(bytes);
  return connection.ended();
}

/** The statuses of the answers in a text of them, in order. Bodies must hold no status lines. */
export function statusesOf(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}
