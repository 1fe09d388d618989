// The steps that carry a deployment over a change, with the schema text of each deploy, and who is affected.
import type { Model } from "../model/model.ts";
import { printValidator, type Validator } from "../schema/validator.ts";
import type { Change } from "./changes.ts";

export interface PlannedChange {
  change: Change["change"];
  path: string;
  class: Change["class"];
  /** What happens and why. */
  message: string;
  steps: string[];
  /** Functions that read, respectively write, what changes. */
  readers: string[];
  writers: string[];
  /** Arguments of `migrate new` that write the migration, when one is needed. */
  migration?: string;
}

/** @param model - of the new side, for readers and writers; null when only schemas are known */
export function planChange(change: Change, model: Model | null): PlannedChange {
  const { message, steps, migration } = describe(change);
  return {
    change: change.change,
    path: change.path,
    class: change.class,
    message,
    steps,
    readers: model === null ? [] : readersOf(change, model),
    writers: model === null ? [] : writersOf(change, model),
    ...(migration === undefined ? {} : { migration }),
  };
}

function isIndexChange(change: Change): boolean {
  return change.change.includes("index");
}

function readersOf(change: Change, model: Model): string[] {
  const names = new Set<string>();
  const index = change.path.split(".").slice(1).join(".");
  for (const read of model.reads) {
    if (read.table !== change.table && read.table !== change.to) continue;
    if (isIndexChange(change) && read.index !== index && read.index !== change.to) continue;
    for (const name of read.callers) names.add(name);
  }
  return [...names].sort();
}

function writersOf(change: Change, model: Model): string[] {
  const names = new Set<string>();
  const heads = isIndexChange(change)
    ? (change.fields ?? []).map(head)
    : change.field === null
      ? null
      : [head(change.field), ...(change.to === null ? [] : [head(change.to)])];
  for (const write of model.writes) {
    if (write.table !== change.table && write.table !== change.to) continue;
    if (
      heads !== null &&
      write.kind === "patch" &&
      write.fields !== null &&
      !write.fields.some((field) => heads.includes(field))
    )
      continue;
    for (const name of write.callers) names.add(name);
  }
  return [...names].sort();
}

function head(path: string): string {
  return path.split(/[.[]/)[0] ?? path;
}

interface Description {
  message: string;
  steps: string[];
  migration?: string;
}

function describe(change: Change): Description {
  const { path, table, field, before, after, to } = change;
  const name = field?.split(".").at(-1) ?? path;
  const optional = after === null ? "" : `${name}: v.optional(${printValidator(after)})`;
  const required = after === null ? "" : `${name}: ${printValidator(after)}`;
  const old = before === null ? "" : `${name}: v.optional(${printValidator(before)})`;
  switch (change.change) {
    case "table-added":
      return { message: `Table \`${path}\` is new; the push passes.`, steps: [] };
    case "table-removed":
      return {
        message: `Table \`${path}\` leaves the schema: the push passes, its documents stay behind, unvalidated.`,
        steps: [
          `Deploy 1: code no longer reads or writes \`${path}\`; the table is still in the schema.`,
          `Run: delete the documents in batches, if they are not wanted (\`migrate new delete-all --table ${path}\`).`,
          `Deploy 2: remove \`${path}\` from the schema.`,
        ],
      };
    case "table-renamed":
      return {
        message: `\`${path}\` is gone and \`${to ?? ""}\` has its shape: a table cannot be renamed, so the new one is empty and every id of the old one is refused where \`v.id("${to ?? ""}")\` is wanted.`,
        steps: [
          `Deploy 1: declare both \`${path}\` and \`${to ?? ""}\`; write to both.`,
          `Run: copy the documents, keeping a map from old to new id, then re-point every reference to \`${path}\`.`,
          `Deploy 2: read from \`${to ?? ""}\`; stop writing \`${path}\`.`,
          `Deploy 3: delete the documents of \`${path}\` and remove it from the schema.`,
        ],
        migration: `copy-table --table ${path} --to ${to ?? ""}`,
      };
    case "optional-field-added":
      return { message: `Optional field \`${path}\` is new; the push passes.`, steps: [] };
    case "required-field-added":
      return {
        message: `\`${path}\` is new and required: the push fails on the first document without it.`,
        steps: [
          `Deploy 1: \`${optional}\`, and every insert writes it.`,
          `Run: backfill the documents that lack it.`,
          `Deploy 2: \`${required}\`.`,
        ],
        migration: `backfill --table ${table ?? ""} --field ${field ?? ""}`,
      };
    case "field-made-required":
      return {
        message: `\`${path}\` was optional and is required now: the push fails on the first document without it.`,
        steps: [
          `Deploy 1: keep \`${optional}\`; every insert writes it.`,
          `Run: backfill the documents that lack it.`,
          `Deploy 2: \`${required}\`.`,
        ],
        migration: `backfill --table ${table ?? ""} --field ${field ?? ""}`,
      };
    case "field-made-optional":
      return {
        message: `\`${path}\` may be missing from now on; the push passes, readers must handle \`undefined\`.`,
        steps: [],
      };
    case "field-removed":
      return {
        message: `\`${path}\` is gone: the push fails if any document still has it.`,
        steps: [
          `Deploy 1: \`${old}\`, and no code writes it.`,
          `Run: unset it on every document.`,
          `Deploy 2: remove it from the schema.`,
        ],
        migration: `unset --table ${table ?? ""} --field ${field ?? ""}`,
      };
    case "field-renamed": {
      const newName = to?.split(".").at(-1) ?? "";
      return {
        message: `\`${path}\` is gone and \`${to ?? ""}\` has its type: a rename, as far as can be told (otherwise a removal and an addition). The push fails on every document.`,
        steps: [
          `Deploy 1: \`${old}\` and \`${newName}: v.optional(${after === null ? "v.any()" : printValidator(after)})\`; write both.`,
          `Run: copy \`${name}\` to \`${newName}\` where it is missing.`,
          `Deploy 2: read \`${newName}\`; stop writing \`${name}\`.`,
          `Run: unset \`${name}\`.`,
          `Deploy 3: \`${newName}: ${after === null ? "v.any()" : printValidator(after)}\`, without \`${name}\`.`,
        ],
        migration: `copy-then-unset --table ${table ?? ""} --field ${field ?? ""} --to ${to ?? ""}`,
      };
    }
    case "type-widened":
      return { message: `\`${path}\` accepts more than before; the push passes.`, steps: [] };
    case "type-narrowed":
    case "type-replaced": {
      const both: Validator | null =
        before === null || after === null ? null : { type: "union", value: [before, after] };
      return {
        message: `\`${path}\` ${change.change === "type-narrowed" ? "accepts less than before" : "has another type"}: the push fails on the first document that does not fit.`,
        steps: [
          `Deploy 1: \`${name}: ${both === null ? "v.any()" : printValidator(both)}\`, and code writes only the new form.`,
          `Run: map the old values.`,
          `Deploy 2: \`${required}\`.`,
        ],
        migration: `map-values --table ${table ?? ""} --field ${field ?? ""}`,
      };
    }
    case "id-target-changed":
      return {
        message: `\`${path}\` refers to another table: ids of the old one are refused, and the push fails.`,
        steps: [
          `Deploy 1: \`${name}: ${before === null || after === null ? "v.any()" : printValidator({ type: "union", value: [before, after] })}\`.`,
          `Run: put the id of the matching document in place of each old one.`,
          `Deploy 2: \`${required}\`.`,
        ],
        migration: `map-values --table ${table ?? ""} --field ${field ?? ""}`,
      };
    case "variant-added":
      return {
        message: `\`${path}\` is a new variant; the push passes, readers that switch over variants must know it.`,
        steps: [],
      };
    case "variant-removed":
      return {
        message: `The variant \`${path}\` is gone: the push fails if any document is one.`,
        steps: [
          `Deploy 1: keep the variant; no code writes it.`,
          `Run: convert or delete its documents.`,
          `Deploy 2: remove the variant.`,
        ],
        migration: `convert --table ${table ?? ""}`,
      };
    case "validation-on":
      return {
        message:
          "Validation is switched on: the push reads every table and fails on the first misfit.",
        steps: ["Run the schema against an export of the data first, and mend what does not fit."],
      };
    case "validation-off":
      return {
        message:
          "Validation is switched off: nothing is checked any more when documents are written.",
        steps: [],
      };
    case "staged-validator-added":
      return {
        message: `\`${path}\` has a staged validator: existing documents are checked in the background.`,
        steps: [
          "Once it reports validated, move it into `defineTable`: that deploy walks nothing.",
        ],
      };
    case "staged-validator-removed":
      return { message: `The staged validator of \`${path}\` is dropped.`, steps: [] };
    case "index-added":
    case "search-index-added":
    case "vector-index-added":
      return {
        message: `\`${path}\` is new: the deploy waits until it is built.`,
        steps: [
          `On a large table first deploy it with \`staged: true\`, then without once it is built.`,
        ],
      };
    case "index-removed":
    case "search-index-removed":
    case "vector-index-removed":
      return {
        message: `\`${path}\` is dropped; a reader that still names it throws.`,
        steps: ["Deploy 1: no code reads it.", "Deploy 2: remove it from the schema."],
      };
    case "index-changed":
    case "search-index-changed":
    case "vector-index-changed":
      return {
        message: `\`${path}\` keeps its name and gets other fields: it is built anew, and until then the deploy waits or the search finds nothing.`,
        steps: [
          "Deploy 1: add it under a new name.",
          "Deploy 2: move the readers.",
          "Deploy 3: drop the old one.",
        ],
      };
    case "index-renamed":
      return {
        message: `\`${path}\` becomes \`${to ?? ""}\`: the new one is built, the old one dropped.`,
        steps: [
          `Deploy 1: add \`${to ?? ""}\` beside it.`,
          "Deploy 2: move the readers.",
          "Deploy 3: drop the old one.",
        ],
      };
    case "index-enabled":
      return {
        message: `\`${path}\` is no longer staged; the deploy passes at once if it is built.`,
        steps: [],
      };
  }
}
