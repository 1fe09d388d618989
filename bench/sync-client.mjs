// A minimal speaker of the sync protocol that measures round trips without a client library's own cost.
import { randomUUID } from "node:crypto";
import WebSocket from "ws";

/** Opens a socket to a backend. @param {string} url `http://…` */
export async function connect(url) {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/1.48.0/sync`, {
    perMessageDeflate: false,
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  const waiting = new Map();
  let querySet = 0;
  let nextId = 0;
  const send = (message) => socket.send(JSON.stringify(message));
  const answer = (key) => new Promise((resolve, reject) => waiting.set(key, { resolve, reject }));
  const settle = (key, value, error) => {
    const entry = waiting.get(key);
    if (!entry) return;
    waiting.delete(key);
    if (error) entry.reject(new Error(error));
    else entry.resolve(value);
  };
  socket.on("message", (data) => {
    const message = JSON.parse(data.toString());
    if (message.type === "Transition") {
      for (const change of message.modifications) {
        if (change.type === "QueryUpdated") settle(`query ${change.queryId}`, change.value);
        if (change.type === "QueryFailed")
          settle(`query ${change.queryId}`, null, change.errorMessage);
      }
    } else if (message.type === "MutationResponse") {
      settle(
        `mutation ${message.requestId}`,
        message.result,
        message.success ? undefined : message.result,
      );
    } else if (message.type === "FatalError") {
      for (const key of [...waiting.keys()]) settle(key, null, message.error);
    }
  });
  send({
    type: "Connect",
    sessionId: randomUUID(),
    connectionCount: 0,
    lastCloseReason: "InitialConnect",
    clientTs: Date.now(),
  });
  const modify = (modifications) =>
    send({ type: "ModifyQuerySet", baseVersion: querySet, newVersion: ++querySet, modifications });
  modify([]);
  return {
    /** Subscribes, waits for the first result, unsubscribes. */
    async query(udfPath, args) {
      const queryId = nextId++;
      const result = answer(`query ${queryId}`);
      modify([{ type: "Add", queryId, udfPath, args: [args] }]);
      const value = await result;
      modify([{ type: "Remove", queryId }]);
      return value;
    },
    /** Resolves when the mutation is acknowledged, that is durable. */
    async mutation(udfPath, args) {
      const requestId = nextId++;
      const result = answer(`mutation ${requestId}`);
      send({ type: "Mutation", requestId, udfPath, args: [args] });
      return await result;
    },
    close: () => socket.close(),
  };
}
