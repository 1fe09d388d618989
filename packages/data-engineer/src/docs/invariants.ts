// What the functions keep true of a table, as far as their reads and writes alone prove it.
import { hasDbFilter } from "../model/cost.ts";
import type { Model, Read, Write } from "../model/model.ts";
import { objectVariants, type Validator } from "../schema/validator.ts";

/** Sentences for a table's sheet. Empty when a write somewhere could not be followed to its table. */
export function invariantsOf(model: Model, table: string): string[] {
  const definition = model.schema.tables.find((item) => item.name === table);
  if (definition === undefined || model.writes.some((write) => write.table === "?")) return [];
  const writes = model.writes.filter((write) => write.table === table);
  if (writes.length === 0) return [];
  return [
    ...uniqueness(model, table, writes),
    ...changes(definition.document, writes),
    ...cascades(model, table, writes),
    ...visibility(model, writes),
  ];
}

/** Fields by which each inserter looks first, and readers that say `unique`. */
function uniqueness(model: Model, table: string, writes: readonly Write[]): string[] {
  const byFields = new Map<string, { unique: Set<string>; lookUps: Read[] }>();
  for (const read of model.reads) {
    if (read.table !== table || read.eq.length === 0 || hasDbFilter(read)) continue;
    if (read.range !== undefined || !["unique", "first"].includes(read.consumer.kind)) continue;
    const fields = read.eq.map((bound) => bound.field).join(", ");
    const entry = byFields.get(fields) ?? { unique: new Set(), lookUps: [] };
    if (read.consumer.kind === "unique") for (const name of read.callers) entry.unique.add(name);
    entry.lookUps.push(read);
    byFields.set(fields, entry);
  }
  const inserters = new Set(
    writes.filter((write) => write.kind === "insert").flatMap((write) => write.callers),
  );
  return [...byFields]
    .sort(([a], [b]) => a.localeCompare(b))
    .flatMap(([fields, { unique, lookUps }]) => {
      const checked = [...inserters].filter((name) =>
        lookUps.some((read) => read.callers.includes(name)),
      );
      if (unique.size === 0) return [];
      const how =
        inserters.size === 0
          ? ""
          : checked.length === inserters.size
            ? "; every function that inserts looks first"
            : `; ${checked.length} of ${inserters.size} functions that insert look first`;
      return [`At most one per \`${fields}\`: readers say \`unique\`${how}.`];
    });
}

/** Fields that nothing changes after the insert, and tables whose documents are never changed or deleted. */
function changes(document: Validator, writes: readonly Write[]): string[] {
  const updates = writes.filter((write) => write.kind === "patch" || write.kind === "replace");
  const isDeleted = writes.some((write) => write.kind === "delete");
  if (updates.length === 0)
    return [
      isDeleted
        ? "Never changed, only inserted and deleted."
        : "Only inserted: never changed or deleted.",
    ];
  const lines = isDeleted ? [] : ["Never deleted."];
  if (updates.some((write) => write.fields === null || write.kind === "replace")) return lines;
  const changed = new Set(
    updates.flatMap((write) => write.fields ?? []).map((path) => path.split(".")[0]),
  );
  const all = new Set(objectVariants(document).flatMap((variant) => Object.keys(variant.value)));
  const fixed = [...all].filter((field) => !changed.has(field)).sort();
  return fixed.length === 0 || fixed.length === all.size
    ? lines
    : [...lines, `Fixed at insert: ${fixed.map((field) => `\`${field}\``).join(", ")}.`];
}

/** Deleted together with what it refers to. */
function cascades(model: Model, table: string, writes: readonly Write[]): string[] {
  const parents = new Map<string, Set<string>>();
  for (const write of writes) {
    if (write.kind !== "delete") continue;
    const reads = model.reads.filter((read) => write.loops.some((loop) => loop.read === read.id));
    for (const read of reads) {
      const [bound] = read.eq;
      if (read.table !== table || bound === undefined) continue;
      for (const parent of referencedBy(model, table, bound.field)) {
        const together = write.callers.filter((name) =>
          model.writes.some(
            (other) =>
              other.kind === "delete" && other.table === parent && other.callers.includes(name),
          ),
        );
        if (together.length === 0) continue;
        const names = parents.get(parent) ?? new Set();
        for (const name of together) names.add(name);
        parents.set(parent, names);
      }
    }
  }
  return [...parents]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([parent, names]) => `Deleted with its ${parent} by ${[...names].sort().join(", ")}.`);
}

function referencedBy(model: Model, table: string, field: string): string[] {
  const definition = model.schema.tables.find((item) => item.name === table);
  return objectVariants(definition?.document ?? { type: "null" }).flatMap((variant) => {
    const type = variant.value[field]?.fieldType;
    const members = type?.type === "union" ? type.value : type === undefined ? [] : [type];
    return members.flatMap((member) => (member.type === "id" ? [member.tableName] : []));
  });
}

function visibility(model: Model, writes: readonly Write[]): string[] {
  const kinds = new Map(model.functions.map((item) => [item.name, item.visibility]));
  const callers = new Set(writes.flatMap((write) => write.callers));
  return callers.size > 0 && [...callers].every((name) => kinds.get(name) === "internal")
    ? ["Written by internal functions only."]
    : [];
}
