// Every rule: its id, what it says in a line, and how grave it is by default. Ids never change their meaning.
import type { Severity } from "./finding.ts";

interface RuleInfo {
  severity: Severity;
  title: string;
}

export const catalogue = {
  "schema/creation-time-in-index": {
    severity: "error",
    title: "An index lists `_creationTime`; the push is refused",
  },
  "schema/reserved-index-name": {
    severity: "error",
    title: "An index has a name Convex keeps for itself",
  },
  "schema/invalid-index-name": {
    severity: "error",
    title: "An index name is not an identifier of at most 64 characters",
  },
  "schema/duplicate-index": {
    severity: "error",
    title: "Two indexes of a table have the same fields",
  },
  "schema/index-limits": { severity: "error", title: "A limit of Convex on indexes is passed" },
  "schema/index-on-missing-field": {
    severity: "error",
    title: "An index names a field the table cannot have",
  },
  "schema/table-not-in-schema": {
    severity: "warning",
    title: "A table is used that the schema does not declare",
  },
  "schema/index-name": { severity: "warning", title: "An index is not named by its fields" },
  "schema/redundant-index": {
    severity: "warning",
    title: "An index is the beginning of another, and no reader needs its own order",
  },
  "schema/unused-index": { severity: "warning", title: "No reader uses an index" },
  "schema/array-index": {
    severity: "warning",
    title: "An index on an array cannot find one element",
  },
  "schema/string-reference": { severity: "warning", title: "A string field holds ids of a table" },
  "schema/stringly-enum": {
    severity: "info",
    title: "A string field only ever holds a few fixed values",
  },
  "schema/growing-array": {
    severity: "warning",
    title: "An array in a document grows without end",
  },
  "schema/optional-eq-default": {
    severity: "warning",
    title: "An equality with a default value misses documents without the field",
  },
  "schema/any": { severity: "warning", title: "`v.any()` checks nothing" },
  "schema/hot-document": {
    severity: "info",
    title: "A field that changes often re-runs queries that do not need it",
  },
  "schema/missing-reverse-index": {
    severity: "warning",
    title: "Children are looked up by their parent without an index",
  },
  "read/table-scan": { severity: "warning", title: "A growing table is read whole" },
  "read/missing-index": { severity: "warning", title: "An index would narrow this read" },
  "read/index-available": {
    severity: "warning",
    title: "An index that is there would narrow this read",
  },
  "read/extend-index": {
    severity: "warning",
    title: "A longer index would narrow this read further",
  },
  "read/unbounded-collect": { severity: "warning", title: "A whole growing table is collected" },
  "read/range-collect": { severity: "info", title: "A range without a bound is collected" },
  "read/collect-then-slice": { severity: "warning", title: "All rows are read, a few are used" },
  "read/sort-in-js": { severity: "warning", title: "All rows are read and sorted to use a few" },
  "read/count-by-collect": { severity: "warning", title: "All rows are read to count them" },
  "read/paginate-filter": {
    severity: "warning",
    title: "A filter before `paginate` can read the whole range for one page",
  },
  "read/paginate-post-filter": {
    severity: "warning",
    title: "Pages are filtered after reading, and come out short",
  },
  "read/multiple-paginate": { severity: "error", title: "Only one `paginate` may run per call" },
  "read/paginate-in-component": {
    severity: "error",
    title: "Convex refuses `paginate` inside a component",
  },
  "read/n-plus-one": { severity: "warning", title: "A read runs once per row of another" },
  "read/invalid-range": { severity: "error", title: "Convex refuses this index range" },
  "read/staged-index": { severity: "error", title: "A staged index cannot be read yet" },
  "read/get-by-filter": {
    severity: "warning",
    title: "A document is looked for by `_id` with a filter",
  },
  "read/text-match": { severity: "warning", title: "Text is matched over rows read for it" },
  "read/search-filter-field": {
    severity: "warning",
    title: "A filter after a search could be part of it",
  },
  "read/transaction-budget": {
    severity: "warning",
    title: "One call can pass Convex's limits on reads",
  },
  "fn/args-validator": { severity: "error", title: "A function takes unchecked arguments" },
  "fn/returns-validator": { severity: "warning", title: "A function does not say what it returns" },
  "fn/explicit-table": {
    severity: "info",
    title: "The table is not named in a read or write by id",
  },
  "fn/floating-write": { severity: "error", title: "A write is not awaited and may be lost" },
  "fn/clock-in-query": { severity: "warning", title: "A query reads the clock" },
  "fn/run-per-row": { severity: "warning", title: "An action runs a query or mutation per row" },
  "fn/public-data-job": { severity: "warning", title: "Anyone can start a job over a whole table" },
  "fn/unbounded-write": {
    severity: "warning",
    title: "One mutation writes every row of an unbounded read",
  },
  "fn/no-business-check": { severity: "info", title: "An argument is stored without a check" },
  "fn/plain-error": {
    severity: "info",
    title: "A message for the user is thrown as a plain error",
  },
  "tool/unused-ignore": { severity: "info", title: "An ignore comment hides nothing" },
  "tool/ignore-without-reason": { severity: "warning", title: "An ignore comment gives no reason" },
} as const satisfies Record<string, RuleInfo>;

export type RuleId = keyof typeof catalogue;

export const ruleIds: readonly string[] = Object.keys(catalogue);

export function isRuleId(id: string): id is RuleId {
  return Object.hasOwn(catalogue, id);
}
