// Whether an insert only happens while its table is empty: `if (await db.query("t").first()) return;` before it.
import type { BranchPoint, Facts, ReadOccurrence, WriteOccurrence } from "../evaluate/facts.ts";
import { optionsOf, type Value } from "../evaluate/values.ts";

/** A second run of the function inserts nothing. */
export function isFirstFill(facts: Facts, write: WriteOccurrence): boolean {
  return (
    write.kind === "insert" &&
    write.branches.some(
      ({ holds }: BranchPoint) =>
        holds !== undefined && showsNone(facts, write.table, holds.condition, !holds.negated),
    )
  );
}

/** Whether a condition being true (or false) says that a table has no documents. */
function showsNone(facts: Facts, table: string, condition: Value, isTrue: boolean): boolean {
  switch (condition.k) {
    case "row":
    case "count":
      return !isTrue && areOfAll(facts, table, condition.reads);
    case "union": {
      const options = optionsOf(condition).filter(
        (option) => option.k !== "const" || Boolean(option.value),
      );
      return options.length > 0 && options.every((item) => showsNone(facts, table, item, isTrue));
    }
    case "logic":
      if (condition.op === "not")
        return condition.parts.some((part) => showsNone(facts, table, part, !isTrue));
      return (
        (condition.op === "and") === isTrue &&
        condition.parts.some((part) => showsNone(facts, table, part, isTrue))
      );
    case "compare": {
      const { op, left, right } = condition;
      if (right.k !== "const") return false;
      const isEqual = (op === "eq" && isTrue) || (op === "neq" && !isTrue);
      const reads = optionsOf(left).flatMap((item) =>
        item.k === "row" || item.k === "count" ? item.reads : [],
      );
      if (reads.length === 0 || !areOfAll(facts, table, reads)) return false;
      if (right.value === null || right.value === undefined) return isEqual;
      const isMore = (op === "gt" && right.value === 0) || (op === "gte" && right.value === 1);
      return (right.value === 0 && isEqual) || (isMore && !isTrue);
    }
    default:
      return false;
  }
}

/** The reads go over the whole table, so that finding nothing means there is nothing. */
function areOfAll(facts: Facts, table: string, reads: readonly string[]): boolean {
  return (
    reads.length > 0 &&
    reads.every((id) => {
      const read: ReadOccurrence | undefined = facts.reads.get(id);
      return (
        read !== undefined &&
        read.source === "query" &&
        read.state.table === table &&
        !read.state.uncertain &&
        read.state.source !== "search" &&
        read.state.eq.length === 0 &&
        read.state.range === null &&
        read.state.filters.length === 0
      );
    })
  );
}
