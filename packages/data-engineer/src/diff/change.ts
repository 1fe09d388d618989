// One difference between two schemas: what it is, where it is, and what a push does with it.
import { fullPath, type Segment } from "../schema/path.ts";
import type { Validator } from "../schema/validator.ts";

export const changeKinds = [
  "table-added",
  "table-removed",
  "table-renamed",
  "optional-field-added",
  "required-field-added",
  "field-removed",
  "field-renamed",
  "field-made-required",
  "field-made-optional",
  "type-widened",
  "type-narrowed",
  "type-replaced",
  "id-target-changed",
  "variant-added",
  "variant-removed",
  "validation-on",
  "validation-off",
  "staged-validator-added",
  "staged-validator-enforced",
  "staged-validator-removed",
  "index-added",
  "index-removed",
  "index-changed",
  "index-renamed",
  "index-enabled",
  "index-disabled",
  "search-index-added",
  "search-index-removed",
  "search-index-changed",
  "search-index-renamed",
  "search-index-enabled",
  "search-index-disabled",
  "vector-index-added",
  "vector-index-removed",
  "vector-index-changed",
  "vector-index-renamed",
  "vector-index-enabled",
  "vector-index-disabled",
] as const;

export type ChangeKind = (typeof changeKinds)[number];

/** What a push does with it, on a deployment that has documents. */
export const changeClasses = [
  "safe",
  "breaking",
  "data-left-behind",
  "data-check",
  "unsafe",
  "build",
  "rebuild",
  "drop",
] as const;

export type ChangeClass = (typeof changeClasses)[number];

export interface Change {
  change: ChangeKind;
  /** `table`, `table.field.inner`, `table.index`; elements, values and variants as in `schema/path.ts`. */
  path: string;
  class: ChangeClass;
  table: string | null;
  /** Where in the document, for changes of fields; empty for the document as a whole. */
  at: Segment[];
  /** The types there, or of the whole document for changes of tables. */
  before: Validator | null;
  after: Validator | null;
  /** New name of a table or an index. */
  to: string | null;
  /** New place of a renamed field. */
  toAt: Segment[] | null;
  /** Fields of an index, after. */
  fields: string[] | null;
  /** An index that is declared with `staged: true`, after. */
  staged: boolean;
}

export function makeChange(
  kind: ChangeKind,
  path: string,
  cls: ChangeClass,
  more: Partial<Change> = {},
): Change {
  return {
    change: kind,
    path,
    class: cls,
    table: null,
    at: [],
    before: null,
    after: null,
    to: null,
    toAt: null,
    fields: null,
    staged: false,
    ...more,
  };
}

/** A change at a place in the documents of a table. */
export function changeAt(
  kind: ChangeKind,
  table: string,
  at: Segment[],
  cls: ChangeClass,
  more: Partial<Change> = {},
): Change {
  return makeChange(kind, fullPath(table, at), cls, { table, at, ...more });
}
