// What `convert` makes of a value: the type it aims at, and the code of the conversions that are the same everywhere.
import { ToolFailure } from "../project/failure.ts";
import { isIncluded } from "../schema/inclusion.ts";
import { fullPath } from "../schema/path.ts";
import { flatUnion, printFlat, type Validator } from "../schema/validator.ts";
import { placedBefore, placedNow, type MigrationSpec } from "./spec.ts";

const byName: Record<string, Validator> = {
  number: { type: "number" },
  float64: { type: "number" },
  string: { type: "string" },
  boolean: { type: "boolean" },
  int64: { type: "bigint" },
  bigint: { type: "bigint" },
  array: { type: "array", value: { type: "any" } },
};

/**
 * The type the values are to have: `--to`, or what is new in the schema, or the schema's type where the old one is gone.
 *
 * @throws ToolFailure when that cannot be told
 */
export function conversionTarget(spec: MigrationSpec): Validator {
  if (spec.to !== "") {
    const named = byName[spec.to];
    if (named === undefined)
      throw new ToolFailure(
        "bad-argument",
        `--to is "${spec.to}"; expected ${Object.keys(byName).join(", ")}.`,
      );
    return named;
  }
  const now = placedNow(spec, spec.path)?.types ?? [];
  if (now.length === 0)
    throw new ToolFailure(
      "bad-argument",
      `\`${fullPath(spec.table, spec.path)}\` is no longer in the schema: \`unset\` removes it.`,
    );
  const old = placedBefore(spec, spec.path)?.types ?? null;
  if (old !== null) {
    const fresh = now.filter((item) => !old.some((other) => isIncluded(item, other)));
    const isWidened = old.every((item) => isIncluded(item, unionOf(now)));
    return unionOf(isWidened && fresh.length > 0 ? fresh : now);
  }
  const kinds = new Set(
    now.map((item) => (item.type === "literal" ? typeof item.value : item.type)),
  );
  kinds.delete("null");
  if (kinds.size > 1 && spec.path.length > 0)
    throw new ToolFailure(
      "bad-argument",
      `\`${fullPath(spec.table, spec.path)}\` is ${printFlat(unionOf(now))}: pass --to with the type that is wanted, or --before with the schema as it was (git ref, file or snapshot).`,
    );
  return unionOf(now);
}

function unionOf(types: readonly Validator[]): Validator {
  const [only] = types;
  return types.length === 1 && only !== undefined ? only : { type: "union", value: [...types] };
}

/**
 * Statements that return the new value where it is plain what it is; null when people must say.
 *
 * @param fits - source of the test whether an expression fits the target
 */
export function plainConversion(
  target: Validator,
  fits: (expression: string) => string,
): string[] | null {
  const kinds = flatUnion(target).filter((item) => item.type !== "null");
  const [only] = kinds;
  if (kinds.length !== 1 || only === undefined) return null;
  switch (only.type) {
    case "number":
      return [
        'if (typeof value === "bigint" || typeof value === "boolean") return Number(value);',
        'if (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)))',
        "  return Number(value);",
      ];
    case "string":
      return ['if (["number", "bigint", "boolean"].includes(typeof value)) return String(value);'];
    case "boolean":
      return [
        'if (["true", "1"].includes(String(value))) return true;',
        'if (["false", "0"].includes(String(value))) return false;',
      ];
    case "bigint":
      return [
        'if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);',
        'if (typeof value === "boolean") return value ? 1n : 0n;',
        'if (typeof value === "string" && /^-?[0-9]+$/.test(value)) return BigInt(value);',
      ];
    case "array":
      return [`if (!Array.isArray(value) && ${fits("[value]")}) return [value];`];
    default:
      return null;
  }
}
