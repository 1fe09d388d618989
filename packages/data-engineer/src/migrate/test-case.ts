// The old documents a migration's test begins with, and what is expected of them afterwards, per kind.
import { isIncluded } from "../schema/inclusion.ts";
import { typesAtPath, type Segment } from "../schema/path.ts";
import type { TableDefinition } from "../schema/schema.ts";
import { flatUnion, type Validator } from "../schema/validator.ts";
import { plainConversion } from "./conversion.ts";
import { documentType, Examples, treeSource, type Tree } from "./example.ts";
import { placedBefore, placedNow, referenceTarget, typesOf, type MigrationSpec } from "./spec.ts";
import { childTable, elementTypes } from "./split.ts";
import { intoList } from "./steps.ts";

export interface Case {
  /** Statements before the old documents are inserted, with `ctx`. */
  statements: string[];
  /** Source of an old document. */
  document: string;
  /** Statements after them. */
  after: string[];
  /** Variables of the statements that the expectations need. */
  returned: string[];
  /** How many documents are to be carried over. */
  open: number;
  /** Statements over `documents`, `old` and `all`. */
  expectations: string[];
  /** The documents that come out can be put into a schema of their own. */
  isAccepted: boolean;
}

export function caseFor(spec: MigrationSpec): Case {
  const schema = spec.schema.tables.some((table) => table.name === spec.table)
    ? spec.schema
    : (spec.oldSchema ?? spec.schema);
  const examples = new Examples(schema);
  const definition = spec.now ?? spec.before;
  const type = documentType(definition?.document ?? { type: "any" });
  const made = build(spec, type, examples);
  const text = [made.document, ...made.expectations].join(" ");
  const variables = examples.statements.flatMap((line) => {
    const variable = /^const (\w+)/.exec(line)?.[1];
    return variable === undefined ? [] : [variable];
  });
  const used = made.expectations.join(" ");
  return {
    open: 5,
    after: [],
    ...made,
    isAccepted: !text.includes('"none"'),
    statements: [...examples.statements, ...(made.statements ?? [])],
    returned: [...variables, ...(made.variables ?? [])].filter((name) =>
      RegExp(`\\b${name}\\b`).test(used),
    ),
  };
}

interface Made {
  document: string;
  expectations: string[];
  statements?: string[];
  /** Variables that the statements declare. */
  variables?: string[];
  after?: string[];
  open?: number;
}

/** The field of every document equals a value. */
function everyField(path: readonly Segment[], tree: Tree): string {
  const head = path.find((segment) => segment.kind === "field");
  const name = head?.kind === "field" ? head.name : "";
  if (typeof tree === "string" || "items" in tree) return "";
  const value = tree.fields.get(name);
  const source = value === undefined ? "undefined" : treeSource(value);
  return `for (const doc of documents) expect(doc.${name}).toEqual(${source});`;
}

function build(spec: MigrationSpec, type: Validator, examples: Examples): Made {
  const { path } = spec;
  const at = (place: readonly Segment[], value: Tree | null) => examples.with(type, place, value);
  switch (spec.kind) {
    case "backfill":
      return backfillCase(spec, type, examples);
    case "unset":
      return {
        document: treeSource(at(path, oldValue(spec, examples))),
        expectations: [everyField(path, without(at(path, "null"), path))],
      };
    case "copy-then-unset": {
      const value = oldValue(spec, examples);
      return {
        document: treeSource(without(at(path, value), spec.toPath)),
        expectations: [everyField(spec.toPath, without(at(spec.toPath, value), path))],
      };
    }
    case "map-values": {
      const [first = ["null", "null"]] = spec.map;
      const place = intoList(spec);
      return {
        document: treeSource(at(place, first[0])),
        expectations: [everyField(place, at(place, first[1]))],
      };
    }
    case "convert":
      return convertCase(spec, type, examples);
    case "split-table": {
      const [element] = elementTypes(spec);
      const item = element === undefined ? '"x"' : examples.of(element);
      return {
        document: treeSource(at(path, { items: [item, item] })),
        expectations: [
          everyField(path, without(at(path, "null"), path)),
          `expect(await all(${JSON.stringify(spec.to)})).toHaveLength(10);`,
          ...(childTable(spec).position === null
            ? []
            : [
                `expect((await all(${JSON.stringify(spec.to)})).slice(0, 2).map((doc) => doc.${childTable(spec).position ?? ""})).toEqual([0, 1]);`,
              ]),
        ],
      };
    }
    case "copy-table":
      return {
        document: treeSource(examples.of(type)),
        expectations: [
          `expect(await all(${JSON.stringify(spec.to)})).toHaveLength(old.length);`,
          'expect((await all("migrationIds")).map((doc) => doc.oldId)).toEqual(old.map((doc) => doc._id));',
        ],
      };
    case "remap-ids": {
      const place = intoList(spec);
      const target = spec.schema.tables.find((table) => table.name === spec.to);
      const fresh = treeSource(examples.of(documentType(target?.document ?? { type: "any" })));
      const source = tableOf(spec, oldTarget(spec));
      const old = treeSource(examples.of(documentType(source?.document ?? { type: "any" })));
      return {
        statements: [
          `const oldId = await ctx.db.insert(${JSON.stringify(oldTarget(spec))}, ${old});`,
          `const newId = await ctx.db.insert(${JSON.stringify(spec.to)}, ${fresh});`,
          'await ctx.db.insert("migrationIds", { oldId, newId, createdAt: 0 });',
        ],
        variables: ["newId"],
        document: treeSource(at(place, "oldId")),
        expectations: [everyField(place, at(place, "newId"))],
      };
    }
    case "dedupe": {
      let document = examples.of(type);
      for (const key of spec.keys) {
        const place = key.split(".").map((name): Segment => ({ kind: "field", name }));
        const [keyType] = typesOf(spec, place);
        document = put(document, place, keyType === undefined ? '"x"' : examples.of(keyType));
      }
      return {
        document: treeSource(document),
        open: 4,
        expectations: ["expect(documents).toEqual(old.slice(0, 1));"],
      };
    }
    case "delete-orphans": {
      const parent = referenceTarget(spec, path) ?? "";
      const orphan = treeSource(at(path, "goneId"));
      const definition = spec.schema.tables.find((table) => table.name === parent);
      const gone = treeSource(examples.of(documentType(definition?.document ?? { type: "any" })));
      return {
        document: treeSource(at(path, examples.reference(parent))),
        after: [
          `const goneId = await ctx.db.insert(${JSON.stringify(parent)}, ${gone});`,
          "await ctx.db.delete(goneId);",
          `await ctx.db.insert(${JSON.stringify(spec.table)}, ${orphan});`,
        ],
        open: 1,
        expectations: ["expect(documents).toEqual(old.slice(0, 5));"],
      };
    }
    case "delete-all":
      return {
        document: treeSource(path.length === 0 ? examples.of(type) : deleted(spec, type, examples)),
        expectations: ["expect(documents).toEqual([]);"],
      };
  }
}

/** A document with the value that is deleted, in the variant that value belongs to. */
function deleted(spec: MigrationSpec, type: Validator, examples: Examples): Tree {
  const value = spec.value ?? "null";
  const variant = flatUnion(type).find((member) => {
    const placed = typesAtPath(member, spec.path);
    return placed?.types.some(
      (item) => item.type === "literal" && JSON.stringify(item.value) === value,
    );
  });
  return examples.with(variant ?? type, spec.path, value);
}

function backfillCase(spec: MigrationSpec, type: Validator, examples: Examples): Made {
  const { path } = spec;
  const old = examples.with(type, path, null);
  const [kind] = placedNow(spec, path)?.types ?? [];
  if (spec.from === null) {
    const value = spec.isFunction ? null : (spec.value ?? "initialValue");
    const isKnown = value !== null && value !== "initialValue";
    return {
      document: treeSource(old),
      expectations: isKnown ? [everyField(path, examples.with(type, path, value))] : [],
    };
  }
  const [reference = "", ...rest] = spec.from;
  const place = (names: readonly string[]) =>
    names.map((name): Segment => ({ kind: "field", name }));
  const parent = rest.length === 0 ? null : referenceTarget(spec, place([reference]));
  const value = kind === undefined ? '"x"' : examples.of(kind);
  if (parent === null)
    return {
      document: treeSource(put(old, place(spec.from), value)),
      expectations: [
        everyField(path, put(examples.with(type, path, value), place(spec.from), value)),
      ],
    };
  const definition = spec.schema.tables.find((table) => table.name === parent);
  const source = examples.with(
    documentType(definition?.document ?? { type: "any" }),
    place(rest),
    value,
  );
  return {
    statements: [
      `const parentId = await ctx.db.insert(${JSON.stringify(parent)}, ${treeSource(source)});`,
    ],
    variables: ["parentId"],
    document: treeSource(put(old, place([reference]), "parentId")),
    expectations: [everyField(path, examples.with(type, path, value))],
  };
}

function convertCase(spec: MigrationSpec, type: Validator, examples: Examples): Made {
  const { path } = spec;
  const target = spec.target ?? { type: "any" };
  const misfit = (placedBefore(spec, path)?.types ?? []).find((item) => !isIncluded(item, target));
  const isPlain = plainConversion(target, () => "") !== null;
  if (path.length === 0) {
    const [old] = flatUnion(spec.before?.document ?? type).filter(
      (item) => !isIncluded(item, target),
    );
    return { document: treeSource(examples.of(old ?? type)), expectations: [] };
  }
  const only = flatUnion(target).find((item) => item.type !== "null")?.type;
  const known = isPlain ? knownConversion(only, misfit, spec, examples) : null;
  if (known !== null)
    return {
      document: treeSource(examples.with(type, path, known.old)),
      expectations: [everyField(path, examples.with(type, path, known.fresh))],
    };
  const old = misfit === undefined ? '"old"' : examples.of(misfit);
  return { document: treeSource(examples.with(type, path, old)), expectations: [] };
}

/** A pair of old and new value, for the conversions that are the same everywhere. */
function knownConversion(
  target: Validator["type"] | undefined,
  old: Validator | undefined,
  spec: MigrationSpec,
  examples: Examples,
): { old: Tree; fresh: Tree } | null {
  const isNumber = old?.type === "number";
  const isWhole = old?.type === "bigint";
  const isBoolean = old?.type === "boolean";
  switch (target) {
    case "number":
      return isBoolean ? { old: "true", fresh: "1" } : { old: isWhole ? "7n" : '"7"', fresh: "7" };
    case "bigint":
      return isBoolean
        ? { old: "true", fresh: "1n" }
        : { old: isNumber ? "7" : '"7"', fresh: "7n" };
    case "string":
      return isBoolean
        ? { old: "true", fresh: '"true"' }
        : { old: isWhole ? "7n" : "7", fresh: '"7"' };
    case "boolean":
      return { old: isNumber ? "1" : isWhole ? "1n" : '"true"', fresh: "true" };
    case "array": {
      const array = flatUnion(spec.target ?? { type: "any" }).find((item) => item.type === "array");
      const element = array?.type === "array" ? examples.of(array.value) : '"x"';
      return { old: element, fresh: { items: [element] } };
    }
    default:
      return null;
  }
}

/** An old value at the path: of the old type, or of what the schema still says. */
function oldValue(spec: MigrationSpec, examples: Examples): Tree {
  const [type] = placedBefore(spec, spec.path)?.types ?? placedNow(spec, spec.path)?.types ?? [];
  if (spec.kind === "copy-then-unset") {
    const [fresh] = placedNow(spec, spec.toPath)?.types ?? [];
    if (fresh !== undefined) return examples.of(fresh);
  }
  return type === undefined ? '"old"' : examples.of(type);
}

function tableOf({ schema, oldSchema }: MigrationSpec, name: string): TableDefinition | undefined {
  return [...schema.tables, ...(oldSchema?.tables ?? [])].find((table) => table.name === name);
}

/** The old table of a reference: what it accepts, or accepted, besides the new one. */
function oldTarget(spec: MigrationSpec): string {
  for (const placed of [placedBefore(spec, intoList(spec)), placedNow(spec, intoList(spec))])
    for (const type of placed?.types ?? [])
      if (type.type === "id" && type.tableName !== spec.to) return type.tableName;
  return "oldDocuments";
}

/** The tree with a field put in, through plain objects. */
function put(tree: Tree, path: readonly Segment[], value: Tree): Tree {
  const [head, ...rest] = path;
  if (head?.kind !== "field") return value;
  const fields =
    typeof tree === "string" || "items" in tree ? new Map<string, Tree>() : new Map(tree.fields);
  fields.set(head.name, put(fields.get(head.name) ?? { fields: new Map() }, rest, value));
  return { fields };
}

/** The tree with a field taken out, wherever the path leads. */
function without(tree: Tree, path: readonly Segment[]): Tree {
  const [head, ...rest] = path;
  if (head === undefined || typeof tree === "string") return tree;
  if ("items" in tree)
    return head.kind === "element"
      ? { items: tree.items.map((item) => without(item, rest)) }
      : tree;
  if (head.kind === "variant") return without(tree, rest);
  const fields = new Map(tree.fields);
  for (const [name, value] of tree.fields) {
    if (head.kind === "field" && head.name !== name) continue;
    if (rest.length === 0) fields.delete(name);
    else fields.set(name, without(value, rest));
  }
  return { fields };
}
