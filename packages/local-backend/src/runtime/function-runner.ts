// The interface of the part that runs functions: what is asked of it and what comes back. `createRunner` implements it.
import type { Identity } from "../auth/identity.ts";
import type { ReadSet } from "../database/read-set.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Json, JsonText } from "../values/json.ts";
import type { Analysis, ComponentPath, FunctionKind } from "./analysis.ts";
import type { AppBundle } from "./app-bundle.ts";

/** A call of a function. */
export interface FunctionRequest {
  /** As the caller wrote it: `dir/file:fn`, `dir/file.js:fn`, `dir/file` (the default export). */
  path: string;
  /** Default `""`, the app. */
  component?: ComponentPath;
  /** The arguments object, encoded; a one-element array holding it is accepted too. */
  args: Json;
  identity: Identity | null;
  /** Set when a token came that did not verify: `getUserIdentity()` throws this text. */
  identityError?: string;
  /** `public` finds public functions only; `internal` (scheduler, crons) and `admin` find all. */
  caller: "public" | "internal" | "admin";
  /** 16 hex digits; the runner never puts it into messages. */
  requestId: string;
  ip?: string | null;
  userAgent?: string | null;
  scheduledFunctionId?: string;
  /** Queries only: the journal of an earlier run. */
  journal?: string | null;
  /** What `getRequestMetadata().authToken` gives. */
  authToken?: string | null;
}

/**
 * A call that failed. `errorMessage` is complete but for the `[Request ID: …] Server Error` line: `Uncaught Error: …` with
 * frames for what user code threw, the bare text for what it did not.
 */
export interface Failure {
  ok: false;
  errorMessage: string;
  /** Only when a ConvexError was thrown; absent otherwise, never `null` for "none". */
  errorData?: Json;
  logLines: string[];
  /** Queries: what was read until then, so that a failed live query is run again when it changes. */
  readSet?: ReadSet;
  usedIdentity?: boolean;
  journal?: string | null;
  /** `internal` is a fault of the server, not of the function: retry or answer 5xx. */
  kind: "user" | "internal";
  /** Of an internal failure, for the log; never for a client. */
  cause?: unknown;
}

export interface QueryDone {
  ok: true;
  value: JsonText;
  logLines: string[];
  journal: string | null;
  readSet: ReadSet;
  /** Whether the function asked who is calling; if not, the result is the same for everybody. */
  usedIdentity: boolean;
  /** Snapshot that was read, nanoseconds. */
  timestamp: bigint;
}

/** A mutation that ran and is about to commit. */
export interface MutationDone {
  value: JsonText;
  logLines: string[];
}

export type QueryOutcome = QueryDone | Failure;
export type MutationOutcome =
  { ok: true; value: JsonText; timestamp: bigint; logLines: string[] } | Failure;
export type ActionOutcome = { ok: true; value: JsonText; logLines: string[] } | Failure;

export interface MutationRequest extends FunctionRequest {
  /** Runs after the function, before the commit, in its transaction: what it writes commits with the function's own writes. */
  beforeCommit?: (tx: Transaction, done: MutationDone) => void;
  /** Runs before the function, in its transaction: the scheduler marks its job `inProgress` here. */
  afterBegin?: (tx: Transaction) => void;
}

export interface HttpActionOptions {
  identity: Identity | null;
  identityError?: string;
  requestId?: string;
  ip?: string | null;
  userAgent?: string | null;
  authToken?: string | null;
}

/** A function found by its path. */
export interface FoundFunction {
  /** Canonical, `dir/file:fn`. */
  path: string;
  component: ComponentPath;
  kind: FunctionKind;
  visibility: "public" | "internal";
}

export interface FunctionRunner {
  /** From now on calls run this; calls under way finish on what they started with. */
  deploy(bundle: AppBundle, analysis: Analysis): void;
  /** What is deployed, `null` before the first {@link deploy}. */
  readonly analysis: Analysis | null;
  /** The function at a path, whatever its visibility, or `null`. Needs no JavaScript to run. */
  find(path: string, component?: ComponentPath): FoundFunction | null;
  /** Runs to its end before it returns. Never throws for what a function does. */
  runQuery(request: FunctionRequest): QueryOutcome;
  /** Same as {@link runQuery}, for several at once on one snapshot, cheaper than one by one. Order is kept. */
  runQueries(requests: FunctionRequest[]): QueryOutcome[];
  /** The function runs and its commit is ordered before this returns; the promise fulfils when the commit is durable. */
  runMutation(request: MutationRequest): Promise<MutationOutcome>;
  runAction(request: FunctionRequest): Promise<ActionOutcome>;
  /** Runs whichever kind the path names. */
  runAny(request: FunctionRequest): Promise<QueryOutcome | MutationOutcome | ActionOutcome>;
  /**
   * Answers a request to the site address: finds the route (404 texts included), runs the http action, gives its response
   * with the body streaming. `request.url`'s path is taken as it stands: strip any mount such as `/http` before. Never throws.
   */
  runHttpAction(request: Request, options: HttpActionOptions): Promise<Response>;
  /** Stops workers; calls under way fail. */
  close(): Promise<void>;
}

/** One read of an execution, summed by place in the code. */
export interface ObservedRead {
  component: ComponentPath;
  table: string;
  /** `by_id` for `db.get`. */
  index: string;
  kind: "get" | "range" | "page" | "search" | "vector";
  /** Fields and comparisons, such as `userId Eq, age Gt`; empty for a full scan. Never values. */
  range: string;
  order: "asc" | "desc";
  /** How often this read was made. */
  count: number;
  /** Read in sum, those that a filter dropped included. */
  documents: number;
  /** Handed to the function. */
  returned: number;
  bytes: number;
  /** `../convex/file.ts:line:column`, with {@link RunnerOptions.callSites}; else `null`. */
  callSite: string | null;
}

/** What {@link RunnerOptions.onExecution} is told after each call, nested calls included in their root. */
export interface Execution {
  path: string;
  component: ComponentPath;
  kind: FunctionKind | "httpAction";
  requestId: string;
  caller: FunctionRequest["caller"];
  /** Milliseconds since 1970. */
  startedAt: number;
  durationMs: number;
  ok: boolean;
  /** The failure's text, if it failed. */
  errorMessage?: string;
  logLines: string[];
  documentsRead: number;
  bytesRead: number;
  documentsWritten: number;
  bytesWritten: number;
  readonly reads: ObservedRead[];
}
