// The HTTP port: opened before anything else, so that a taken port is known at once and the address is; serves once told how.
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { Server, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface Listener {
  readonly port: number;
  /** From now on requests, also those that came before and waited, are answered by `app`. */
  serve(app: Hono, upgrade: Upgrade | null): void;
  /** Stops taking connections; requests under way get `graceMs` to end. */
  close(graceMs: number): Promise<void>;
}

/** The port cannot be had; `message` says why and what to do. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** @throws (rejects) ListenError */
export async function openListener(host: string, port: number): Promise<Listener> {
  let becomeReady: (app: Hono) => void = () => undefined;
  const ready = new Promise<Hono>((resolve) => (becomeReady = resolve));
  const server = createAdaptorServer({
    fetch: async (request, bindings) => (await ready).fetch(request, bindings),
    overrideGlobalObjects: false,
  });
  if (!(server instanceof Server)) throw new TypeError("expected a plain HTTP server");
  let upgrade: Upgrade | null = null;
  const sockets = new Set<Duplex>();
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    void ready.then(() => {
      if (upgrade === null) socket.destroy();
      else upgrade(request, socket, head);
    });
  });
  // Files and slow phones take their time; dead connections are found by the kernel.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new TypeError("expected a TCP address");
  let closing: Promise<void> | null = null;
  const close = async (graceMs: number) => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const timer = setTimeout(() => {
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    await closed;
    clearTimeout(timer);
  };
  return {
    port: address.port,
    serve(app, onUpgrade) {
      upgrade = onUpgrade;
      becomeReady(app);
    },
    close(graceMs) {
      closing ??= close(graceMs);
      return closing;
    },
  };
}

function explain(error: Error, host: string, port: number): ListenError {
  const code = "code" in error ? error.code : null;
  const where = `${host}:${port}`;
  const reason =
    code === "EADDRINUSE"
      ? `Port ${port} is in use by another program. Stop it, or choose another port (--port N; 0 picks a free one).`
      : code === "EACCES"
        ? `Port ${port} needs administrator rights. Choose a port from 1024 up (--port N).`
        : code === "EADDRNOTAVAIL" || code === "ENOTFOUND"
          ? `This machine has no address "${host}". Choose another with --host, such as 127.0.0.1 or 0.0.0.0.`
          : `Cannot listen on ${where}: ${error.message}`;
  return new ListenError(reason, { cause: error });
}
