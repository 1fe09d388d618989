// What a read costs: its class, and the most documents it can touch, by Convex's rule that filters run after reading.
import type { Boundness } from "./boundness.ts";
import type { Model, Read } from "./model.ts";

export type CostClass =
  "point" | "bounded" | "page" | "unbounded page" | "range" | "scan" | "search" | "unknown";

export interface Cost {
  class: CostClass;
  /** Most documents read, when a number can be told; "range" and "table" otherwise. */
  documents: number | "range" | "table" | "page" | "argument" | "?";
}

/** Most candidates a search reads. */
const searchCandidates = 1_024;

export function costOf(read: Read, boundness: ReadonlyMap<string, Boundness>): Cost {
  if (read.certainty === "unknown" && read.source !== "get")
    return { class: "unknown", documents: "?" };
  if (read.source === "get") return { class: "point", documents: 1 };
  if (read.source === "search") {
    const { kind, limit } = read.consumer;
    return {
      class: "search",
      documents:
        kind === "take" && typeof limit === "number" && !hasDbFilter(read)
          ? limit
          : searchCandidates,
    };
  }
  const wide = isWide(read);
  const verdict = boundness.get(read.table);
  const span: Cost["documents"] =
    verdict?.kind === "bounded" ? verdict.max : wide ? "table" : "range";
  const rangeClass: CostClass = wide ? "scan" : "range";
  const { kind, limit, endsEarly } = read.consumer;
  const filtered = hasDbFilter(read);
  switch (kind) {
    case "get":
      return { class: "point", documents: 1 };
    case "first":
      return filtered ? { class: rangeClass, documents: span } : { class: "point", documents: 1 };
    case "unique":
      return filtered ? { class: rangeClass, documents: span } : { class: "point", documents: 2 };
    case "take":
      if (filtered) return { class: rangeClass, documents: span };
      return { class: "bounded", documents: typeof limit === "number" ? limit : "argument" };
    case "paginate":
      if (filtered && endsEarly !== true) return { class: "unbounded page", documents: span };
      return { class: "page", documents: typeof limit === "number" ? limit : "page" };
    case "iterate":
    case "collect":
      return { class: rangeClass, documents: span };
    case "escape":
      return { class: "unknown", documents: "?" };
  }
}

export function hasDbFilter(read: Read): boolean {
  return read.residual.some((item) => item.by === "db") || read.parts.filters.length > 0;
}

/** The whole table or index is in the range. */
export function isWide(read: Read): boolean {
  return (
    read.source === "scan" ||
    (read.source === "index" && read.eq.length === 0 && read.range === undefined)
  );
}

const uniqueReads = new WeakMap<Model, Map<string, Read[]>>();

/** Reads by `unique` over equalities alone, by table. */
function uniqueReadsOf(model: Model, table: string): Read[] {
  let byTable = uniqueReads.get(model);
  if (byTable === undefined) {
    byTable = new Map();
    for (const read of model.reads) {
      const isUnique =
        read.source === "index" &&
        read.consumer.kind === "unique" &&
        !hasDbFilter(read) &&
        read.range === undefined &&
        read.eq.length > 0;
      if (!isUnique) continue;
      const list = byTable.get(read.table) ?? [];
      list.push(read);
      byTable.set(read.table, list);
    }
    uniqueReads.set(model, byTable);
  }
  return byTable.get(table) ?? [];
}

/** Whether the range has at most one document: some reader says `unique` over the same equalities. */
export function isUniqueRange(model: Model, read: Read): boolean {
  if (read.eq.length === 0) return false;
  const fields = new Set(read.eq.map((bound) => bound.field));
  return uniqueReadsOf(model, read.table).some((other) =>
    other.eq.every((bound) => fields.has(bound.field)),
  );
}
