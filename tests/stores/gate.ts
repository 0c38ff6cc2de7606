import { connect, createServer, type Server, type Socket } from "node:net";

/** What stands between an application and its store, and can be shut. */
export class Gate {
  readonly #server: Server;
  readonly #target: { host: string; port: number };
  readonly #sockets = new Set<Socket>();
  #state: "open" | "shut" | "silent" = "open";

  private constructor(server: Server, target: { host: string; port: number }) {
    this.#server = server;
    this.#target = target;
    server.on("connection", (socket) => this.#pass(socket));
  }

  /** Opens a gate before the server at `url`. */
  static async before(url: string): Promise<Gate> {
    const { hostname, port } = new URL(url);
    const server = createServer();
    const gate = new Gate(server, { host: hostname, port: Number(port) });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return gate;
  }

  /** The same address, through the gate. */
  through(url: string): string {
    const { port } = this.#server.address() as { port: number };
    const changed = new URL(url);
    changed.hostname = "127.0.0.1";
    changed.port = String(port);
    return changed.href;
  }

  open(): void {
    if (this.#state === "silent") this.#cut();
    this.#state = "open";
  }

  /** Cuts every connection, and refuses new ones: as a server that was stopped. */
  shut(): void {
    this.#state = "shut";
    this.#cut();
  }

  /** Lets nothing through and says nothing: as a network that lost its way. */
  silence(): void {
    this.#state = "silent";
    for (const socket of this.#sockets) socket.pause();
  }

  async close(): Promise<void> {
    this.#cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(socket: Socket): void {
    this.#keep(socket);
    if (this.#state === "shut") return void socket.destroy();
    if (this.#state === "silent") return void socket.pause();
    const onward = connect(this.#target);
    this.#keep(onward);
    socket.on("data", (data) => this.#state === "open" && onward.write(data));
    onward.on("data", (data) => this.#state === "open" && socket.write(data));
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on("close", () => other.destroy());
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
