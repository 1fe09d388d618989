// WebSockets of the sync protocol: accepts them, keeps them alive, finds dead ones, and holds back clients that do not read.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { SyncSession, type SessionPeer } from "./session.ts";
import { pingText } from "./server-messages.ts";
import type { SyncDependencies } from "./sync-dependencies.ts";

const MiB = 1024 * 1024;
/** Arguments may be 16 MiB of Convex values, which as JSON text take more. */
const maxMessageBytes = 64 * MiB;
/** With this much waiting to be read by a client, nothing more is taken from it until it reads. */
const maxWaitingBytes = 8 * MiB;
const protocolPingMs = 15_000;
const socketPingMs = 5_000;
const silentMs = 120_000;

export interface SyncServer {
  /** Takes over an HTTP upgrade, or answers it with 404 if its path is not the protocol's. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly socketCount: number;
  /** Lets every session look at its queries again, after a push of code or a change of variables. */
  refreshAll(): void;
  /** Closes every socket; clients come back by themselves when the server does. */
  close(): Promise<void>;
}

export function createSyncServer(dependencies: SyncDependencies): SyncServer {
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
  });
  const connections = new Set<Connection>();
  let stopTicking = () => {};
  const tickLater = () => {
    stopTicking = dependencies.wait(socketPingMs, () => {
      const now = dependencies.now();
      for (const connection of connections) connection.tick(now);
      tickLater();
    });
  };
  tickLater();
  webSockets.on("connection", (socket: WebSocket, request: IncomingMessage) => {
    const connection = new Connection(socket, request, dependencies);
    connections.add(connection);
    socket.on("close", () => connections.delete(connection));
  });
  return {
    handleUpgrade(request, socket, head) {
      const path = (request.url ?? "").split("?")[0] ?? "";
      if (!/^\/api\/(?:[^/]+\/)?sync$/.test(path)) {
        socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
      }
      webSockets.handleUpgrade(request, socket, head, (accepted) => {
        webSockets.emit("connection", accepted, request);
      });
    },
    get socketCount() {
      return connections.size;
    },
    refreshAll() {
      for (const connection of connections) connection.session.scheduleTransition();
    },
    async close() {
      stopTicking();
      for (const connection of connections) connection.leave();
      await new Promise<void>((resolve) => webSockets.close(() => resolve()));
    },
  };
}

class Connection {
  readonly session: SyncSession;
  readonly #socket: WebSocket;
  readonly #now: () => number;
  #lastSentAt: number;
  #lastHeardAt: number;

  constructor(socket: WebSocket, request: IncomingMessage, dependencies: SyncDependencies) {
    this.#socket = socket;
    this.#now = dependencies.now;
    this.#lastSentAt = dependencies.now();
    this.#lastHeardAt = dependencies.now();
    const peer: SessionPeer = {
      send: (text, onWritten) => this.#send(text, onWritten),
      close: (code, reason) => socket.close(code, reason),
      get isCongested() {
        return socket.bufferedAmount >= maxWaitingBytes;
      },
      hold: (isHeld) => {
        if (isHeld === socket.isPaused || socket.readyState !== WebSocket.OPEN) return;
        if (isHeld) socket.pause();
        else socket.resume();
      },
      ip: request.socket.remoteAddress ?? null,
      userAgent: request.headers["user-agent"] ?? null,
    };
    this.session = new SyncSession(dependencies, peer);
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      this.#lastHeardAt = this.#now();
      // A binary message cannot be JSON; the parser says so.
      this.session.receive(isBinary ? "" : data.toString("utf8"));
    });
    socket.on("pong", () => (this.#lastHeardAt = this.#now()));
    socket.on("close", () => this.session.dispose());
    socket.on("error", (error) => {
      dependencies.log.info({ reason: error.message }, "a socket failed");
      socket.terminate();
    });
  }

  tick(now: number): void {
    if (now - this.#lastHeardAt > silentMs) {
      this.#socket.terminate();
      return;
    }
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.ping();
    if (now - this.#lastSentAt >= protocolPingMs) this.#send(pingText);
  }

  leave(): void {
    this.session.dispose();
    this.#socket.close(1001, "the server is stopping");
    // A client that does not answer the close is not waited for.
    setTimeout(() => this.#socket.terminate(), 500).unref();
  }

  #send(text: string, onWritten?: () => void): void {
    this.#lastSentAt = this.#now();
    this.#socket.send(text, () => {
      onWritten?.();
      this.session.proceed();
    });
  }
}
