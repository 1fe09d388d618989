// Tells an observer what an execution read and wrote.
import type { Call, RootCall } from "./call.ts";
import { parseFunctionPath, printFunctionPath } from "./function-path.ts";
import type { Execution, MutationOutcome, ObservedRead, QueryOutcome } from "./function-runner.ts";

/** Takes the transaction's counters now, because it ends before the outcome is known. */
export function observe(
  root: RootCall,
  call: Call | undefined,
  onExecution: (execution: Execution) => void,
  now: number,
): (outcome: QueryOutcome | MutationOutcome) => void {
  const { tx, request } = root;
  const usage = tx.usage();
  const records = tx.reads();
  const parsed = parseFunctionPath(request.path);
  return (outcome) =>
    onExecution({
      path: call?.fn.name ?? (parsed === null ? request.path : printFunctionPath(parsed)),
      component: request.component ?? "",
      kind: tx.kind,
      requestId: request.requestId,
      caller: request.caller,
      startedAt: root.startedAt,
      durationMs: now - root.startedAt,
      ok: outcome.ok,
      ...(outcome.ok ? {} : { errorMessage: outcome.errorMessage }),
      logLines: outcome.logLines,
      documentsRead: usage.documentsRead.used,
      bytesRead: usage.bytesRead.used,
      documentsWritten: usage.documentsWritten.used,
      bytesWritten: usage.bytesWritten.used,
      // Summed only for who looks.
      get reads() {
        return sumReads(records);
      },
    });
}

/** Reads of the same kind from the same place in the code become one. */
function sumReads(records: ReturnType<RootCall["tx"]["reads"]>): ObservedRead[] {
  const sums = new Map<string, ObservedRead>();
  for (const record of records) {
    const range = describeRange(record);
    const key = JSON.stringify([
      record.component,
      record.table,
      record.index,
      record.kind,
      record.callSite,
      range,
    ]);
    const known = sums.get(key);
    if (known === undefined) {
      sums.set(key, {
        component: record.component,
        table: record.table,
        index: record.index,
        kind: record.kind,
        range,
        order: record.order,
        count: 1,
        documents: record.documents,
        returned: record.returned,
        bytes: record.bytes,
        callSite: record.callSite,
      });
    } else {
      known.count += 1;
      known.documents += record.documents;
      known.returned += record.returned;
      known.bytes += record.bytes;
    }
  }
  return [...sums.values()];
}

/** Fields and comparisons of a range, without the values: those are user data. */
function describeRange(record: { range: unknown; kind: string }): string {
  if (!Array.isArray(record.range)) return record.range === null ? "" : record.kind;
  return record.range
    .map((step: unknown) => {
      if (typeof step !== "object" || step === null) return "?";
      const type = Reflect.get(step, "type") as unknown;
      const field = Reflect.get(step, "fieldPath") as unknown;
      return `${String(field)} ${String(type)}`;
    })
    .join(", ");
}
