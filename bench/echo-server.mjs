// The floor of every round trip: a WebSocket server that sends back what it gets.
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
server.on("connection", (socket) => socket.on("message", (data) => socket.send(data.toString())));
server.on("listening", () => console.log(`ready on ws://127.0.0.1:${server.address().port}`));
process.once("SIGTERM", () => process.exit(0));
