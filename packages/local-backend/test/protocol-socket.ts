// A client that speaks the sync protocol by hand, to see and send what the official one never would.
import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into messages freely
export type Message = Record<string, any>;

export class ProtocolSocket {
  readonly socket: WebSocket;
  readonly sessionId: string;
  /** Everything that came, pings left out. */
  readonly received: Message[] = [];
  closed: { code: number; reason: string } | null = null;
  #taken = 0;
  #waiting: (() => void)[] = [];

  private constructor(socket: WebSocket, sessionId: string) {
    this.socket = socket;
    this.sessionId = sessionId;
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString("utf8")) as Message;
      if (message["type"] === "Ping") return;
      this.received.push(message);
      this.#wake();
    });
    socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#wake();
    });
    socket.on("error", () => undefined);
  }

  /** An open socket that has sent nothing yet. */
  static async open(
    url: string,
    options: { sessionId?: string; path?: string } = {},
  ): Promise<ProtocolSocket> {
    const socket = new WebSocket(
      `${url.replace("http", "ws")}${options.path ?? "/api/1.48.0/sync"}`,
    );
    const client = new ProtocolSocket(socket, options.sessionId ?? randomUUID());
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    onTestFinished(() => socket.terminate());
    return client;
  }

  /** An open socket whose session has begun, with an empty query set. */
  static async connect(url: string, options: { sessionId?: string } = {}): Promise<ProtocolSocket> {
    const client = await ProtocolSocket.open(url, options);
    client.sendConnect();
    client.send({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications: [] });
    await client.next("Transition");
    return client;
  }

  sendConnect(extra: Message = {}): void {
    this.send({
      type: "Connect",
      sessionId: this.sessionId,
      connectionCount: 0,
      lastCloseReason: "InitialConnect",
      clientTs: Date.now(),
      ...extra,
    });
  }

  send(message: Message | string): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** The next message not taken yet, of a type or any; skips none. */
  async next(type?: string): Promise<Message> {
    for (;;) {
      const message = this.received[this.#taken];
      if (message !== undefined) {
        this.#taken++;
        if (type !== undefined && message["type"] !== type) {
          throw new Error(`expected ${type}, got ${JSON.stringify(message).slice(0, 500)}`);
        }
        return message;
      }
      if (this.closed !== null)
        throw new Error(`the socket closed: ${JSON.stringify(this.closed)}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Resolves when the server has closed the socket. */
  async end(): Promise<{ code: number; reason: string }> {
    while (this.closed === null) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.closed;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** A wire timestamp as a number that can be compared. */
export function timestampOf(text: string): bigint {
  return Buffer.from(text, "base64").readBigUInt64LE();
}
