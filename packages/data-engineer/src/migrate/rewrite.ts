// Code that changes what stands at a path of a document, through objects, arrays, records and variants.
import { taggedUnion, typesAtPath, type Segment } from "../schema/path.ts";
import { printLiteral, type Validator } from "../schema/validator.ts";
import type { MigrationSpec } from "./spec.ts";

export interface Place {
  /** Statements that return null for documents that are another variant. */
  guard: string[];
  /** Top-level field; null for the document itself. */
  head: string | null;
  /** Source of the steps below the top-level field. */
  rest: string[];
}

/** @returns null in `head` when the path ends at the document or its variant */
export function placeOf(spec: MigrationSpec, path: readonly Segment[]): Place {
  const guard: string[] = [];
  const steps = [...path];
  const [first] = steps;
  if (first?.kind === "variant") {
    const { tag, value } = tagAt(spec, path, 0);
    guard.push(`if (doc.${tag} !== ${value}) return null;`);
    steps.shift();
  }
  const offset = path.length - steps.length;
  const [head, ...rest] = steps;
  if (head?.kind !== "field") return { guard, head: null, rest: [] };
  return {
    guard,
    head: head.name,
    rest: rest.map((segment, index) => {
      switch (segment.kind) {
        case "field":
          return JSON.stringify(segment.name);
        case "element":
          return '"[]"';
        case "value":
          return '"{}"';
        case "variant": {
          const { tag, value } = tagAt(spec, path, offset + 1 + index);
          return `{ tag: ${JSON.stringify(tag)}, is: ${value} }`;
        }
      }
    }),
  };
}

function tagAt(
  spec: MigrationSpec,
  path: readonly Segment[],
  index: number,
): { tag: string; value: string } {
  const segment = path[index];
  const label = segment?.kind === "variant" ? segment.label : "";
  for (const table of [spec.now, spec.before]) {
    if (table === null) continue;
    const types = unionAt(table.document, path.slice(0, index));
    const union = types === null ? null : taggedUnion(types);
    const variant = union?.variants.get(label);
    if (union !== null && variant !== undefined)
      return { tag: union.tag, value: printLiteral(variant.value) };
  }
  return { tag: "kind", value: JSON.stringify(label) };
}

function unionAt(document: Validator, path: readonly Segment[]): Validator | null {
  const placed = typesAtPath(document, path);
  return placed === null ? null : { type: "union", value: placed.types };
}

/** The generic walk that deep paths need, once per file. */
export function rewriteCode(isAsync: boolean): string {
  const [asyncWord, awaitWord] = isAsync ? ["async ", "await "] : ["", ""];
  const result = isAsync ? "Promise<any>" : "any";
  return `/** A field, \`[]\` for each element of a list, \`{}\` for each value of a record, or the variant to go on with. */
type Step = string | { tag: string; is: unknown };

/** \`value\` with \`change\` applied where \`path\` leads; the same value where nothing changed. */
${asyncWord}function rewrite(value: any, path: Step[], change: (value: any) => ${result}): ${result} {
  const [head, ...rest] = path;
  if (head === undefined) return ${isAsync ? "await " : ""}change(value);
  if (typeof value !== "object" || value === null) return value;
  if (typeof head === "object")
    return value[head.tag] === head.is ? ${awaitWord}rewrite(value, rest, change) : value;
  if (Array.isArray(value)) {
    if (head !== "[]") return value;
    const items: any[] = [];
    for (const item of value) items.push(${awaitWord}rewrite(item, rest, change));
    return items.every((item, i) => Object.is(item, value[i])) ? value : items;
  }
  if (head === "[]" || value instanceof ArrayBuffer) return value;
  let result = value;
  for (const name of head === "{}" ? Object.keys(value) : [head]) {
    if (value[name] === undefined) continue;
    const inner = ${awaitWord}rewrite(value[name], rest, change);
    if (!Object.is(inner, value[name])) result = { ...result, [name]: inner };
  }
  return result;
}`;
}
