// Convex validators as the JSON that a push sends: types, parsing at the edge, printing as `v.…` code, field lookup.

export type LiteralValue = string | number | boolean | null | { $integer: string };

export interface ObjectField {
  fieldType: Validator;
  optional: boolean;
}

/** The validator JSON of `schema.export()`, `exportArgs()` and `exportReturns()`. */
export type Validator =
  | {
      type: "any";
      /** It stands for a validator of a package that is not there: what it accepts is not known. */
      isStub?: true;
    }
  | { type: "null" | "number" | "bigint" | "boolean" | "string" | "bytes" | "commitTs" }
  | { type: "literal"; value: LiteralValue }
  | { type: "id"; tableName: string }
  | { type: "array"; value: Validator }
  | { type: "record"; keys: Validator; values: ObjectField }
  | { type: "object"; value: Record<string, ObjectField> }
  | { type: "union"; value: Validator[] };

export type ObjectValidator = Extract<Validator, { type: "object" }>;

export const anyValidator: Validator = { type: "any" };

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads validator JSON; anything not understood becomes `any`, so that an unknown part is never reported on. */
export function parseValidator(json: unknown): Validator {
  if (!isRecord(json)) return anyValidator;
  switch (json["type"]) {
    case "null":
    case "number":
    case "bigint":
    case "boolean":
    case "string":
    case "bytes":
    case "commitTs":
      return { type: json["type"] };
    case "any":
      return json["isStub"] === true ? { type: "any", isStub: true } : { type: "any" };
    case "literal":
      return { type: "literal", value: parseLiteral(json["value"]) };
    case "id":
      return { type: "id", tableName: String(json["tableName"]) };
    case "array":
      return { type: "array", value: parseValidator(json["value"]) };
    case "record": {
      const values = json["values"];
      return {
        type: "record",
        keys: parseValidator(json["keys"]),
        values: parseField(values),
      };
    }
    case "object": {
      const fields: Record<string, ObjectField> = {};
      if (isRecord(json["value"])) {
        for (const [name, field] of Object.entries(json["value"])) fields[name] = parseField(field);
      }
      return { type: "object", value: fields };
    }
    case "union":
      return {
        type: "union",
        value: Array.isArray(json["value"]) ? json["value"].map(parseValidator) : [],
      };
    default:
      return anyValidator;
  }
}

function parseField(json: unknown): ObjectField {
  if (!isRecord(json)) return { fieldType: anyValidator, optional: false };
  return { fieldType: parseValidator(json["fieldType"]), optional: json["optional"] === true };
}

function parseLiteral(value: unknown): LiteralValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (isRecord(value) && typeof value["$integer"] === "string")
    return { $integer: value["$integer"] };
  return null;
}

/** Same structure, key order of objects and member order of unions aside. */
export function sameValidator(a: Validator, b: Validator): boolean {
  return canonical(a) === canonical(b);
}

function canonical(validator: Validator): string {
  switch (validator.type) {
    case "array":
      return `[${canonical(validator.value)}]`;
    case "record":
      return `<${canonical(validator.keys)}:${canonical(validator.values.fieldType)}>`;
    case "object":
      return `{${Object.keys(validator.value)
        .sort()
        .map((name) => {
          const field = ownField(validator, name);
          if (field === undefined) return "";
          return `${JSON.stringify(name)}${field.optional ? "?" : ""}:${canonical(field.fieldType)}`;
        })
        .join(",")}}`;
    case "union":
      return `(${[...new Set(validator.value.map(canonical))].sort().join("|")})`;
    default:
      return JSON.stringify(validator);
  }
}

/**
 * Prints a validator as source. One line if it is short, otherwise objects break over lines.
 *
 * @param indent - spaces the first line stands at
 */
export function printValidator(validator: Validator, indent = 0): string {
  const flat = printFlat(validator);
  if (flat.length + indent <= 88 || (validator.type !== "object" && validator.type !== "union"))
    return flat;
  const pad = " ".repeat(indent + 2);
  const close = " ".repeat(indent);
  if (validator.type === "union") {
    const members = validator.value.map((m) => `${pad}${printValidator(m, indent + 2)},\n`);
    return `v.union(\n${members.join("")}${close})`;
  }
  const lines = Object.entries(validator.value).map(([name, field]) => {
    const inner = printValidator(field.fieldType, indent + 2);
    return `${pad}${printKey(name)}: ${field.optional ? `v.optional(${inner})` : inner},\n`;
  });
  return `v.object({\n${lines.join("")}${close}})`;
}

/** Prints a validator as source on one line, however long. */
export function printFlat(validator: Validator): string {
  switch (validator.type) {
    case "any":
    case "null":
    case "number":
    case "boolean":
    case "string":
    case "bytes":
    case "commitTs":
      return `v.${validator.type}()`;
    case "bigint":
      return "v.int64()";
    case "literal":
      return `v.literal(${printLiteral(validator.value)})`;
    case "id":
      return `v.id(${JSON.stringify(validator.tableName)})`;
    case "array":
      return `v.array(${printFlat(validator.value)})`;
    case "record":
      return `v.record(${printFlat(validator.keys)}, ${printFlat(validator.values.fieldType)})`;
    case "object": {
      const fields = Object.entries(validator.value).map(([name, field]) => {
        const inner = printFlat(field.fieldType);
        return `${printKey(name)}: ${field.optional ? `v.optional(${inner})` : inner}`;
      });
      return fields.length === 0 ? "v.object({})" : `v.object({ ${fields.join(", ")} })`;
    }
    case "union":
      return `v.union(${validator.value.map(printFlat).join(", ")})`;
  }
}

export function printLiteral(value: LiteralValue): string {
  if (value !== null && typeof value === "object") {
    const bytes = Buffer.from(value.$integer, "base64");
    return bytes.length === 8 ? `${bytes.readBigInt64LE()}n` : "0n";
  }
  return JSON.stringify(value);
}

export function printKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** A field by name; a name that every JavaScript object knows, such as `constructor`, is none unless it is declared. */
export function ownField(object: ObjectValidator, name: string): ObjectField | undefined {
  return Object.hasOwn(object.value, name) ? object.value[name] : undefined;
}

/** The object variants of a table's document type; empty when the table is `v.any()`. */
export function objectVariants(validator: Validator): ObjectValidator[] {
  if (validator.type === "object") return [validator];
  if (validator.type === "union") return validator.value.flatMap(objectVariants);
  return [];
}

export interface FieldType {
  /** The types the path has over all variants where it is possible. */
  types: Validator[];
  /** True when some variant lacks it or has it as optional. */
  optional: boolean;
}

const systemFields: Record<string, (table: string) => Validator> = {
  _id: (table) => ({ type: "id", tableName: table }),
  _creationTime: () => ({ type: "number" }),
};

/**
 * The type of a dotted path in a document.
 *
 * @returns null when no variant can have the path; types `[any]` when the document is not described
 */
export function fieldType(
  document: Validator,
  path: string | readonly string[],
  table = "",
): FieldType | null {
  const segments = typeof path === "string" ? path.split(".") : path;
  const [head, ...rest] = segments;
  if (head === undefined) return { types: [document], optional: false };
  const system = Object.hasOwn(systemFields, head) ? systemFields[head] : undefined;
  if (system !== undefined && rest.length === 0) return { types: [system(table)], optional: false };
  return lookup(document, segments);
}

function lookup(validator: Validator, segments: readonly string[]): FieldType | null {
  const [head, ...rest] = segments;
  if (head === undefined) {
    return {
      types: validator.type === "union" ? flatUnion(validator) : [validator],
      optional: false,
    };
  }
  switch (validator.type) {
    case "any":
      return { types: [anyValidator], optional: true };
    case "record": {
      const inner = lookup(validator.values.fieldType, rest);
      return inner === null ? null : { types: inner.types, optional: true };
    }
    case "object": {
      const field = ownField(validator, head);
      if (field === undefined) return null;
      const inner = lookup(field.fieldType, rest);
      if (inner === null) return null;
      return { types: inner.types, optional: inner.optional || field.optional };
    }
    case "union": {
      const found = validator.value.map((member) => lookup(member, segments));
      const present = found.filter((item) => item !== null);
      if (present.length === 0) return null;
      return {
        types: present.flatMap((item) => item.types),
        optional: present.length < found.length || present.some((item) => item.optional),
      };
    }
    default:
      return null;
  }
}

export function flatUnion(validator: Validator): Validator[] {
  return validator.type === "union" ? validator.value.flatMap(flatUnion) : [validator];
}

/** Every path that names a scalar, an array or an object field, dotted, objects before what they hold. */
export function fieldPaths(validator: Validator, prefix = ""): string[] {
  const paths = new Set<string>();
  for (const variant of objectVariants(validator)) {
    for (const [name, field] of Object.entries(variant.value)) {
      const path = prefix === "" ? name : `${prefix}.${name}`;
      paths.add(path);
      for (const inner of fieldPaths(field.fieldType, path)) paths.add(inner);
    }
  }
  return [...paths];
}
