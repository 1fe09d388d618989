// Validators of arguments, results and documents: their JSON form, the check of a value, and how they are printed.

import { debugPrint, debugString } from "../values/debug-print.ts";
import { decodeDocumentId } from "../values/document-id.ts";
import { UserError } from "../values/errors.ts";
import { identifierProblem } from "../values/identifier.ts";
import { encodeJsonKey } from "../values/index-key.ts";
import { isJsonObject, type Json, type JsonObject } from "../values/json.ts";
import { CommitTimestamp, decodeSpecial, decodeValue } from "../values/value.ts";

/** A parsed validator; field maps are sorted by name. */
export type Validator =
  | {
      readonly type:
        "null" | "number" | "bigint" | "boolean" | "string" | "bytes" | "any" | "commitTs";
    }
  | { readonly type: "literal"; readonly value: Json }
  | { readonly type: "id"; readonly tableName: string }
  | { readonly type: "array"; readonly value: Validator }
  | { readonly type: "record"; readonly keys: Validator; readonly values: Validator }
  | ObjectValidator
  | { readonly type: "union"; readonly value: readonly Validator[] };

export interface ObjectValidator {
  readonly type: "object";
  readonly fields: ReadonlyMap<string, FieldValidator>;
}

export interface FieldValidator {
  readonly fieldType: Validator;
  readonly optional: boolean;
}

/** What a check needs to know of its surroundings. */
export interface ValidationContext {
  /** Name of the table that a number in an id stands for; null if there is none. */
  tableNameOf(tableNumber: number): string | null;
}

/** The validator of what has none: accepts everything. */
export const anyValidator: Validator = { type: "any" };

/**
 * Parses a validator's JSON, as `exportArgs()` and schemas give it.
 *
 * @throws UserError saying what is wrong with it
 */
export function parseValidator(json: Json | undefined): Validator {
  if (!isJsonObject(json)) throw malformed(json);
  const { type } = json;
  switch (type) {
    case "null":
    case "number":
    case "bigint":
    case "boolean":
    case "string":
    case "bytes":
    case "any":
    case "commitTs":
      return { type };
    case "literal": {
      const value = json["value"];
      if (value === undefined || value === null || Array.isArray(value)) throw malformed(json);
      const special = isJsonObject(value) ? decodeSpecial(value) : value;
      if (special === undefined || typeof special === "object") throw malformed(json);
      return { type, value };
    }
    case "id": {
      const { tableName } = json;
      if (typeof tableName !== "string") throw malformed(json);
      return { type, tableName };
    }
    case "array":
      return { type, value: parseValidator(json["value"]) };
    case "record":
      return parseRecord(json);
    case "object":
      return parseObject(json["value"]);
    case "union":
      if (!Array.isArray(json["value"])) throw malformed(json);
      return { type, value: json["value"].map(parseValidator) };
    default:
      throw malformed(json);
  }
}

/**
 * Checks an encoded value.
 *
 * @returns null if it fits, else the detail text that follows `ArgumentValidationError: ` and the like
 */
export function checkValue(
  validator: Validator,
  value: Json,
  context: ValidationContext,
): string | null {
  return check(validator, value, context, "");
}

/** A validator the way Convex prints it: `v.object({a: v.optional(v.float64())})`. */
export function describeValidator(validator: Validator): string {
  switch (validator.type) {
    case "null":
      return "v.null()";
    case "number":
      return "v.float64()";
    case "bigint":
      return "v.int64()";
    case "boolean":
      return "v.boolean()";
    case "string":
      return "v.string()";
    case "bytes":
      return "v.bytes()";
    case "any":
      return "v.any()";
    case "commitTs":
      return "v.commitTs()";
    case "literal":
      return `v.literal(${describeLiteral(validator.value)})`;
    case "id":
      return `v.id("${validator.tableName}")`;
    case "array":
      return `v.array(${describeValidator(validator.value)})`;
    case "record":
      return `v.record(${describeValidator(validator.keys)}, ${describeValidator(validator.values)})`;
    case "object": {
      const fields = [...validator.fields].map(([name, { fieldType, optional }]) => {
        const described = describeValidator(fieldType);
        return `${name}: ${optional ? `v.optional(${described})` : described}`;
      });
      return `v.object({${fields.join(", ")}})`;
    }
    case "union":
      return `v.union(${validator.value.map(describeValidator).join(", ")})`;
    default:
      throw new Error(`Unknown validator ${JSON.stringify(validator satisfies never)}`);
  }
}

function check(
  validator: Validator,
  value: Json,
  context: ValidationContext,
  path: string,
): string | null {
  switch (validator.type) {
    case "any":
      return null;
    case "null":
      return value === null ? null : mismatch(validator, value, path);
    case "boolean":
    case "string":
      return typeof value === validator.type ? null : mismatch(validator, value, path);
    case "number":
      return typeof value === "number" || typeof special(value) === "number"
        ? null
        : mismatch(validator, value, path);
    case "bigint":
    case "commitTs": {
      const decoded = special(value);
      return typeof decoded === "bigint" || decoded instanceof CommitTimestamp
        ? null
        : mismatch(validator, value, path);
    }
    case "bytes":
      return special(value) instanceof ArrayBuffer ? null : mismatch(validator, value, path);
    case "literal":
      if (value === validator.value || encodeJsonKey(value) === encodeJsonKey(validator.value)) {
        return null;
      }
      return `\`${printed(value)}\` does not match literal validator \`v.literal(${describeLiteral(validator.value)})\`.${location(path)}`;
    case "id":
      return checkId(validator, value, context, path);
    case "array": {
      if (!Array.isArray(value)) return mismatch(validator, value, path);
      for (const [index, item] of value.entries()) {
        const problem = check(validator.value, item, context, `${path}[${index}]`);
        if (problem !== null) return problem;
      }
      return null;
    }
    case "record": {
      if (!isPlainObject(value)) return mismatch(validator, value, path);
      for (const name of Object.keys(value).sort()) {
        const problem =
          check(validator.keys, name, context, `${path}.keys()`) ??
          check(validator.values, value[name] ?? null, context, `${path}.values()`);
        if (problem !== null) return problem;
      }
      return null;
    }
    case "object":
      return checkObject(validator, value, context, path);
    case "union": {
      const [only] = validator.value;
      if (validator.value.length === 1 && only !== undefined) {
        return check(only, value, context, path);
      }
      return validator.value.some((member) => check(member, value, context, path) === null)
        ? null
        : mismatch(validator, value, path);
    }
    default:
      throw new Error(`Unknown validator ${JSON.stringify(validator satisfies never)}`);
  }
}

function checkId(
  validator: Extract<Validator, { type: "id" }>,
  value: Json,
  context: ValidationContext,
  path: string,
): string | null {
  const id = typeof value === "string" ? decodeDocumentId(value) : null;
  const table = id === null ? null : context.tableNameOf(id.tableNumber);
  if (typeof value !== "string" || table === null) return mismatch(validator, value, path);
  if (table === validator.tableName) return null;
  return table.startsWith("_")
    ? `Found ID "${value}" from a system table, which does not match the table name in validator \`v.id("${validator.tableName}")\`.${location(path)}`
    : `Found ID "${value}" from table \`${table}\`, which does not match the table name in validator \`v.id("${validator.tableName}")\`.${location(path)}`;
}

function checkObject(
  validator: ObjectValidator,
  value: Json,
  context: ValidationContext,
  path: string,
): string | null {
  if (!isPlainObject(value)) return mismatch(validator, value, path);
  for (const [name, { fieldType, optional }] of validator.fields) {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    if (field !== undefined) {
      const problem = check(fieldType, field, context, `${path}.${name}`);
      if (problem !== null) return problem;
    } else if (!optional) {
      return (
        `Object is missing the required field \`${name}\`. Consider wrapping the field validator in \`v.optional(...)\` if this is expected.\n` +
        `${location(path)}\nObject: ${printed(value)}\nValidator: ${describeValidator(validator)}`
      );
    }
  }
  for (const name of Object.keys(value).sort()) {
    if (!validator.fields.has(name)) {
      return (
        `Object contains extra field \`${name}\` that is not in the validator.\n` +
        `${location(path)}\nObject: ${printed(value)}\nValidator: ${describeValidator(validator)}`
      );
    }
  }
  return null;
}

function mismatch(validator: Validator, value: Json, path: string): string {
  return `Value does not match validator.\n${location(path)}\nValue: ${printed(value)}\nValidator: ${describeValidator(validator)}`;
}

function location(path: string): string {
  return path === "" ? "" : `Path: ${path}`;
}

function printed(value: Json): string {
  return debugPrint(decodeValue(value));
}

/** What a `$` form stands for; undefined for everything else. */
function special(value: Json): ReturnType<typeof decodeSpecial> {
  return isJsonObject(value) ? decodeSpecial(value) : undefined;
}

function isPlainObject(value: Json): value is JsonObject {
  return isJsonObject(value) && special(value) === undefined;
}

function describeLiteral(value: Json): string {
  if (typeof value === "string") return JSON.stringify(value);
  const decoded = decodeValue(value);
  return typeof decoded === "bigint" ? "<bigint>" : debugPrint(decoded);
}

function parseRecord(json: JsonObject): Validator {
  const keys = parseValidator(json["keys"]);
  const { values } = json;
  if (!isJsonObject(values)) throw malformed(json);
  if (!isStringSubtype(keys)) {
    throw new UserError(
      `Invalid record key type ${describeValidator(keys)}: keys of \`v.record\` must be strings or ids, and may not be literals.`,
      { code: "InvalidRecordType" },
    );
  }
  if (values["optional"] === true) {
    throw new UserError("Values of `v.record` may not be optional.", { code: "InvalidRecordType" });
  }
  return { type: "record", keys, values: parseValidator(values["fieldType"]) };
}

function isStringSubtype(validator: Validator): boolean {
  if (validator.type === "union") return validator.value.every(isStringSubtype);
  return validator.type === "string" || validator.type === "id";
}

function parseObject(json: Json | undefined): ObjectValidator {
  if (!isJsonObject(json)) throw malformed(json);
  const fields = new Map<string, FieldValidator>();
  for (const name of Object.keys(json).sort()) {
    const field = json[name];
    if (!isJsonObject(field)) throw malformed(field);
    const problem = identifierProblem(name);
    if (problem !== null) {
      throw new UserError(`Invalid field ${debugString(name)} in \`v.object\`: ${problem}`, {
        code: "InvalidObjectField",
      });
    }
    fields.set(name, {
      fieldType: parseValidator(field["fieldType"]),
      optional: field["optional"] === true,
    });
  }
  return { type: "object", fields };
}

function malformed(json: Json | undefined): UserError {
  return new UserError(`Not a validator: ${JSON.stringify(json)?.slice(0, 200) ?? "undefined"}`, {
    code: "InvalidValidator",
  });
}
