// What differs between two schemas, as single changes with the class Convex's push gives them.
import { isEquivalent, isIncluded } from "../schema/inclusion.ts";
import type { SchemaDefinition, TableDefinition } from "../schema/schema.ts";
import { makeChange, type Change } from "./change.ts";
import { diffDocuments } from "./documents.ts";
import { diffIndexes } from "./indexes.ts";
import { renamedTables } from "./renames.ts";

export type { Change, ChangeClass, ChangeKind } from "./change.ts";

/** The changes from `before` to `after`, in the order of the new schema. Equal schemas have none. */
export function diffSchemas(before: SchemaDefinition, after: SchemaDefinition): Change[] {
  const changes: Change[] = [];
  if (before.schemaValidation !== after.schemaValidation)
    changes.push(
      after.schemaValidation
        ? makeChange("validation-on", "schemaValidation", "data-check")
        : makeChange("validation-off", "schemaValidation", "unsafe"),
    );
  const renames = renamedTables(before, after);
  for (const table of after.tables) {
    const oldName = renames.get(table.name);
    const old = before.tables.find((item) => item.name === (oldName ?? table.name));
    if (old === undefined)
      changes.push(
        makeChange("table-added", table.name, "safe", {
          table: table.name,
          after: table.document,
        }),
      );
    else if (oldName !== undefined)
      changes.push(
        makeChange("table-renamed", oldName, "breaking", {
          table: oldName,
          to: table.name,
          before: old.document,
          after: table.document,
        }),
      );
    else changes.push(...diffTable(old, table, after.schemaValidation));
  }
  const renamedFrom = new Set(renames.values());
  for (const table of before.tables) {
    if (renamedFrom.has(table.name) || after.tables.some((item) => item.name === table.name))
      continue;
    changes.push(
      makeChange("table-removed", table.name, "data-left-behind", {
        table: table.name,
        before: table.document,
      }),
    );
  }
  return changes;
}

function diffTable(before: TableDefinition, after: TableDefinition, isEnforced: boolean): Change[] {
  const staged = before.stagedDocument;
  // A staged validator that the new one takes over was checked in the background: it is what documents are known to fit.
  const isTakenOver =
    staged !== undefined &&
    isIncluded(staged, after.document) &&
    !isIncluded(before.document, after.document);
  const known = isTakenOver ? staged : before.document;
  const documents = diffDocuments(known, after.document, after.name).map((item) =>
    // Without validation nothing is checked: the push passes, and documents of both shapes stay.
    !isEnforced && item.class === "breaking" ? { ...item, class: "unsafe" as const } : item,
  );
  return [
    ...(isTakenOver
      ? [
          makeChange("staged-validator-enforced", after.name, "safe", {
            table: after.name,
            before: before.document,
            after: after.document,
          }),
        ]
      : []),
    ...documents,
    ...(isTakenOver ? [] : diffStaged(before, after)),
    ...diffIndexes(before, after),
  ];
}

function diffStaged(before: TableDefinition, after: TableDefinition): Change[] {
  const { stagedDocument: old } = before;
  const { stagedDocument: fresh } = after;
  const at = { table: after.name, before: old ?? null, after: fresh ?? null };
  if (fresh !== undefined)
    return old !== undefined && isEquivalent(old, fresh)
      ? []
      : [makeChange("staged-validator-added", after.name, "safe", at)];
  return old !== undefined && !isEquivalent(old, after.document)
    ? [makeChange("staged-validator-removed", after.name, "safe", at)]
    : [];
}
