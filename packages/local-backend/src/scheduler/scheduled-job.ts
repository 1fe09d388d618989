// Rows of `_scheduled_functions` as the scheduler reads and changes them.
//
//   pending ─▶ inProgress ─▶ success | failed        pending | inProgress ─▶ canceled
import type { Transaction } from "../database/transaction.ts";
import { isJsonObject, type Json, type JsonObject } from "../values/json.ts";

export const scheduledTable = "_scheduled_functions";

export type JobState = "pending" | "inProgress" | "success" | "failed" | "canceled";

export type ScheduledJob = {
  readonly id: string;
  /** Whose table holds the row. */
  readonly component: string;
  /** Where the function lives; usually the same. */
  readonly target: string;
  /** `dir/file.js:fn` */
  readonly path: string;
  /** One-element array with the arguments object. */
  readonly args: Json;
  /** ms since 1970 */
  readonly scheduledTime: number;
  readonly state: JobState;
};

/** The row as a job. @throws TypeError if it is none: the data folder is damaged */
export function toJob(component: string, row: JsonObject): ScheduledJob {
  const { _id: id, name, args, scheduledTime, state, component: target } = row;
  const kind = isJsonObject(state) ? state["kind"] : undefined;
  if (typeof id !== "string" || typeof name !== "string" || typeof scheduledTime !== "number") {
    throw new TypeError(
      `a row of ${scheduledTable} is damaged: ${JSON.stringify(row).slice(0, 200)}`,
    );
  }
  return {
    id,
    component,
    target: typeof target === "string" ? target : component,
    path: name,
    args: args ?? [{}],
    scheduledTime,
    state: isJobState(kind) ? kind : "canceled",
  };
}

/** The job as it stands in `tx`, or `null` if it is gone. */
export function findJob(tx: Transaction, component: string, id: string): ScheduledJob | null {
  const row = tx.system.get(component, scheduledTable, id);
  return row === null ? null : toJob(component, row);
}

export function setInProgress(tx: Transaction, job: ScheduledJob): void {
  tx.system.patch(job.component, scheduledTable, job.id, { state: { kind: "inProgress" } });
}

export function setFinished(
  tx: Transaction,
  job: ScheduledJob,
  state: { kind: "success" } | { kind: "failed"; error: string },
  now: number,
): void {
  tx.system.patch(job.component, scheduledTable, job.id, {
    state: { ...state },
    completedTime: now,
  });
}

function isJobState(kind: Json | undefined): kind is JobState {
  return (
    kind === "pending" ||
    kind === "inProgress" ||
    kind === "success" ||
    kind === "failed" ||
    kind === "canceled"
  );
}
