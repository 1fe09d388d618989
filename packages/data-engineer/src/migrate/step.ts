// The parts of a migration's code that all kinds are made of: what a step declares, and the functions it leaves behind.
import type { Segment } from "../schema/path.ts";
import { placeOf, rewriteCode } from "./rewrite.ts";
import type { MigrationSpec } from "./spec.ts";

/**
 * Declarations of a migration file. They leave behind either `patchFor(doc)`, which gives the patch or null when there
 * is nothing to do, or `isDone(ctx, doc)` and `carryOver(ctx, doc)`.
 */
export interface Step {
  declarations: string[];
  form: "patch" | "write";
  /** `patchFor` takes `ctx` first and is awaited. */
  usesDatabase: boolean;
  /** Source of a condition over `doc` (and `ctx`): it is still to be carried over. */
  isOpen: string;
  /** Tables and indexes the schema must have before. */
  needs: string[];
}

/** `ctx` as the declarations see it. */
export const readCtx = "ctx: GenericQueryCtx<any>";
export const writeCtx = "ctx: GenericMutationCtx<any>";

export function quote(text: string): string {
  return JSON.stringify(text);
}

export function indent(lines: readonly string[], by = 2): string {
  return lines.map((line) => (line === "" ? line : " ".repeat(by) + line)).join("\n");
}

export function block(head: string, lines: readonly string[]): string {
  return `${head} {\n${indent(lines)}\n}`;
}

/** `doc.a?.b`: safe where a part of the path is missing. */
export function access(fields: readonly string[], root = "doc"): string {
  const [first = "", ...rest] = fields;
  return `${root}.${first}${rest.map((part) => `?.${part}`).join("")}`;
}

export function plainFields(path: readonly Segment[]): string[] {
  return path.flatMap((item) => (item.kind === "field" ? [item.name] : []));
}

export function patchStep(declarations: string[], more: Partial<Step> = {}): Step {
  const usesDatabase = more.usesDatabase ?? false;
  return {
    declarations,
    form: "patch",
    usesDatabase,
    isOpen: usesDatabase ? "(await patchFor(ctx, doc)) !== null" : "patchFor(doc) !== null",
    needs: [],
    ...more,
  };
}

export function writeStep(
  isDone: readonly string[],
  carryOver: readonly string[],
  more: Partial<Step> = {},
): Step {
  // A parameter that is not used says so by its name.
  const named = (word: string) =>
    isDone.some((line) => RegExp(`\\b${word}\\b`).test(line)) ? word : `_${word}`;
  const head = `async function isDone(${named("ctx")}: GenericQueryCtx<any>, ${named("doc")}: any): Promise<boolean>`;
  return {
    form: "write",
    usesDatabase: true,
    isOpen: "!(await isDone(ctx, doc))",
    needs: [],
    ...more,
    declarations: [
      ...(more.declarations ?? []),
      `/** There is nothing, or nothing more, to do for \`doc\`. */\n${block(head, isDone)}`,
      `/** Carries \`doc\` over. */\n${block(`async function carryOver(${writeCtx}, doc: any): Promise<void>`, carryOver)}`,
    ],
  };
}

export const patchComment =
  "/** The patch that carries `doc` over; null when there is nothing to do. */";

/** `patchFor` that applies `change` to the value at the path. */
export function valueChange(
  spec: MigrationSpec,
  path: readonly Segment[],
  isAsync: boolean,
  head: string,
  comment: string,
): string {
  const place = placeOf(spec, path);
  const awaitWord = isAsync ? "await " : "";
  const field = place.head ?? "";
  const call =
    place.rest.length === 0
      ? `${awaitWord}change(doc.${field})`
      : `${awaitWord}rewrite(doc.${field}, [${place.rest.join(", ")}], change)`;
  const lines = [
    ...place.guard,
    `if (doc.${field} === undefined) return null;`,
    `const value = ${call};`,
    `return Object.is(value, doc.${field}) ? null : { ${field}: value };`,
  ];
  const declaration = `${comment}\n${block(head, lines)}`;
  return place.rest.length === 0 ? declaration : `${rewriteCode(isAsync)}\n\n${declaration}`;
}
