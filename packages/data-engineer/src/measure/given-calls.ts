// Calls that the user gives: `--calls FILE`, and those a script exports. `$table[row]` stands for what was seeded there.
import { z } from "zod";
import { ToolFailure } from "../project/failure.ts";
import type { Json, JsonObject } from "./json.ts";
import { valueAt, type SeededData } from "./seeded.ts";

const jsonObject = z.record(z.string(), z.json());
const call = z.strictObject({
  args: jsonObject,
  /** Left out: people are tried as for made-up calls. Null: nobody. */
  identity: z.union([jsonObject, z.string(), z.null()]).optional(),
});
export const givenCallsSchema = z.record(z.string(), z.union([call, z.array(call).min(1)]));

export interface GivenCall {
  args: JsonObject;
  /** Claims, or `$table[row]` of a person, or null for nobody; undefined when nothing is said. */
  identity?: JsonObject | string | null | undefined;
}

export type GivenCalls = ReadonlyMap<string, GivenCall[]>;

/** @throws ToolFailure naming the file and what is wrong */
export function parseCalls(json: unknown, file: string): GivenCalls {
  const result = givenCallsSchema.safeParse(json);
  if (!result.success)
    throw new ToolFailure(
      "bad-argument",
      `"${file}" is not understood; expected { "file:function": { "args": { … }, "identity": { … } } }, or a list of such calls.\n${z.prettifyError(result.error)}`,
    );
  return new Map(
    Object.entries(result.data).map(([name, calls]) => [
      name,
      Array.isArray(calls) ? calls : [calls],
    ]),
  );
}

/**
 * The call with what was seeded put in.
 *
 * @param identityOf - claims of a seeded person
 * @throws ToolFailure when a placeholder names no seeded document
 */
export function resolveCall(
  given: GivenCall,
  data: SeededData,
  identityOf: (id: string) => JsonObject,
): { args: JsonObject; identity: JsonObject | null | undefined } {
  const args = resolveObject(given.args, data);
  const { identity } = given;
  if (identity === undefined || identity === null) return { args, identity };
  if (typeof identity !== "string") return { args, identity: resolveObject(identity, data) };
  const id = resolveText(identity, data);
  if (typeof id !== "string" || data.placeOf(id) === undefined)
    throw new ToolFailure(
      "bad-argument",
      `The identity "${identity}" is no seeded document. Write claims, or a person such as "$users[0]".`,
    );
  return { args, identity: identityOf(id) };
}

function resolveObject(value: { [key: string]: Json }, data: SeededData): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, resolveJson(inner, data)]),
  );
}

function resolveJson(value: Json, data: SeededData): Json {
  if (typeof value === "string") return resolveText(value, data);
  if (Array.isArray(value)) return value.map((item) => resolveJson(item, data));
  if (value !== null && typeof value === "object") return resolveObject(value, data);
  return value;
}

/** `$users[3]` is an id, `$users[3].email` a field of the document; any other text is itself. */
function resolveText(text: string, data: SeededData): Json {
  const match = /^\$(\w+)\[(\d+)\](?:\.([\w.]+))?$/.exec(text);
  if (match === null) return text;
  const [, table = "", row = "0", path] = match;
  const id = data.idsOf(table)[Number(row)];
  if (id === undefined)
    throw new ToolFailure(
      "bad-argument",
      `"${text}" names no seeded document: ${table} has ${data.count(table)} at the smaller size.`,
    );
  if (path === undefined) return id;
  const value = valueAt(data.document(table, Number(row)), path);
  if (value === undefined)
    throw new ToolFailure("bad-argument", `"${text}" names no field of that document.`);
  return value;
}
