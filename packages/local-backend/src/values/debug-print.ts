// Values as Convex prints them in error texts: `1.0`, `"a\"b"`, `{a: 1.0, b: [null]}`.

import { CommitTimestamp, type Value } from "./value.ts";

/** One line; floats always with a point, strings quoted with escapes, object keys sorted. */
export function debugPrint(value: Value | undefined): string {
  switch (typeof value) {
    case "undefined":
      return "undefined";
    case "bigint":
      return value.toString();
    case "number":
      return debugFloat(value);
    case "boolean":
      return String(value);
    case "string":
      return debugString(value);
    case "object":
      break;
    default:
      return typeof value;
  }
  if (value === null) return "null";
  if (Array.isArray(value)) return `[${value.map(debugPrint).join(", ")}]`;
  if (value instanceof ArrayBuffer) return `b"${Buffer.from(value).toString("base64")}"`;
  if (value instanceof CommitTimestamp) return "commitTs";
  const fields = Object.keys(value)
    .sort()
    .map((name) => `${printName(name)}: ${debugPrint(value[name])}`);
  return `{${fields.join(", ")}}`;
}

/** The name of a value's type in error texts. */
export function typeName(value: Value | undefined): string {
  switch (typeof value) {
    case "undefined":
      return "Undefined";
    case "bigint":
      return "Int64";
    case "number":
      return "Float64";
    case "boolean":
      return "Boolean";
    case "string":
      return "String";
    default:
      break;
  }
  if (value === null) return "Null";
  if (Array.isArray(value)) return "Array";
  if (value instanceof ArrayBuffer) return "Bytes";
  return value instanceof CommitTimestamp ? "Int64" : "Object";
}

/** A string in double quotes, escaped the way Rust's debug output does it. */
export function debugString(text: string): string {
  let result = '"';
  for (const character of text) result += escapeCharacter(character);
  return result + '"';
}

function escapeCharacter(character: string): string {
  switch (character) {
    case '"':
      return '\\"';
    case "\\":
      return "\\\\";
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case "\t":
      return "\\t";
    case "\0":
      return "\\0";
    default:
      return /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u.test(character)
        ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
        : character;
  }
}

function debugFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const magnitude = Math.abs(value);
  // Rust switches to exponents at 1e16 and below 1e-5.
  if (magnitude >= 1e16 || (magnitude < 1e-5 && magnitude !== 0)) {
    const [mantissa, exponent] = value.toExponential().split("e");
    return `${mantissa ?? ""}e${(exponent ?? "").replace("+", "")}`;
  }
  const text = String(value).includes("e") ? value.toFixed(20).replace(/0+$/, "") : String(value);
  return text.includes(".") ? text : `${text}.0`;
}

function printName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : debugString(name);
}
