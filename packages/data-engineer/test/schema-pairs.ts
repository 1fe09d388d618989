// The changes between two schemas written with `v`, one line each, for tables of pairs.
import {
  defineSchema,
  defineTable,
  type GenericSchema,
  type SchemaDefinition as ConvexSchema,
} from "convex/server";
import { v, type Validator as ConvexValidator } from "convex/values";
import { diffSchemas } from "../src/diff/changes.ts";
import { parseSchema, type SchemaDefinition } from "../src/schema/schema.ts";

export type Schema = ConvexSchema<GenericSchema, boolean>;
export type AnyField = ConvexValidator<unknown, "required" | "optional", string>;
export type Fields = Record<string, AnyField>;

/** What a push would send. */
export function exported(schema: Schema): SchemaDefinition {
  if (!("export" in schema) || typeof schema.export !== "function")
    throw new Error("the schema has no export()");
  const json: unknown = Reflect.apply(schema.export, schema, []);
  return parseSchema(JSON.parse(String(json)));
}

/** `change path class`, sorted; with `to` where something is renamed. */
export function changeLines(before: Schema, after: Schema): string[] {
  return diffSchemas(exported(before), exported(after))
    .map(
      (item) =>
        `${item.change} ${item.path}${item.to === null ? "" : ` to ${item.to}`} ${item.class}`,
    )
    .sort();
}

export const table = (fields: Fields): Schema => defineSchema({ t: defineTable(fields) });

/** A table with a field `f`, and another that stays. */
export const field = (validator: AnyField): Schema => table({ f: validator, other: v.string() });

export const lit = v.literal;
export const enumOf = (first: string, second: string, ...more: string[]) =>
  v.union(lit(first), lit(second), ...more.map((value) => lit(value)));

export const circle = v.object({ kind: lit("circle"), r: v.number() });
export const square = v.object({ kind: lit("square"), a: v.number() });
export const line = v.object({ kind: lit("line"), from: v.number(), to: v.number() });
export const namedCircle = v.object({ kind: lit("circle"), r: v.number(), name: v.string() });
export const labelledCircle = v.object({
  kind: lit("circle"),
  r: v.number(),
  label: v.optional(v.string()),
});
