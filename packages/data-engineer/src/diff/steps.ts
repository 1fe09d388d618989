// The deploys and runs that carry documents over one change, with the schema text each deploy has.
import type { Segment } from "../schema/path.ts";
import type { TableDefinition } from "../schema/schema.ts";
import { printKey, ownField } from "../schema/validator.ts";
import type { Change } from "./change.ts";
import { indexLine } from "./index-text.ts";
import { schemaLine, widened } from "./schema-text.ts";

export interface StepContext {
  /** The table in the two schemas. */
  before: TableDefinition | null;
  after: TableDefinition | null;
  /** The command that writes the migration. */
  command: string | null;
}

export function stepsOf(change: Change, context: StepContext): string[] {
  const { path, to } = change;
  const { before, after, command } = context;
  const run = `Run: ${command ?? ""}`;
  const deploy = (number: number, text: string, rest: string) =>
    `Deploy ${number}: ${text === "" ? "" : `\`${text}\``}${text !== "" && rest !== "" ? ", " : ""}${rest}.`;
  const oldText = (places: Segment[][]) =>
    before === null ? "" : schemaLine(before.name, widened(change, before.document), places);
  const newText = (places: Segment[][]) =>
    after === null ? "" : schemaLine(after.name, after.document, places);
  const name = nameOf(path);
  switch (change.change) {
    case "required-field-added":
    case "field-made-required":
      return [
        deploy(1, oldText([change.at]), "and every insert writes it"),
        `${run} (documents that lack it get a value)`,
        deploy(2, newText([change.at]), ""),
      ];
    case "field-removed":
      return [
        deploy(1, oldText([change.at]), "and no code writes it"),
        `${run} (it is unset on every document)`,
        hasHead(change, after)
          ? deploy(2, newText([change.at]), "")
          : deploy(2, "", `the schema without ${path}`),
      ];
    case "field-renamed": {
      const places = [change.at, change.toAt ?? []];
      return [
        deploy(1, oldText(places), "and code writes both"),
        // Until the copy has run, documents of before deploy 1 have the old field alone.
        deploy(
          2,
          "",
          "code reads the new field, or the old one where that is missing, and no longer writes the old one",
        ),
        `${run} (the old value is copied where the new one is missing, then unset)`,
        deploy(3, newText(places), "and code reads the new field only"),
      ];
    }
    case "type-narrowed":
    case "type-replaced":
      return [
        deploy(1, oldText([change.at]), "and code writes only the new form"),
        `${run} (old values become new ones)`,
        deploy(2, newText([change.at]), ""),
      ];
    case "id-target-changed":
      return [
        deploy(1, oldText([change.at]), "and code writes only the new form"),
        `${run} (each old id gives way to the id of the matching document)`,
        deploy(2, newText([change.at]), ""),
      ];
    case "variant-removed":
      return [
        deploy(1, oldText([change.at]), "and no code writes the variant"),
        `${run} (its documents are converted; \`migrate new delete-all\` with --field and --value deletes them instead)`,
        deploy(2, newText([change.at]), ""),
      ];
    case "table-removed":
      return [
        deploy(
          1,
          before === null ? "" : schemaLine(before.name, before.document, []),
          "and no code reads or writes it",
        ),
        `Run: convex-data-engineer migrate new delete-all --table ${path} (if its documents are not wanted)`,
        deploy(2, "", `the schema without ${path}`),
      ];
    case "table-renamed":
      return [
        deploy(
          1,
          [before, after]
            .flatMap((table) =>
              table === null ? [] : [schemaLine(table.name, table.document, [])],
            )
            .join(", "),
          "references accept both ids, and code writes both tables",
        ),
        `${run} (the documents are copied, with a map from old to new id)`,
        `Run: convex-data-engineer migrate new remap-ids --to ${to ?? ""} for each field that refers to \`${path}\``,
        deploy(2, "", `code reads ${to ?? ""} and no longer writes ${path}`),
        `Run: convex-data-engineer migrate new delete-all --table ${path}`,
        deploy(3, newText([]), `without ${path}`),
      ];
    case "validation-on":
      return [
        "Run: check an export of the data against the schema first, and mend what does not fit",
        deploy(1, "schemaValidation: true", ""),
      ];
    case "staged-validator-added":
      return [
        deploy(1, `${printKey(path)}: defineTable(…).staged(…)`, "as it stands"),
        deploy(
          2,
          "",
          "once it reports validated, the staged validator in `defineTable`: no document is read",
        ),
      ];
    case "index-added":
    case "search-index-added":
    case "vector-index-added":
      return change.staged
        ? [deploy(1, indexLine(after, name), "once it is built")]
        : [
            deploy(1, indexLine(after, name, { staged: true }), "first, if the table is large"),
            deploy(2, indexLine(after, name), "once it is built"),
          ];
    case "index-removed":
    case "search-index-removed":
    case "vector-index-removed":
      return change.staged
        ? []
        : [
            deploy(1, indexLine(before, name), "and no code reads it"),
            deploy(2, "", `the schema without ${name}`),
          ];
    case "index-disabled":
    case "search-index-disabled":
    case "vector-index-disabled":
      return [
        deploy(1, indexLine(before, name), "and no code reads it"),
        deploy(2, indexLine(after, name, { staged: true }), ""),
      ];
    case "index-changed":
    case "search-index-changed":
    case "vector-index-changed": {
      const fresh = `${name}_new`;
      return [
        deploy(1, indexLine(after, name, { name: fresh }), `beside ${name}`),
        deploy(2, "", `code reads ${fresh}`),
        deploy(3, "", `the schema without the old ${name}`),
      ];
    }
    case "index-renamed":
    case "search-index-renamed":
    case "vector-index-renamed":
      return [
        deploy(1, indexLine(after, to ?? ""), `beside ${name}`),
        deploy(2, "", `code reads ${to ?? ""}`),
        deploy(3, "", `the schema without ${name}`),
      ];
    case "table-added":
    case "optional-field-added":
    case "field-made-optional":
    case "type-widened":
    case "variant-added":
    case "validation-off":
    case "staged-validator-enforced":
    case "staged-validator-removed":
    case "index-enabled":
    case "search-index-enabled":
    case "vector-index-enabled":
      return [];
  }
}

/** The top-level field that holds the place is still there. */
function hasHead({ at }: Change, after: TableDefinition | null): boolean {
  const [head] = at;
  return (
    head?.kind !== "field" ||
    (after?.document.type === "object" && ownField(after.document, head.name) !== undefined)
  );
}

function nameOf(path: string): string {
  return path.slice(path.indexOf(".") + 1);
}
