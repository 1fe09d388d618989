// The package's entry: start a backend in this process.
export { startBackend, type Backend, type BackendOptions } from "./server.ts";
export type { ServerLog } from "./server-log.ts";
export type { Execution, ObservedRead } from "./runtime/function-runner.ts";
