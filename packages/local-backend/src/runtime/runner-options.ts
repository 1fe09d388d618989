// What a runner is given by whoever puts the rooms together.
import type { Database } from "../database/database.ts";
import { machineSlowness } from "./machine-speed.ts";
import type { Json } from "../values/json.ts";
import type { FileStorage } from "./file-storage.ts";
import type { Execution } from "./function-runner.ts";

export interface RunnerOptions {
  database: Database;
  /** The deployment's variables now; read at every call. */
  environment: () => Readonly<Record<string, string>>;
  urls: { cloudUrl: string; siteUrl: string };
  storage: FileStorage;
  /** Signs `ctx.auth.signJwt` tokens; without it the call says that it is not available. */
  signJwt?: (claims: Json, expiresInSeconds: number) => string;
  /** What `ctx.meta.getDeploymentMetadata().name` gives; default `local`. */
  deploymentName?: string;
  /** Milliseconds since 1970; default the machine's clock. */
  clock?: { now(): number };
  /** 16 bytes that seed one execution's randomness; default strong random ones. */
  random?: () => Uint8Array;
  log?: RunnerLog;
  onExecution?: (execution: Execution) => void;
  /** Whether reads tell `onExecution` where in the code they are made; costs a stack trace per system call. */
  callSites?: boolean;
  /** Answers of http actions that failed say no more than the request id. */
  redactErrors?: boolean;
  limits?: Partial<RunnerLimits>;
}

export interface RunnerLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** Times in milliseconds. */
export interface RunnerLimits {
  /** JavaScript of a query or mutation, system calls excluded; Convex allows one second. Measured as the lesser of wall and CPU time, so that a busy machine fails nobody. */
  userTimeMs: number;
  /** Wall time after which the watchdog ends a query or mutation however busy the machine is. */
  watchdogMs: number;
  /** An action in the default runtime. */
  actionTimeMs: number;
  /** A "use node" action. */
  nodeActionTimeMs: number;
  /** Workers kept for actions, per runtime; more calls than that share. */
  actionWorkers: number;
}

/** Convex's times; those of queries and mutations mean the same amount of work on a slower machine. */
export function defaultLimits(): RunnerLimits {
  const slowness = machineSlowness();
  return {
    // Whole milliseconds: the watchdog takes no others.
    userTimeMs: Math.ceil(1_000 * slowness),
    watchdogMs: Math.ceil(5_000 * slowness),
    actionTimeMs: 30 * 60_000,
    nodeActionTimeMs: 10 * 60_000,
    actionWorkers: 4,
  };
}
