// Schema and validator code read as syntax: `v.…`, `defineTable`, `defineSchema`. Gives positions, and the schema itself when modules are not run.
import ts from "typescript6";
import type { ObjectField, Validator, LiteralValue } from "../schema/validator.ts";
import type { Evaluator } from "./evaluator.ts";
import { stringsOf, unknown, type TableNodes, type Value } from "./values.ts";

type ValidatorValue = Extract<Value, { k: "validator" }>;

function validator(value: Validator, optional = false): ValidatorValue {
  return { k: "validator", validator: value, optional, fields: new Map() };
}

/** A validator value, or an object of validators as one. */
export function validatorOf(value: Value): ValidatorValue | null {
  if (value.k === "validator") return value;
  if (value.k === "object") return objectValidator(value, null);
  return null;
}

function objectValidator(
  value: Extract<Value, { k: "object" }>,
  node: ts.Node | null,
): ValidatorValue {
  const fields: Record<string, ObjectField> = {};
  for (const [name, item] of value.props) {
    if (name.startsWith("...")) {
      if (item.k === "validator" && item.validator.type === "object")
        Object.assign(fields, item.validator.value);
      continue;
    }
    const inner = validatorOf(item);
    fields[name] = {
      fieldType: inner?.validator ?? { type: "any" },
      optional: inner?.optional ?? false,
    };
  }
  return {
    k: "validator",
    validator: { type: "object", value: fields },
    optional: false,
    fields: new Map([...placesOf(value, ""), ...(node === null ? [] : fieldNodes(node))]),
  };
}

/** Where fields are written that come from other objects: variables, spreads, other files. */
function placesOf(value: Extract<Value, { k: "object" }>, prefix: string): [string, ts.Node][] {
  return [...(value.nodes ?? [])].flatMap(([name, node]): [string, ts.Node][] => {
    const item = value.props.get(name);
    const path = prefix + name;
    const inner: [string, ts.Node][] =
      item?.k === "validator"
        ? [...item.fields].map(([key, place]) => [`${path}.${key}`, place])
        : item?.k === "object"
          ? placesOf(item, `${path}.`)
          : [];
    return [[path, node], ...inner];
  });
}

function fieldNodes(node: ts.Node): Map<string, ts.Node> {
  const nodes = new Map<string, ts.Node>();
  const visit = (object: ts.Node, prefix: string): void => {
    if (!ts.isObjectLiteralExpression(object)) return;
    for (const property of object.properties) {
      if (property.name === undefined || ts.isComputedPropertyName(property.name)) continue;
      const path = prefix + property.name.getText().replace(/^["']|["']$/g, "");
      nodes.set(path, property);
      if (ts.isPropertyAssignment(property)) visitCalls(property.initializer, `${path}.`);
    }
  };
  const visitCalls = (expression: ts.Node, prefix: string): void => {
    if (!ts.isCallExpression(expression)) return;
    for (const argument of expression.arguments) {
      visit(argument, prefix);
      visitCalls(argument, prefix);
    }
  };
  visit(node, "");
  return nodes;
}

/** A call of a function of `convex/values`, `convex/server` or convex-helpers/validators; null when it is none of these. */
export function callSchemaFunction(
  e: Evaluator,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value | null {
  if (name.startsWith("v.") || name.startsWith("vv."))
    return callValidator(name.replace(/^v+\./, ""), node, args);
  const [first] = args;
  switch (name) {
    case "defineTable":
      return defineTable(node, first, node.arguments[0]);
    case "Table":
      return helperTable(node, args);
    case "defineSchema":
      return defineSchema(node, first, args[1]);
    case "literals": {
      const values = args.map((item) => (item.k === "const" ? literalOf(item.value) : null));
      return validator({
        type: "union",
        value: values.map((value): Validator => ({ type: "literal", value })),
      });
    }
    case "nullable": {
      const inner = first === undefined ? null : validatorOf(first);
      return validator({
        type: "union",
        value: [inner?.validator ?? { type: "any" }, { type: "null" }],
      });
    }
    case "partial": {
      const inner = first === undefined ? null : validatorOf(first);
      if (inner?.validator.type !== "object") return null;
      const fields: Record<string, ObjectField> = {};
      for (const [key, field] of Object.entries(inner.validator.value))
        fields[key] = { fieldType: field.fieldType, optional: true };
      return validator({ type: "object", value: fields });
    }
    case "deprecated":
      return validator({ type: "any" }, true);
    case "paginationResultValidator":
      return validator({ type: "any" });
    default:
      return null;
  }
}

function callValidator(name: string, node: ts.CallExpression, args: Value[]): Value | null {
  const [first, second] = args;
  const inner = first === undefined ? null : validatorOf(first);
  switch (name) {
    case "null":
    case "boolean":
    case "string":
    case "bytes":
    case "any":
    case "commitTs":
      return validator({ type: name });
    case "number":
    case "float64":
      return validator({ type: "number" });
    case "int64":
    case "bigint":
      return validator({ type: "bigint" });
    case "id": {
      const table = first === undefined ? null : stringsOf(first);
      return validator(
        table?.[0] === undefined ? { type: "any" } : { type: "id", tableName: table[0] },
      );
    }
    case "literal":
      return validator(
        first?.k === "const" ? { type: "literal", value: literalOf(first.value) } : { type: "any" },
      );
    case "array":
      return {
        ...validator({ type: "array", value: inner?.validator ?? { type: "any" } }),
        fields: inner?.fields ?? new Map<string, ts.Node>(),
      };
    case "record":
      return validator({
        type: "record",
        keys: inner?.validator ?? { type: "string" },
        values: {
          fieldType: (second === undefined ? null : validatorOf(second))?.validator ?? {
            type: "any",
          },
          optional: false,
        },
      });
    case "object":
      return first?.k === "object"
        ? objectValidator(first, node.arguments[0] ?? null)
        : validator({ type: "any" });
    case "union": {
      const members = args
        .flatMap((argument) => (argument.k === "array" ? argument.elements : [argument]))
        .map(validatorOf);
      return {
        k: "validator",
        validator: { type: "union", value: members.map((m) => m?.validator ?? { type: "any" }) },
        optional: false,
        fields: new Map(members.flatMap((member) => [...(member?.fields ?? [])])),
      };
    }
    case "nullable":
      return validator({
        type: "union",
        value: [inner?.validator ?? { type: "any" }, { type: "null" }],
      });
    case "optional":
      return {
        k: "validator",
        validator: inner?.validator ?? { type: "any" },
        optional: true,
        fields: inner?.fields ?? new Map<string, ts.Node>(),
      };
    default:
      return validator({ type: "any" });
  }
}

function literalOf(value: unknown): LiteralValue {
  if (typeof value === "bigint") {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return { $integer: bytes.toString("base64") };
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : null;
}

/** `Table(name, fields)` of convex-helpers: a definition, and validators of its documents. */
function helperTable(node: ts.CallExpression, args: Value[]): Value {
  const [name, fields] = args;
  const table = name === undefined ? undefined : stringsOf(name)?.[0];
  if (table === undefined || fields?.k !== "object") return unknown;
  const system: [string, Value][] = [
    ["_id", validator({ type: "id", tableName: table })],
    ["_creationTime", validator({ type: "number" })],
  ];
  const whole: Value = {
    ...fields,
    props: new Map([...fields.props, ...system]),
  };
  return {
    k: "object",
    open: false,
    props: new Map<string, Value>([
      ["name", { k: "const", value: table }],
      ["table", defineTable(node, fields, node.arguments[1])],
      ["doc", validatorOf(whole) ?? unknown],
      ["withoutSystemFields", fields],
      ["withSystemFields", whole],
      ["systemFields", { k: "object", props: new Map(system), open: false }],
      ["_id", validator({ type: "id", tableName: table })],
    ]),
  };
}

function defineTable(
  node: ts.CallExpression,
  first: Value | undefined,
  argument: ts.Expression | undefined,
): Value {
  const document =
    first === undefined
      ? null
      : first.k === "object"
        ? objectValidator(first, argument ?? null)
        : validatorOf(first);
  return {
    k: "table-definition",
    document: document?.validator ?? { type: "any" },
    nodes: { define: node, fields: document?.fields ?? new Map<string, ts.Node>(), indexes: [] },
    indexes: { indexes: [], search: [], vector: [], open: false },
  };
}

function defineSchema(node: ts.Node, tables: Value | undefined, options: Value | undefined): Value {
  const isOff = (name: string): boolean => {
    const option = options?.k === "object" ? options.props.get(name) : undefined;
    return option?.k === "const" && option.value === false;
  };
  return {
    k: "schema-definition",
    node,
    tables: tables?.k === "object" ? tables.props : new Map<string, Value>(),
    open: tables?.k !== "object" || tables.open,
    validation: !isOff("schemaValidation"),
    allowsOtherTables: isOff("strictTableNameTypes"),
  };
}

/** Methods of validators and of table definitions. */
export function callSchemaMethod(
  e: Evaluator,
  base: Extract<Value, { k: "validator" | "table-definition" | "schema-definition" }>,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value {
  if (base.k === "table-definition") return callTableMethod(base, name, node, args);
  if (base.k === "schema-definition") return validator({ type: "any" });
  const [first] = args;
  switch (name) {
    case "optional":
      return { ...base, optional: true };
    case "extend": {
      if (base.validator.type !== "object" || first?.k !== "object") return base;
      const more = objectValidator(first, node.arguments[0] ?? null);
      return {
        k: "validator",
        validator: {
          type: "object",
          value: {
            ...base.validator.value,
            ...(more.validator.type === "object" ? more.validator.value : {}),
          },
        },
        optional: base.optional,
        fields: new Map([...base.fields, ...more.fields]),
      };
    }
    case "omit":
    case "pick": {
      if (base.validator.type !== "object") return base;
      const names = new Set(args.flatMap((argument) => stringsOf(argument) ?? []));
      const kept = Object.entries(base.validator.value).filter(
        ([key]) => names.has(key) === (name === "pick"),
      );
      return { ...base, validator: { type: "object", value: Object.fromEntries(kept) } };
    }
    case "partial": {
      if (base.validator.type !== "object") return base;
      const fields = Object.entries(base.validator.value).map(
        ([key, field]) => [key, { ...field, optional: true }] as const,
      );
      return { ...base, validator: { type: "object", value: Object.fromEntries(fields) } };
    }
    default:
      return base;
  }
}

function callTableMethod(
  base: Extract<Value, { k: "table-definition" }>,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value {
  const [nameValue, config] = args;
  const index = nameValue === undefined ? undefined : stringsOf(nameValue)?.[0];
  if (name === "staged") return base;
  if (name !== "index" && name !== "searchIndex" && name !== "vectorIndex") return base;
  const nodes: TableNodes = { ...base.nodes, indexes: [...base.nodes.indexes] };
  const indexes = {
    indexes: [...base.indexes.indexes],
    search: [...base.indexes.search],
    vector: [...base.indexes.vector],
    open: base.indexes.open,
  };
  if (index === undefined) return { ...base, nodes, indexes: { ...indexes, open: true } };
  const options = config?.k === "object" ? config.props : new Map<string, Value>();
  const stagedValue = options.get("staged");
  const staged = stagedValue?.k === "const" && stagedValue.value === true;
  nodes.indexes.push({
    name: index,
    kind: name === "index" ? "index" : name === "searchIndex" ? "search" : "vector",
    call: node,
  });
  const list = (value: Value | undefined): string[] | null =>
    value?.k === "array" ? value.elements.flatMap((item) => stringsOf(item) ?? []) : null;
  const text = (key: string): string => {
    const value = options.get(key);
    return value?.k === "const" ? String(value.value) : "";
  };
  if (name === "index") {
    const fields = list(config?.k === "object" ? options.get("fields") : config);
    if (fields === null) indexes.open = true;
    else indexes.indexes.push({ indexDescriptor: index, fields, staged });
  } else if (name === "searchIndex") {
    indexes.search.push({
      indexDescriptor: index,
      searchField: text("searchField"),
      filterFields: list(options.get("filterFields")) ?? [],
      staged,
    });
  } else {
    indexes.vector.push({
      indexDescriptor: index,
      vectorField: text("vectorField"),
      dimensions: Number(text("dimensions")),
      filterFields: list(options.get("filterFields")) ?? [],
      staged,
    });
  }
  return { ...base, nodes, indexes };
}
