// What the main thread and an action worker say to each other.
import type { CompiledModule } from "./analysis.ts";
import type { GuestFailure } from "./guest/realm-host.ts";
import type { DescribedExports } from "./guest/module-exports.ts";

/** `workerData` of an action worker. */
export interface WorkerSetUp {
  /** `isolate` hides Node from the modules. */
  runtime: "isolate" | "node";
  /** Definition path and its modules. */
  definitions: [string, CompiledModule[]][];
  /** Where packages outside the bundle are looked up; `null`: nowhere. */
  nodeModulesRoot: string | null;
  /** Only load these modules of the app, answer with one message of `AnalyzedInWorker[]`, and do nothing else. */
  analyze?: string[];
  /** Variables while modules load. */
  environment: Readonly<Record<string, string>>;
}

export type AnalyzedInWorker =
  | { ok: true; path: string; exports: DescribedExports }
  | { ok: false; path: string; failure: GuestFailure };

/** A call, an answer to a system call, or a request to give up. */
export type ToWorker =
  | {
      type: "call";
      id: number;
      component: string;
      definitionPath: string;
      module: string;
      exportName: string;
      requestId: string;
      argsText: string;
      environment: Readonly<Record<string, string>>;
    }
  | {
      type: "http";
      id: number;
      component: string;
      definitionPath: string;
      environment: Readonly<Record<string, string>>;
      request: WorkerRequest;
    }
  | { type: "answer"; id: number; sequence: number; answer: SyscallAnswer }
  | { type: "ping" };

export interface WorkerRequest {
  url: string;
  /** Path that is looked up in the router: that of `url` without mounts. */
  routedPath: string;
  method: string;
  headers: [string, string][];
  body: Uint8Array | null;
}

export type SyscallAnswer =
  | { ok: true; value: string }
  | { ok: true; bytes: Uint8Array | null; contentType: string | null }
  /** `data` is JSON text of a ConvexError's data. */
  | { ok: false; message: string; data: string | null };

export type FromWorker =
  | { type: "ready" }
  | { type: "pong" }
  | { type: "syscall"; id: number; sequence: number; operation: string; argsText: string }
  | {
      type: "storeBlob";
      id: number;
      sequence: number;
      content: Uint8Array;
      contentType: string | null;
      sha256: string | null;
    }
  | { type: "getBlob"; id: number; sequence: number; storageId: string }
  | { type: "log"; id: number; level: string; text: string }
  | { type: "done"; id: number; value: string }
  | { type: "failed"; id: number; failure: GuestFailure }
  /** The head of an http response; `hasBody` announces chunks. */
  | {
      type: "response";
      id: number;
      status: number;
      headers: [string, string][];
      hasBody: boolean;
    }
  | { type: "chunk"; id: number; content: Uint8Array }
  | { type: "end"; id: number }
  /** No route for this request. */
  | { type: "noRoute"; id: number };
