// `ctx.scheduler` in functions: rows of `_scheduled_functions` that the scheduler runs when they are due.
import { UserError } from "../database/errors.ts";
import type { Transaction } from "../database/transaction.ts";
import { valueSize } from "../values/canonical.ts";
import { decodeDocumentId } from "../values/document-id.ts";
import { isJsonObject, type JsonObject } from "../values/json.ts";
import type { ComponentPath } from "./analysis.ts";
import { numberArgument, textArgument } from "./arguments.ts";
import type { DeployedApp } from "./deployed-app.ts";
import { parseFunctionPath, printModulePath } from "./function-path.ts";

const table = "_scheduled_functions";
const tableNumber = 539;
const fiveYearsMs = 5 * 365 * 24 * 60 * 60_000;

export interface Scheduling {
  tx: Transaction;
  deployment: DeployedApp;
  /** Whose table takes the row. */
  component: ComponentPath;
  /** Milliseconds since 1970. */
  now: number;
  /** The scheduled function that this call is part of. */
  scheduledFunctionId: string | undefined;
}

/**
 * Adds a row. Its hidden field `component` says where the function lives, which need not be where the row is.
 *
 * @returns the new row's id
 * @throws UserError with Convex's texts
 */
export function scheduleCall(scheduling: Scheduling, args: JsonObject, api: string): string {
  const { tx, deployment, component, now } = scheduling;
  const target = deployment.resolve(component, args, api);
  const scheduledTime = numberArgument(args, "ts", api) * 1_000;
  if (!Number.isFinite(scheduledTime) || Math.abs(scheduledTime - now) > fiveYearsMs) {
    const direction = scheduledTime < now ? "past" : "future";
    throw new UserError(
      `Invalid argument \`ts\` for \`${api}\`: ${printTime(scheduledTime)} is more than 5 years in the ${direction}`,
    );
  }
  const parsed = parseFunctionPath(target.path);
  if (parsed === null || !deployment.hasModule(target.component, parsed.module)) {
    throw new UserError(
      `Attempted to schedule function at nonexistent path: ${parsed?.module.replace(/\.js$/, "") ?? target.path}`,
    );
  }
  const found = deployment.find(target.component, target.path);
  if (found === null || (target.publicOnly && found.visibility === "internal")) {
    throw new UserError(
      `Attempted to schedule function, but no exported function ${parsed.name} found in the file: ${parsed.module}. Did you forget to export it?`,
    );
  }
  if (found.kind === "query") {
    throw new UserError(
      `Unsupported function type. ${printModulePath(parsed)} is a query: only mutations and actions can be scheduled.`,
    );
  }
  const value = args["args"] ?? {};
  const callArgs = Array.isArray(value) ? value : [value];
  tx.countUsage("functionsScheduled", 1);
  tx.countUsage("scheduledFunctionArgsBytes", valueSize(callArgs));

  const isCanceled = isParentCanceled(scheduling);
  return tx.system.insert(component, table, {
    name: printModulePath(parsed),
    args: callArgs,
    scheduledTime,
    state: { kind: isCanceled ? "canceled" : "pending" },
    ...(isCanceled ? { completedTime: now } : {}),
    component: target.component,
  });
}

/** What a cancelled action schedules is created cancelled. */
function isParentCanceled({ tx, component, scheduledFunctionId }: Scheduling): boolean {
  if (scheduledFunctionId === undefined) return false;
  const state = tx.system.get(component, table, scheduledFunctionId)?.["state"];
  return isJsonObject(state) && state["kind"] === "canceled";
}

/** @throws UserError when the id is not one of a scheduled function */
export function cancelCall(scheduling: Scheduling, args: JsonObject, api: string): void {
  const { tx, component, now, scheduledFunctionId } = scheduling;
  const id = textArgument(args, "id", api);
  if (decodeDocumentId(id)?.tableNumber !== tableNumber) {
    throw new UserError(
      `Invalid scheduled function ID. \`${api}\` takes an Id<"_scheduled_functions">, as \`scheduler.runAfter\` and \`scheduler.runAt\` give it; got ${JSON.stringify(id)}.`,
    );
  }
  const row = tx.system.get(component, table, id);
  const state = row?.["state"];
  const kind = isJsonObject(state) ? state["kind"] : undefined;
  if (kind !== "pending" && kind !== "inProgress") return;
  if (
    id === scheduledFunctionId &&
    tx.kind === "mutation" &&
    kind === "inProgress" &&
    isMutation(scheduling, row)
  ) {
    throw new UserError("A mutation cannot cancel itself");
  }
  tx.system.patch(component, table, id, { state: { kind: "canceled" }, completedTime: now });
}

function isMutation({ deployment, component }: Scheduling, row: JsonObject | null): boolean {
  const name = row?.["name"];
  const target = row?.["component"];
  if (typeof name !== "string") return false;
  const found = deployment.find(typeof target === "string" ? target : component, name);
  return found?.kind === "mutation";
}

function printTime(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : String(ms);
}
