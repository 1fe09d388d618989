// Reads the arguments of system calls, with Convex's texts for what is wrong with them.
import { UserError } from "../database/errors.ts";
import { isJsonObject, parseJson, type Json, type JsonObject } from "../values/json.ts";

/** @throws UserError when the text is no JSON object */
export function parseArguments(text: string, api: string): JsonObject {
  let parsed: Json;
  try {
    parsed = parseJson(text);
  } catch (error) {
    throw new UserError(`Invalid arguments for \`${api}\`: ${String(error)}`, { cause: error });
  }
  if (isJsonObject(parsed)) return parsed;
  throw new UserError(`Invalid arguments for \`${api}\`: expected an object`);
}

export function textArgument(args: JsonObject, name: string, api: string): string {
  const value = args[name];
  if (typeof value === "string") return value;
  throw wrongArgument(name, api, value, "a string");
}

export function numberArgument(args: JsonObject, name: string, api: string): number {
  const value = args[name];
  if (typeof value === "number") return value;
  throw wrongArgument(name, api, value, "a number");
}

export function wrongArgument(
  name: string,
  api: string,
  value: Json | undefined,
  expected: string,
): UserError {
  return value === undefined
    ? new UserError(`Invalid arguments for \`${api}\`: Missing required argument '${name}'`, {
        code: "InvalidArgument",
      })
    : new UserError(
        `Invalid argument \`${name}\` for \`${api}\`: expected ${expected}, got ${JSON.stringify(value)}`,
        { code: "InvalidArgument" },
      );
}
