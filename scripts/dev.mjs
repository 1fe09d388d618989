// `npm run dev`: the backend with reloading functions on one port, Vite with hot reloading in front of it.
import { join } from "node:path";
import { buildAll } from "./build.mjs";
import { ensureInstalled, root } from "./install.mjs";

ensureInstalled();
await buildAll({ onlyStale: true, only: ["local backend"] });

const { startBackend } = await import("../packages/local-backend/dist/index.js");
const backend = await startBackend({
  functions: join(root, "convex"),
  data: join(root, ".torchkeeper"),
  port: 3210,
  host: "127.0.0.1",
  watch: true,
});
await backend.runFunction("content:seed", {});

const { createServer } = await import("vite");
const vite = await createServer({
  root: join(root, "web"),
  configFile: join(root, "vite.config.ts"),
});
await vite.listen();
console.log(`\nfunctions: ${backend.url}`);
vite.printUrls();

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    Promise.all([vite.close(), backend.close()]).then(() => process.exit(0));
  });
}
