// Which of the names that went came back under another name: for tables, fields and indexes.
import type { SchemaDefinition, TableDefinition } from "../schema/schema.ts";
import { isEquivalent } from "../schema/inclusion.ts";
import {
  objectVariants,
  type ObjectValidator,
  type Validator,
  ownField,
} from "../schema/validator.ts";

/**
 * New name to old name, where the two can only belong together: the shapes fit, and either nothing else fits one of
 * them, or the names say which. What stays ambiguous is no rename.
 */
export function matchRenames(
  gone: readonly string[],
  come: readonly string[],
  fits: (old: string, fresh: string) => boolean,
): Map<string, string> {
  const renames = new Map<string, string>();
  const fitting = gone.flatMap((old) =>
    come.filter((fresh) => fits(old, fresh)).map((fresh) => ({ old, fresh })),
  );
  const open = () =>
    fitting.filter(({ old, fresh }) => !renames.has(fresh) && ![...renames.values()].includes(old));
  const likeness = new Map(fitting.map((pair) => [pair, nameLikeness(pair.old, pair.fresh)]));
  for (const isByName of [true, false])
    for (let pairs = open(); pairs.length > 0; pairs = open()) {
      const next = pairs.find((pair) => {
        const rivals = pairs.filter(
          (item) => item !== pair && (item.old === pair.old || item.fresh === pair.fresh),
        );
        if (!isByName) return rivals.length === 0;
        const own = likeness.get(pair) ?? 0;
        return own >= 0.5 && rivals.every((item) => (likeness.get(item) ?? 0) < own);
      });
      if (next === undefined) break;
      renames.set(next.fresh, next.old);
    }
  return renames;
}

/** 1 for the same words in another spelling, 0 for nothing in common. */
export function nameLikeness(a: string, b: string): number {
  const words = (name: string) =>
    name
      .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
      .split(/[\s_]+/)
      .map((word) => word.toLowerCase());
  const [left, right] = [words(a), words(b)];
  if (left.join("") === right.join("")) return 1;
  const shared = left.filter((word) => right.includes(word)).length;
  const byWords = shared / Math.max(left.length, right.length);
  const [x, y] = [left.join(""), right.join("")];
  return Math.max(byWords, 1 - editDistance(x, y) / Math.max(x.length, y.length));
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(
          (next[j - 1] ?? 0) + 1,
          (row[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}

/** New name to old name of fields: the same type, equally optional. */
export function renamedFields(
  before: ObjectValidator,
  after: ObjectValidator,
): Map<string, string> {
  const gone = Object.keys(before.value).filter((name) => ownField(after, name) === undefined);
  const come = Object.keys(after.value).filter((name) => ownField(before, name) === undefined);
  return matchRenames(gone, come, (old, fresh) => {
    const a = ownField(before, old);
    const b = ownField(after, fresh);
    return (
      a !== undefined &&
      b !== undefined &&
      a.optional === b.optional &&
      isEquivalent(a.fieldType, b.fieldType)
    );
  });
}

/** New name to old name of tables: the same shape, references to renamed tables aside. */
export function renamedTables(
  before: SchemaDefinition,
  after: SchemaDefinition,
): Map<string, string> {
  const names = (schema: SchemaDefinition) => new Set(schema.tables.map((table) => table.name));
  const [old, fresh] = [names(before), names(after)];
  const gone = before.tables.filter((table) => !fresh.has(table.name));
  const come = after.tables.filter((table) => !old.has(table.name));
  const goneNames = new Set(gone.map((table) => table.name));
  const comeNames = new Set(come.map((table) => table.name));
  const find = (tables: readonly TableDefinition[], name: string) =>
    tables.find((table) => table.name === name);
  const isAlone = gone.length === 1 && come.length === 1;
  const candidates = matchRenames([...goneNames], [...comeNames], (oldName, freshName) => {
    const a = find(gone, oldName);
    const b = find(come, freshName);
    if (a === undefined || b === undefined) return false;
    if (fieldCount(a.document) < (isAlone || nameLikeness(oldName, freshName) >= 0.5 ? 1 : 2))
      return false;
    return isEquivalent(blankIds(a.document, goneNames), blankIds(b.document, comeNames));
  });
  // The references must agree: a table that pointed to one that went points to what that one became.
  const oldToNew = new Map([...candidates].map(([freshName, oldName]) => [oldName, freshName]));
  for (const [freshName, oldName] of [...candidates]) {
    const a = find(gone, oldName);
    const b = find(come, freshName);
    if (a === undefined || b === undefined) continue;
    if (!isEquivalent(retarget(a.document, oldToNew), b.document)) candidates.delete(freshName);
  }
  return candidates;
}

function fieldCount(document: Validator): number {
  return Math.max(0, ...objectVariants(document).map((item) => Object.keys(item.value).length));
}

function blankIds(validator: Validator, names: ReadonlySet<string>): Validator {
  return mapIds(validator, (name) => (names.has(name) ? "" : name));
}

function retarget(validator: Validator, names: ReadonlyMap<string, string>): Validator {
  return mapIds(validator, (name) => names.get(name) ?? name);
}

/** The validator with the tables of its references renamed. */
function mapIds(validator: Validator, rename: (name: string) => string): Validator {
  switch (validator.type) {
    case "id":
      return { type: "id", tableName: rename(validator.tableName) };
    case "array":
      return { type: "array", value: mapIds(validator.value, rename) };
    case "record":
      return {
        type: "record",
        keys: mapIds(validator.keys, rename),
        values: {
          ...validator.values,
          fieldType: mapIds(validator.values.fieldType, rename),
        },
      };
    case "union":
      return { type: "union", value: validator.value.map((item) => mapIds(item, rename)) };
    case "object":
      return {
        type: "object",
        value: Object.fromEntries(
          Object.entries(validator.value).map(([name, field]) => [
            name,
            { ...field, fieldType: mapIds(field.fieldType, rename) },
          ]),
        ),
      };
    default:
      return validator;
  }
}
