// The constants a migration is given as JSON, checked against the types they go to and come from.
import { ToolFailure } from "../project/failure.ts";
import { fullPath } from "../schema/path.ts";
import { neutralJson, sourceOfJson } from "../schema/neutral.ts";
import {
  flatUnion,
  isRecord,
  printFlat,
  printLiteral,
  type Validator,
} from "../schema/validator.ts";
import { placedBefore, placedNow, typesOf, type MigrationSpec } from "./spec.ts";

/**
 * The source of `--value` in the type of the field.
 *
 * @throws ToolFailure when it is no JSON, or the field does not accept it
 */
export function constantSource(text: string, spec: MigrationSpec): string {
  const json = parsed(text, `--value is ${text}; expected JSON, such as '"none"', '0' or 'false'.`);
  const types = typesOf(spec, spec.path);
  if (spec.kind !== "backfill" || types.length === 0)
    return bestSource(json, types) ?? JSON.stringify(json);
  const source = bestSource(json, types);
  if (source === null)
    throw new ToolFailure(
      "bad-argument",
      `--value is ${text}, which \`${fullPath(spec.table, spec.path)}\` does not accept: it is ${printFlat(unionOf(types))}.`,
    );
  return source;
}

/** @throws ToolFailure when the map is missing, no object, circular, or holds values the field does not accept */
export function mapSources(text: string | undefined, spec: MigrationSpec): [string, string][] {
  if (text === undefined)
    throw new ToolFailure(
      "bad-argument",
      '`map-values` needs --map, a JSON object of old to new value, such as \'{"gm":"gameMaster"}\'.',
    );
  const json = parsed(text, '--map is no JSON; expected \'{"old":"new"}\'.');
  if (!isRecord(json) || Object.keys(json).length === 0)
    throw new ToolFailure(
      "bad-argument",
      '--map is no JSON object with entries; expected \'{"old":"new"}\'.',
    );
  const again = Object.values(json)
    .map(String)
    .find((value) => Object.hasOwn(json, value) && String(json[value]) !== value);
  if (again !== undefined)
    throw new ToolFailure(
      "bad-argument",
      `--map maps to "${again}" and also from it: a second run would map twice. Do it in two migrations.`,
    );
  // Keys are old values: of the old type, where it is known.
  const old = elementTypes(
    placedBefore(spec, spec.path)?.types ?? placedNow(spec, spec.path)?.types ?? [],
  );
  const fresh = elementTypes(placedNow(spec, spec.path)?.types ?? old);
  return Object.entries(json).map(([key, value]) => {
    const source = bestSource(value, fresh);
    if (source === null)
      throw new ToolFailure(
        "bad-argument",
        `--map maps "${key}" to ${JSON.stringify(value)}, which \`${fullPath(spec.table, spec.path)}\` does not accept: it is ${printFlat(unionOf(fresh))}.`,
      );
    return [keySource(key, old), source];
  });
}

/** A list, and nothing else but null: a map works on its elements. */
export function isList(types: readonly Validator[]): boolean {
  const kinds = types.filter((type) => type.type !== "null");
  return kinds.length > 0 && kinds.every((type) => type.type === "array");
}

function elementTypes(types: readonly Validator[]): Validator[] {
  return isList(types)
    ? types.flatMap((type) => (type.type === "array" ? flatUnion(type.value) : []))
    : [...types];
}

/** JSON keys are texts; the old value may be a number, a boolean or null. */
function keySource(key: string, types: readonly Validator[]): string {
  for (const type of types) {
    if (type.type === "literal" && printLiteral(type.value).replace(/n$/, "") === key)
      return printLiteral(type.value);
    if (type.type === "literal" && type.value === key) return JSON.stringify(key);
  }
  if (key === "null" && types.some((type) => type.type === "null")) return "null";
  if (types.some((type) => ["string", "id", "any"].includes(type.type))) return JSON.stringify(key);
  if ((key === "true" || key === "false") && types.some((type) => type.type === "boolean"))
    return key;
  if (key.trim() !== "" && Number.isFinite(Number(key))) {
    if (types.some((type) => type.type === "number")) return String(Number(key));
    if (types.some((type) => type.type === "bigint") && /^-?\d+$/.test(key)) return `${key}n`;
  }
  return JSON.stringify(key);
}

/** A neutral value of the field's type as source; null when there is none. */
export function neutralSource(spec: MigrationSpec): string | null {
  const types = placedNow(spec, spec.path)?.types ?? [];
  const type: Validator = { type: "union", value: types };
  const json = types.length === 0 ? undefined : neutralJson(type);
  return json === undefined ? null : sourceOfJson(json, type);
}

function bestSource(json: unknown, types: readonly Validator[]): string | null {
  for (const type of types) {
    const source = sourceOfJson(json, type);
    if (source !== null) return source;
  }
  return null;
}

function unionOf(types: readonly Validator[]): Validator {
  const [only] = types;
  return types.length === 1 && only !== undefined ? only : { type: "union", value: [...types] };
}

function parsed(text: string, message: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ToolFailure("bad-argument", message);
  }
}
