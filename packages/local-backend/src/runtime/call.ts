// One function call under way: what its system calls are answered from. Nested calls have a Call each and share a RootCall.
import type { Identity } from "../auth/identity.ts";
import { UserError } from "../database/errors.ts";
import type { Transaction } from "../database/transaction.ts";
import type { ComponentPath } from "./analysis.ts";
import type { DeployedApp, DeployedFunction } from "./deployed-app.ts";
import type { FunctionRequest } from "./function-runner.ts";
import type { LogLines } from "./log-lines.ts";

/** What a call and all calls nested in it share. */
export interface RootCall {
  tx: Transaction;
  deployment: DeployedApp;
  request: FunctionRequest;
  logLines: LogLines;
  usedIdentity: boolean;
  /** Milliseconds since 1970, what `Date.now()` is. */
  startedAt: number;
  /** Milliseconds spent answering system calls. */
  systemTimeMs: number;
  /** A fault of the server while answering; the call fails with it. */
  internalError: { error: unknown } | null;
  /** Read calls' places in the code, if somebody wants them. */
  wantsCallSites: boolean;
}

export interface Call {
  root: RootCall;
  kind: "query" | "mutation";
  fn: DeployedFunction;
  component: ComponentPath;
  identity: Identity | null;
  identityError: string | null;
  /** 0 for the root. */
  depth: number;
}

export const maximumDepth = 8;
const maximumSystemTimeMs = 15_000;

/** Identity is kept within the app only; a call into or out of a component is nobody's. */
export function nestedIdentity(
  call: Pick<Call, "component" | "identity" | "identityError">,
  target: ComponentPath,
): { identity: Identity | null; identityError: string | null } {
  if (call.component === "" && target === "") {
    return { identity: call.identity, identityError: call.identityError };
  }
  return { identity: null, identityError: null };
}

/** @throws UserError once system calls have taken too long in sum */
export function checkSystemTime(root: RootCall): void {
  if (root.systemTimeMs > maximumSystemTimeMs) {
    throw new UserError("Your request timed out performing too many system operations.", {
      code: "SystemTimeoutError",
    });
  }
}
