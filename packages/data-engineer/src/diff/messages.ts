// One sentence per change: what happens at the push, and why.
import { isSubset } from "../schema/subset.ts";
import { fullPath } from "../schema/path.ts";
import type { Change } from "./change.ts";

export function messageOf(change: Change): string {
  const text = sentence(change);
  return change.class === "unsafe" && change.change !== "validation-off"
    ? `${text} Validation is off, so the push passes and documents of both shapes stay.`
    : text;
}

function sentence(change: Change): string {
  const { path, table, to, toAt } = change;
  const fails = change.class === "breaking";
  const first = (why: string) => (fails ? `: the push fails on the first document ${why}.` : ".");
  switch (change.change) {
    case "table-added":
      return `Table \`${path}\` is new; the push passes.`;
    case "table-removed":
      return `Table \`${path}\` leaves the schema: the push passes, its documents stay behind, unvalidated.`;
    case "table-renamed":
      return `\`${path}\` is gone and \`${to ?? ""}\` has its shape: a table cannot be renamed, so the new one is empty and every id of the old one is refused where \`v.id("${to ?? ""}")\` is wanted.`;
    case "optional-field-added":
      return `Optional field \`${path}\` is new; the push passes.`;
    case "required-field-added":
      return `\`${path}\` is new and required${first("without it")}`;
    case "field-made-required":
      return `\`${path}\` was optional and is required now${first("without it")}`;
    case "field-made-optional":
      return `\`${path}\` may be missing from now on; the push passes, readers must handle \`undefined\`.`;
    case "field-removed":
      return `\`${path}\` is gone${first("that still has it")}`;
    case "field-renamed":
      return `\`${path}\` is gone and \`${table === null || toAt === null ? "" : fullPath(table, toAt)}\` has its type: a rename, as far as can be told (otherwise a removal and an addition).${fails ? " The push fails on the first document that has the old one or lacks the new one." : ""}`;
    case "type-widened":
      return `\`${path}\` accepts all it did before${walks(change) ? "; Convex reads the documents to find that out, and all fit" : "; the push passes"}.`;
    case "type-narrowed":
      return `\`${path}\` accepts less than before${first("that does not fit")}`;
    case "type-replaced":
      return `\`${path}\` has another type${first("that does not fit")}`;
    case "id-target-changed":
      return `\`${path}\` refers to another table${first("that holds an id of the old one")}`;
    case "variant-added":
      return `\`${path}\` is a new variant; the push passes, readers that switch over variants must know it.`;
    case "variant-removed":
      return `The variant \`${path}\` is gone${first("that is one")}`;
    case "validation-on":
      return "Validation is switched on: the push reads every table and fails on the first misfit.";
    case "validation-off":
      return "Validation is switched off: nothing is checked any more when documents are written.";
    case "staged-validator-added":
      return `\`${path}\` has a staged validator: existing documents are checked in the background, none is refused yet.`;
    case "staged-validator-enforced":
      return `\`${path}\` takes over the validator that was staged: free once it has reported validated; before that every document is read.`;
    case "staged-validator-removed":
      return `The staged validator of \`${path}\` is dropped.`;
    case "index-added":
    case "search-index-added":
    case "vector-index-added":
      return change.staged
        ? `\`${path}\` is new and staged: it is built in the background, and cannot be read until it is no longer staged.`
        : `\`${path}\` is new: the deploy waits until it is built.`;
    case "index-removed":
    case "search-index-removed":
    case "vector-index-removed":
      return change.staged
        ? `\`${path}\` is dropped; it was staged, so nothing reads it.`
        : `\`${path}\` is dropped; a reader that still names it throws.`;
    case "index-changed":
    case "search-index-changed":
    case "vector-index-changed":
      return `\`${path}\` keeps its name and is built anew: until then the deploy waits, and a search finds nothing.`;
    case "index-renamed":
    case "search-index-renamed":
    case "vector-index-renamed":
      return `\`${path}\` becomes \`${to ?? ""}\`: the new one is built, the old one dropped.`;
    case "index-enabled":
    case "search-index-enabled":
    case "vector-index-enabled":
      return `\`${path}\` is no longer staged; the deploy passes at once if it is built.`;
    case "index-disabled":
    case "search-index-disabled":
    case "vector-index-disabled":
      return `\`${path}\` becomes staged: it can no longer be read, and a reader that names it throws.`;
  }
}

/** The server's rule does not see that everything fits, as with records. */
function walks({ before, after }: Change): boolean {
  return before !== null && after !== null && !isSubset(before, after);
}
