// What one function's result is to another that calls it by reference: documents and ids, but none of its reads and arguments.
import { tableOfValidator } from "./argument-types.ts";
import { unknown, union, type Value } from "./values.ts";

const maxDepth = 6;
const fromElsewhere: Value = { k: "unknown", origin: "row" };

/** The reads behind a result belong to the function that made it: the caller's uses say nothing of them. */
export function withoutReads(value: Value, depth = 0): Value {
  if (depth > maxDepth) return unknown;
  const inner = (part: Value) => withoutReads(part, depth + 1);
  switch (value.k) {
    case "const":
      return value.value === null || value.value === undefined ? value : fromElsewhere;
    case "id":
      return { k: "id", table: value.table, origin: "row" };
    case "row":
      return { ...value, reads: [] };
    case "rows":
      return { ...value, reads: [], stages: [], predicates: [], sort: null, cut: false };
    case "field":
      return { ...value, reads: [] };
    case "page": {
      const rows = inner(value.rows);
      return rows.k === "rows" ? { k: "page", rows } : fromElsewhere;
    }
    case "arg": {
      const table = tableOfValidator(value.validator);
      return table === null ? fromElsewhere : { k: "id", table, origin: "row" };
    }
    case "object":
      return {
        k: "object",
        props: new Map([...value.props].map(([name, item]) => [name, inner(item)])),
        open: value.open,
      };
    case "array":
      return {
        k: "array",
        elements: value.elements.map(inner),
        over: { over: "unknown" },
        exact: false,
      };
    case "union":
      return union(...value.options.map(inner));
    default:
      return fromElsewhere;
  }
}
