// What differs between two validators of a table's documents, as single changes at the deepest place that tells them.
import { isEquivalent, isIncluded } from "../schema/inclusion.ts";
import { taggedUnion, type Segment, type TaggedUnion } from "../schema/path.ts";
import { flatUnion, type ObjectValidator, type Validator, ownField } from "../schema/validator.ts";
import { changeAt, type Change } from "./change.ts";
import { renamedFields } from "./renames.ts";

export function diffDocuments(before: Validator, after: Validator, table: string): Change[] {
  return diffTypes(before, after, table, []);
}

/** Changes from one type to another at a place; their classes add up to what a push does with the whole. */
function diffTypes(before: Validator, after: Validator, table: string, at: Segment[]): Change[] {
  if (isEquivalent(before, after)) return [];
  const passes = isIncluded(before, after);
  const changes = diffStructure(before, after, table, at);
  if (changes === null) return [typeChange(before, after, table, at)];
  const breaks = changes.some((item) => item.class === "breaking");
  // The parts do not tell the whole, as where fields of several members moved together.
  if (passes === breaks) return [typeChange(before, after, table, at)];
  return changes;
}

/** null when the two have no parts that could be compared. */
function diffStructure(
  before: Validator,
  after: Validator,
  table: string,
  at: Segment[],
): Change[] | null {
  if (before.type === "object" && after.type === "object")
    return diffObjects(before, after, table, at);
  if (before.type === "array" && after.type === "array")
    return diffTypes(before.value, after.value, table, [...at, { kind: "element" }]);
  if (before.type === "record" && after.type === "record")
    return isEquivalent(before.keys, after.keys)
      ? diffTypes(before.values.fieldType, after.values.fieldType, table, [
          ...at,
          { kind: "value" },
        ])
      : null;
  return diffMembers(before, after, table, at);
}

/** Unions, or one that became or was a union: members are compared in pairs, the rest as a type. */
function diffMembers(
  before: Validator,
  after: Validator,
  table: string,
  at: Segment[],
): Change[] | null {
  const old = flatUnion(before);
  const fresh = flatUnion(after);
  const changes: Change[] = [];
  const variants = diffVariants(before, after, table, at);
  if (variants !== null) changes.push(...variants);
  let gone = old.filter((item) => !fresh.some((other) => isEquivalent(item, other)));
  let come = fresh.filter((item) => !old.some((other) => isEquivalent(item, other)));
  let isPaired = variants !== null;
  if (variants !== null) {
    gone = gone.filter((item) => item.type !== "object");
    come = come.filter((item) => item.type !== "object");
  }
  for (const type of ["object", "array", "record"] as const) {
    const isOfType = (item: Validator) => item.type === type;
    const left = gone.find(isOfType);
    const right = come.find(isOfType);
    if (left === undefined || right === undefined) continue;
    // A path into several members would mean all of them; a record and an object are one to a path.
    const isAlike = type === "array" ? isOfType : isObjectLike;
    if (old.filter(isAlike).length + fresh.filter(isAlike).length > 2) continue;
    const inner = diffStructure(left, right, table, at);
    if (inner === null) continue;
    isPaired = true;
    changes.push(...inner);
    gone = gone.filter((item) => item !== left);
    come = come.filter((item) => item !== right);
  }
  if (!isPaired) return null;
  if (gone.length > 0 || come.length > 0) changes.push(typeChange(before, after, table, at));
  return changes;
}

function isObjectLike(item: Validator): boolean {
  return item.type === "object" || item.type === "record";
}

/** Unions of objects that a literal field tells apart; null when these are not such. */
function diffVariants(
  before: Validator,
  after: Validator,
  table: string,
  at: Segment[],
): Change[] | null {
  const old = taggedUnion(before);
  const fresh = taggedUnion(after);
  if (old === null || fresh === null || old.tag !== fresh.tag) return null;
  if ([...old.others, ...fresh.others].some(isObjectLike)) return null;
  // One object on either side with the same tag is an object, whatever else the union holds.
  if (old.variants.size === 1 && fresh.variants.size === 1 && sameLabels(old, fresh)) return null;
  if (![...fresh.variants.keys()].some((label) => old.variants.has(label))) return null;
  const changes: Change[] = [];
  for (const [label, { member }] of fresh.variants) {
    const place: Segment[] = [...at, { kind: "variant", label }];
    const known = old.variants.get(label)?.member;
    if (known === undefined)
      changes.push(changeAt("variant-added", table, place, "safe", { after: member }));
    else if (!isEquivalent(known, member))
      changes.push(...diffObjects(known, member, table, place));
  }
  for (const [label, { member }] of old.variants)
    if (!fresh.variants.has(label))
      changes.push(
        changeAt("variant-removed", table, [...at, { kind: "variant", label }], "breaking", {
          before: member,
        }),
      );
  return changes;
}

function sameLabels(a: TaggedUnion, b: TaggedUnion): boolean {
  return [...a.variants.keys()].every((label) => b.variants.has(label));
}

function diffObjects(
  before: ObjectValidator,
  after: ObjectValidator,
  table: string,
  at: Segment[],
): Change[] {
  const changes: Change[] = [];
  const renames = renamedFields(before, after);
  const place = (name: string): Segment[] => [...at, { kind: "field", name }];
  for (const [name, field] of Object.entries(after.value)) {
    const old = ownField(before, name);
    const types = { before: old?.fieldType ?? null, after: field.fieldType };
    if (old === undefined) {
      const oldName = renames.get(name);
      if (oldName !== undefined)
        changes.push(
          changeAt("field-renamed", table, place(oldName), "breaking", {
            before: ownField(before, oldName)?.fieldType ?? null,
            after: field.fieldType,
            toAt: place(name),
          }),
        );
      else if (field.optional)
        changes.push(changeAt("optional-field-added", table, place(name), "safe", types));
      else changes.push(changeAt("required-field-added", table, place(name), "breaking", types));
      continue;
    }
    if (old.optional && !field.optional)
      changes.push(changeAt("field-made-required", table, place(name), "breaking", types));
    if (!old.optional && field.optional)
      changes.push(changeAt("field-made-optional", table, place(name), "safe", types));
    changes.push(...diffTypes(old.fieldType, field.fieldType, table, place(name)));
  }
  const renamedFrom = new Set(renames.values());
  for (const [name, field] of Object.entries(before.value))
    if (ownField(after, name) === undefined && !renamedFrom.has(name))
      changes.push(
        changeAt("field-removed", table, place(name), "breaking", { before: field.fieldType }),
      );
  return changes;
}

function typeChange(before: Validator, after: Validator, table: string, at: Segment[]): Change {
  const types = { before, after };
  if (isIncluded(before, after)) return changeAt("type-widened", table, at, "safe", types);
  if (hasOtherTarget(before, after))
    return changeAt("id-target-changed", table, at, "breaking", types);
  if (overlap(before, after)) return changeAt("type-narrowed", table, at, "breaking", types);
  return changeAt("type-replaced", table, at, "breaking", types);
}

/** Both are references, but for what else the union may hold, and not to the same tables. */
function hasOtherTarget(before: Validator, after: Validator): boolean {
  const isReference = (item: Validator) => item.type === "id";
  const [old, fresh] = [flatUnion(before), flatUnion(after)];
  if (!old.some(isReference) || !fresh.some(isReference)) return false;
  const gone = old.filter((item) => !fresh.some((other) => isIncluded(item, other)));
  const come = fresh.filter((item) => !old.some((other) => isIncluded(item, other)));
  return gone.length > 0 && come.length > 0 && gone.every(isReference) && come.every(isReference);
}

/** Some old value may stay: values are mapped, not the whole field replaced. */
function overlap(before: Validator, after: Validator): boolean {
  const [old, fresh] = [flatUnion(before), flatUnion(after)];
  return fresh.some((a) => old.some((b) => isIncluded(a, b) || isIncluded(b, a)));
}
