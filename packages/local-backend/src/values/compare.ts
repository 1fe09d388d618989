// Convex's total order on values: undefined < null < Int64 < Float64 < boolean < string < bytes < array < object.

import { encodeValueKey } from "./index-key.ts";
import type { Value } from "./value.ts";

/** Negative, zero or positive as `left` sorts before, with or after `right`. Equal means the same value. */
export function compareValues(left: Value | undefined, right: Value | undefined): number {
  if (typeof left === "string" && left === right) return 0;
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  const leftKey = encodeValueKey(left);
  const rightKey = encodeValueKey(right);
  return leftKey < rightKey ? -1 : leftKey > rightKey ? 1 : 0;
}
