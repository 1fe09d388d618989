// A TCP proxy whose connections a test can cut at any moment, as a phone's Wi-Fi does.
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface FlakyProxy {
  readonly url: string;
  /** Ends every connection now; new ones are accepted again. */
  cut(): void;
  /** While true, what the server says does not reach the clients. */
  muted: boolean;
}

export async function flakyProxy(targetUrl: string): Promise<FlakyProxy> {
  const target = new URL(targetUrl);
  const open = new Set<Socket>();
  const state = { muted: false };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (data) => upstream.write(data));
    upstream.on("data", (data) => {
      if (!state.muted) client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a port");
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  onTestFinished(async () => {
    cut();
    await new Promise((resolve) => server.close(resolve));
  });
  return Object.assign(state, { url: `http://127.0.0.1:${address.port}`, cut });
}
