// `npm start`: installs and builds what is missing, starts the table on one port, and says where to open it.
import { parseArgs } from "node:util";
import { networkInterfaces } from "node:os";
import { join, resolve } from "node:path";
import { buildAll } from "./build.mjs";
import { ensureInstalled, root } from "./install.mjs";

const usage = `Usage: npm start -- [--port N] [--data DIR] [--host ADDRESS]

  --port N        the port to serve on (default 3210; 0 picks a free one)
  --data DIR      where the table's data lies (default .torchkeeper in this folder)
  --host ADDRESS  the address to listen on (default 0.0.0.0: this machine and its network;
                  127.0.0.1: this machine only)`;

const options = readOptions();
ensureInstalled();
await buildAll({ onlyStale: true, only: ["local backend", "web app"] });

const { startBackend } = await import("../packages/local-backend/dist/index.js");
const backend = await startBackend({
  functions: join(root, "convex"),
  data: options.data,
  port: options.port,
  host: options.host,
  web: join(root, "dist", "web"),
}).catch((error) => fail(error instanceof Error ? error.message : String(error)));

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    backend.close().then(
      () => process.exit(0),
      (error) => fail(`Stopping failed: ${error}`),
    );
  });
}

await backend
  .runFunction("content:seed", {})
  .catch((error) =>
    fail(`Loading the bestiary failed: ${error instanceof Error ? error.message : error}`),
  );
await announce();

/** Tells a person three things: where to open it, where the data is, how to stop it. */
async function announce() {
  const { port } = new URL(backend.url);
  const phones = ["127.0.0.1", "localhost"].includes(options.host) ? [] : lanAddresses();
  const lines = ["", `ready on http://127.0.0.1:${port}`, ""];
  if (phones.length > 0) {
    const { renderUnicodeCompact } = await import("uqr");
    const address = `http://${phones[0]}:${port}`;
    lines.push(`Phones on the same network: ${address}`, "", renderUnicodeCompact(address), "");
  }
  lines.push(`Data: ${options.data}`, "Stop with Ctrl-C.", "");
  console.log(lines.join("\n"));
}

/** IPv4 addresses of this machine that others on its network can reach. */
function lanAddresses() {
  return Object.values(networkInterfaces())
    .flat()
    .filter((address) => address?.family === "IPv4" && !address.internal)
    .map((address) => address.address);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: "3210" },
        data: { type: "string", default: join(root, ".torchkeeper") },
        host: { type: "string", default: "0.0.0.0" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Error(`--port is "${values.port}"; expected a number from 0 to 65535`);
    return { port, data: resolve(values.data), host: values.host };
  } catch (error) {
    fail(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
