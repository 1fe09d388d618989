// Arguments for a call: made up from the validator, ids from what was seeded, or given by the user.
import type { FunctionInfo } from "../model/model.ts";
import type { Validator } from "../schema/validator.ts";
import { makeValue, type IdSource, type Json } from "./seed.ts";

/** One object of arguments; null when some argument cannot be made. Optional ones are left out. */
export function makeArguments(info: FunctionInfo, ids: IdSource): { [key: string]: Json } | null {
  const { args } = info;
  if (args === null || args.type !== "object") return {};
  const values: { [key: string]: Json } = {};
  for (const [name, field] of Object.entries(args.value)) {
    if (isPaginationOptions(field.fieldType)) {
      values[name] = { numItems: 20, cursor: null };
      continue;
    }
    if (field.optional) continue;
    const value = makeValue(field.fieldType, name, 0, ids);
    if (value === undefined) return null;
    values[name] = value;
  }
  return values;
}

function isPaginationOptions(type: Validator): boolean {
  return (
    type.type === "object" &&
    type.value["numItems"] !== undefined &&
    type.value["cursor"] !== undefined
  );
}

/** An identity that matches the seeded users as well as can be guessed. */
export function makeIdentity(ids: IdSource): { [key: string]: Json } {
  const user = ids.idsOf("users")[0] ?? "user";
  const session = ids.idsOf("authSessions")[0] ?? "session";
  return {
    subject: `${user}|${session}`,
    issuer: "https://measure.invalid",
    tokenIdentifier: "tokenIdentifier 0",
    email: "email 0",
    name: "name 0",
  };
}
