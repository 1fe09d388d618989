// Neutral values of types, and JSON values as the source of a value of a type.
import { flatUnion, printKey, printLiteral, type Validator, ownField } from "./validator.ts";

/** The JSON of a value that says nothing: empty, zero, false, null. undefined when the type has none, as ids. */
export function neutralJson(type: Validator): unknown {
  switch (type.type) {
    case "string":
      return "";
    case "number":
    case "bigint":
    case "commitTs":
      return 0;
    case "boolean":
      return false;
    case "array":
      return [];
    case "record":
      return {};
    case "null":
    case "any":
      return null;
    case "literal":
      return typeof type.value === "object" && type.value !== null
        ? Number(printLiteral(type.value).slice(0, -1))
        : type.value;
    case "union": {
      const members = flatUnion(type);
      if (members.some((member) => member.type === "null")) return null;
      for (const member of members) {
        const value = neutralJson(member);
        if (value !== undefined) return value;
      }
      return undefined;
    }
    case "object": {
      const fields: Record<string, unknown> = {};
      for (const [name, field] of Object.entries(type.value)) {
        if (field.optional) continue;
        const value = neutralJson(field.fieldType);
        if (value === undefined) return undefined;
        fields[name] = value;
      }
      return fields;
    }
    case "id":
    case "bytes":
      return undefined;
  }
}

/**
 * JSON as TypeScript source of a value of the type: whole numbers become `1n` where the type wants int64.
 *
 * @returns null when the type refuses the value
 */
export function sourceOfJson(json: unknown, type: Validator): string | null {
  switch (type.type) {
    case "any":
      return JSON.stringify(json);
    case "null":
      return json === null ? "null" : null;
    case "number":
      return typeof json === "number" ? JSON.stringify(json) : null;
    case "bigint":
    case "commitTs":
      return typeof json === "number" && Number.isSafeInteger(json) ? `${json}n` : null;
    case "boolean":
      return typeof json === "boolean" ? String(json) : null;
    case "string":
    case "id":
      return typeof json === "string" ? JSON.stringify(json) : null;
    case "bytes":
      return null;
    case "literal": {
      const source = printLiteral(type.value);
      return source === JSON.stringify(json) || source === `${JSON.stringify(json)}n`
        ? source
        : null;
    }
    case "array": {
      if (!Array.isArray(json)) return null;
      const items = json.map((item) => sourceOfJson(item, type.value));
      return items.includes(null) ? null : `[${items.join(", ")}]`;
    }
    case "record": {
      if (!isPlain(json)) return null;
      const parts: string[] = [];
      for (const [name, value] of Object.entries(json)) {
        const source = sourceOfJson(value, type.values.fieldType);
        if (source === null || sourceOfJson(name, type.keys) === null) return null;
        parts.push(`${printKey(name)}: ${source}`);
      }
      return braces(parts);
    }
    case "object": {
      if (!isPlain(json)) return null;
      for (const [name, field] of Object.entries(type.value))
        if (!field.optional && json[name] === undefined) return null;
      const parts: string[] = [];
      for (const [name, value] of Object.entries(json)) {
        const field = ownField(type, name);
        const source = field === undefined ? null : sourceOfJson(value, field.fieldType);
        if (source === null) return null;
        parts.push(`${printKey(name)}: ${source}`);
      }
      return braces(parts);
    }
    case "union":
      for (const member of flatUnion(type)) {
        const source = sourceOfJson(json, member);
        if (source !== null) return source;
      }
      return null;
  }
}

function isPlain(json: unknown): json is Record<string, unknown> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function braces(parts: readonly string[]): string {
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}
