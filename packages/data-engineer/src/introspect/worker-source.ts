// The script that runs inside the introspection worker: imports each bundled module and reports what a push would send.

/**
 * Plain JavaScript, written beside the bundle. It gets `workerData.modules`, a list of `{ id, url }`, and posts one
 * message per module: `{ id, schema? , functions?, error? }`, then `{ done: true }`.
 */
export const workerSource = `
import { parentPort, workerData } from "node:worker_threads";

const values = { NODE_ENV: "production", CONVEX_CLOUD_URL: "https://stub.convex.cloud", CONVEX_SITE_URL: "https://stub.convex.site" };
const env = new Proxy({}, {
  get: (_, key) => (typeof key === "string" ? (values[key] ?? "https://stub.invalid") : undefined),
  has: () => true,
});
// What a module does later is no concern of ours.
process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});
// The real process would let a module end this worker or reach the machine.
const refuse = (what) => () => { throw new Error("it calls " + what + " while loading"); };
const silent = { write: () => true, isTTY: false, columns: 80, on: () => silent, once: () => silent, end: () => silent };
const { platform, arch, version, versions, nextTick, hrtime, uptime, memoryUsage } = process;
const plain = {
  env, platform, arch, version, versions, nextTick, hrtime, uptime, memoryUsage,
  argv: ["node", "module"], argv0: "node", execArgv: [], execPath: "node", pid: 1, ppid: 0, title: "node", exitCode: undefined,
  release: { name: "node" }, features: {}, config: { variables: {} }, stdout: silent, stderr: silent, stdin: silent,
  cwd: () => "/", umask: () => 18, emitWarning: () => {}, cpuUsage: () => ({ user: 0, system: 0 }),
  exit: refuse("process.exit"), reallyExit: refuse("process.reallyExit"), abort: refuse("process.abort"),
  kill: refuse("process.kill"), chdir: refuse("process.chdir"),
};
for (const name of ["on", "once", "off", "addListener", "removeListener", "removeAllListeners", "prependListener", "setMaxListeners"])
  plain[name] = () => plain;
plain.emit = () => false;
plain.listeners = () => [];
plain.listenerCount = () => 0;
Object.defineProperty(globalThis, "process", { value: plain, configurable: true, writable: true });
for (const name of ["log", "info", "warn", "error", "debug", "trace", "table", "dir", "group", "time", "timeEnd"]) console[name] = () => {};
globalThis.fetch = () => Promise.reject(new Error("no network while looking at a module"));

const stub = new Proxy(function stub() {}, {
  get(target, key) {
    if (key === "then" || key === "isQuery" || key === "isMutation" || key === "isAction") return undefined;
    if (key === "__isStub" || key === "isConvexValidator") return true;
    if (key === "json") return { type: "any", isStub: true };
    if (key === "isOptional") return "required";
    if (key === "kind") return "any";
    if (key === Symbol.toPrimitive) return () => "stub";
    if (key === Symbol.iterator) return function* () {};
    if (key === "prototype") return target.prototype;
    return stub;
  },
  has: () => false,
  apply: () => stub,
  construct: () => stub,
});
globalThis.__convexStub = stub;
for (const name of ["WebSocket", "EventSource"]) if (name in globalThis) globalThis[name] = stub;

function reasonOf(error) {
  try {
    return String(error instanceof Error ? error.message : error).split("\\n")[0];
  } catch {
    return "it throws something that has no text";
  }
}

function attempt(read) {
  try {
    const text = read();
    return text === undefined || text === null ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}

for (const { id, url, isSchema } of workerData.modules) {
  const report = { id };
  try {
    const module = await import(url);
    if (isSchema) {
      const schema = module.default;
      if (schema === undefined || schema === null || typeof schema.export !== "function" || schema.__isStub)
        throw new Error("its default export is not a schema: expected \`export default defineSchema({…})\`");
      report.schema = JSON.parse(schema.export());
    } else {
      report.functions = [];
      for (const [name, value] of Object.entries(module)) {
        if ((typeof value !== "function" && typeof value !== "object") || value === null || value.__isStub) continue;
        const kind = value.isQuery ? "query" : value.isMutation ? "mutation" : value.isAction ? "action" : value.isHttp ? "httpAction" : null;
        if (kind === null) continue;
        const args = kind === "httpAction" ? undefined : attempt(() => value.exportArgs());
        const returns = kind === "httpAction" ? undefined : attempt(() => value.exportReturns());
        report.functions.push({ name, kind, isPublic: value.isPublic === true, isInternal: value.isInternal === true, args, returns, known: args !== undefined && returns !== undefined });
      }
    }
  } catch (error) {
    report.error = reasonOf(error);
  }
  parentPort.postMessage(report);
}
parentPort.postMessage({ done: true });
`;
