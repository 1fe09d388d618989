// What a function returns as validator code: documents, lists and pages of them, ids, arguments, stored fields, objects of these.
import { optionsOf, type Entry, type Value } from "../evaluate/values.ts";
import { printValidator, type Validator } from "../schema/validator.ts";
import type { RuleContext } from "./context.ts";
import { anyPaths } from "./schema-fields.ts";

/** Code for the result of a function; null when some part of it is not known. */
export function resultCode(context: RuleContext, entry: Entry, result: Value): string | null {
  const code = new Results(context, entry).code(result);
  // What a factory makes differs from call to call.
  return code !== null && entry.isMade && /v\.id\(|schema\.doc\(/.test(code) ? null : code;
}

class Results {
  readonly #context: RuleContext;
  readonly #entry: Entry;

  constructor(context: RuleContext, entry: Entry) {
    this.#context = context;
    this.#entry = entry;
  }

  code(value: Value, depth = 0): string | null {
    if (depth > 4) return null;
    switch (value.k) {
      case "union":
        return this.#union(value.options, depth);
      case "row":
        return this.#document(value.table, value.nullable);
      case "rows":
        return list(this.#document(value.table, false));
      case "page": {
        const item = this.#document(value.rows.table, false);
        return item === null || !this.#context.hasConvex(1, 29)
          ? null
          : `paginationResultValidator(${item})`;
      }
      case "id":
        return value.table === "?" ? null : `v.id(${JSON.stringify(value.table)})`;
      case "count":
        return "v.number()";
      case "compare":
        return value.op === "text" ? null : "v.boolean()";
      case "logic":
        return value.op === "not" || value.parts.every((part) => this.code(part) === "v.boolean()")
          ? "v.boolean()"
          : null;
      case "const":
        return constantCode(value.value);
      case "arg":
        return this.#argument(value);
      case "field":
        return this.#field(value);
      case "array": {
        const items = value.elements.flatMap(optionsOf);
        return items.length === 0 ? null : list(this.#union(items, depth));
      }
      case "object":
        return this.#object(value, depth);
      default:
        return null;
    }
  }

  #union(options: readonly Value[], depth: number): string | null {
    const parts = new Set<string>();
    for (const option of options) {
      const part = this.code(option, depth + 1);
      if (part === null || part.startsWith("v.optional(")) return null;
      for (const member of membersOf(part)) parts.add(member);
    }
    const [only] = parts;
    return parts.size === 1 && only !== undefined ? only : `v.union(${[...parts].join(", ")})`;
  }

  #document(table: string, nullable: boolean): string | null {
    const definition = this.#context.model.schema.tables.find((item) => item.name === table);
    if (definition === undefined) return null;
    let code = `schema.doc(${JSON.stringify(table)})`;
    if (!this.#context.hasConvex(1, 44)) {
      if (definition.document.type !== "object" || !isDescribed(definition.document)) return null;
      code = printValidator({
        type: "object",
        value: {
          _id: { fieldType: { type: "id", tableName: table }, optional: false },
          _creationTime: { fieldType: { type: "number" }, optional: false },
          ...definition.document.value,
        },
      });
    }
    return nullable ? `v.union(${code}, v.null())` : code;
  }

  #argument(value: Extract<Value, { k: "arg" }>): string | null {
    const { validator, path } = value;
    const [name] = path;
    if (validator === null || !isDescribed(validator)) return null;
    if (path.length !== 1 || name === undefined) return null;
    const { args } = this.#entry;
    const isOptional = args?.type === "object" && args.value[name]?.optional === true;
    return isOptional ? `v.optional(${printValidator(validator)})` : printValidator(validator);
  }

  #field(value: Extract<Value, { k: "field" }>): string | null {
    if (value.transformed || value.path.includes("*")) return null;
    const type = this.#context.analysis.evaluator.fieldType(value.table, value.path);
    if (type === null || !type.types.every(isDescribed)) return null;
    const [only] = type.types;
    const code =
      type.types.length === 1 && only !== undefined
        ? printValidator(only)
        : printValidator({ type: "union", value: type.types });
    return type.optional ? `v.optional(${code})` : code;
  }

  #object(value: Extract<Value, { k: "object" }>, depth: number): string | null {
    if (value.open || value.props.size === 0) return null;
    const fields: string[] = [];
    for (const [name, item] of value.props) {
      const code = this.code(item, depth + 1);
      if (code === null || !/^[A-Za-z_]\w*$/.test(name)) return null;
      fields.push(`${name}: ${code}`);
    }
    return `v.object({ ${fields.join(", ")} })`;
  }
}

function list(item: string | null): string | null {
  return item === null || item.startsWith("v.optional(") ? null : `v.array(${item})`;
}

/** The members of a flat union, so that unions of unions stay flat. */
function membersOf(code: string): string[] {
  const match = /^v\.union\((schema\.doc\("[^"]*"\)), v\.null\(\)\)$/.exec(code);
  return match?.[1] === undefined ? [code] : [match[1], "v.null()"];
}

function isDescribed(validator: Validator): boolean {
  return anyPaths(validator, "").length === 0 && !JSON.stringify(validator).includes("isStub");
}

function constantCode(value: unknown): string | null {
  if (value === null || value === undefined) return "v.null()";
  switch (typeof value) {
    case "boolean":
      return "v.boolean()";
    case "string":
      return "v.string()";
    case "number":
      return "v.number()";
    case "bigint":
      return "v.int64()";
    default:
      return null;
  }
}
