// What stands in for packages that projects often use and that are not installed: what they do to schemas and validators.
// Written from what their documentation says they return; they are never called to run a function.

/** How a customised builder declares arguments: its own beside those of the function, none when the function has none. */
const customFunctions = `
import { v } from "convex/values";
export const NoOp = { args: {}, input: () => ({ args: {}, ctx: {} }) };
export const customCtx = (change) => ({ args: {}, input: async (ctx) => ({ args: {}, ctx: await change(ctx) }) });
export const customCtxAndArgs = (customization) => customization;
function both(declared, added) {
  if (Object.keys(added).length === 0 || declared.__isStub) return declared;
  if (!declared.isConvexValidator) return { ...added, ...declared };
  if (declared.kind === "object") return v.object({ ...added, ...declared.fields });
  return declared.kind === "union" ? v.union(...declared.members.map((member) => both(member, added))) : declared;
}
const customised = (builder, customization) => (definition) => {
  const { args, returns, handler = definition } = definition;
  const own = customization?.__isStub ? {} : (customization?.args ?? {});
  const declared = args === undefined || args === null ? undefined : both(args, own);
  const registered = typeof handler === "function" ? (ctx, given) => handler(ctx, given) : () => null;
  return builder({ ...(declared === undefined ? {} : { args: declared }), ...(returns === undefined ? {} : { returns }), handler: registered });
};
export const customQuery = customised, customMutation = customised, customAction = customised;
`;

const validators = `
import { v } from "convex/values";
const optional = (validator) => (validator.isOptional === "optional" ? validator : v.optional(validator));
const each = (fields, change) => Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, change(field)]));
const like = (validator, changed) => (validator.isOptional === "optional" ? v.optional(changed) : changed);
export const literals = (...values) => v.union(...values.map((value) => v.literal(value)));
export const nullable = (validator) => v.union(v.null(), validator);
export function partial(of) {
  if (!of.isConvexValidator) return each(of, optional);
  if (of.kind === "object") return like(of, v.object(each(of.fields, optional)));
  return of.kind === "union" ? like(of, v.union(...of.members.map(partial))) : of;
}
export const systemFields = (table) => ({ _id: v.id(table), _creationTime: v.number() });
export const withSystemFields = (table, fields) => ({ ...fields, ...systemFields(table) });
export function addFieldsToValidator(to, fields) {
  if (!to.isConvexValidator) return v.object({ ...to, ...fields });
  if (to.kind === "object") return v.object({ ...to.fields, ...fields });
  return to.kind === "union" ? v.union(...to.members.map((member) => addFieldsToValidator(member, fields))) : to;
}
export const doc = (schema, table) => addFieldsToValidator(schema.tables[table].validator, systemFields(table));
export const typedV = (schema) => ({ ...v, id: (table) => v.id(table), doc: (table) => doc(schema, table) });
export const brandedString = () => v.string();
export const deprecated = v.optional(v.any());
export const pretend = () => v.optional(v.any());
export const pretendRequired = (validator) => v.optional(validator);
`;

const helpersServer = `
import { defineTable } from "convex/server";
import { v } from "convex/values";
export function Table(name, fields) {
  const systemFields = { _id: v.id(name), _creationTime: v.number() };
  const withSystemFields = { ...fields, ...systemFields };
  return { name, table: defineTable(fields), doc: v.object(withSystemFields), withoutSystemFields: fields, withSystemFields, systemFields, _id: systemFields._id };
}
`;

const sessions = `
import { v } from "convex/values";
export const vSessionId = v.string();
export const SessionIdArg = { sessionId: vSessionId };
`;

const auth = `
import { defineTable } from "convex/server";
import { v } from "convex/values";
const text = v.optional(v.string()), time = v.optional(v.number());
export const authTables = {
  users: defineTable({ name: text, image: text, email: text, emailVerificationTime: time, phone: text, phoneVerificationTime: time, isAnonymous: v.optional(v.boolean()) })
    .index("email", ["email"]).index("phone", ["phone"]),
  authSessions: defineTable({ userId: v.id("users"), expirationTime: v.number() }).index("userId", ["userId"]),
  authAccounts: defineTable({ userId: v.id("users"), provider: v.string(), providerAccountId: v.string(), secret: text, emailVerified: text, phoneVerified: text })
    .index("userIdAndProvider", ["userId", "provider"]).index("providerAndAccountId", ["provider", "providerAccountId"]),
  authRefreshTokens: defineTable({ sessionId: v.id("authSessions"), expirationTime: v.number(), firstUsedTime: time, parentRefreshTokenId: v.optional(v.id("authRefreshTokens")) })
    .index("sessionId", ["sessionId"]).index("sessionIdAndParentRefreshTokenId", ["sessionId", "parentRefreshTokenId"]),
  authVerificationCodes: defineTable({ accountId: v.id("authAccounts"), provider: v.string(), code: v.string(), expirationTime: v.number(), verifier: text, emailVerified: text, phoneVerified: text })
    .index("accountId", ["accountId"]).index("code", ["code"]),
  authVerifiers: defineTable({ sessionId: v.optional(v.id("authSessions")), signature: text }).index("signature", ["signature"]),
  authRateLimits: defineTable({ identifier: v.string(), lastAttemptTime: v.number(), attemptsLeft: v.number() }).index("identifier", ["identifier"]),
};
`;

const helpers = `
const kept = (object, keep) => Object.fromEntries(Object.entries(object).filter(([key]) => keep(key)));
export const pick = (object, keys) => kept(object, (key) => keys.includes(key));
export const omit = (object, keys) => kept(object, (key) => !keys.includes(key));
`;

const sources: Readonly<Record<string, string>> = {
  "convex-helpers": helpers,
  "convex-helpers/server/customFunctions": customFunctions,
  "convex-helpers/validators": validators,
  "convex-helpers/server": helpersServer,
  "convex-helpers/server/sessions": sessions,
  "@convex-dev/auth/server": auth,
};

export function isKnownPackage(specifier: string): boolean {
  return Object.hasOwn(sources, specifier);
}

/** The module that stands in for a package, with stubs for the names it is asked for and does not define. */
export function knownPackageModule(specifier: string, wanted: readonly string[]): string {
  const source = sources[specifier] ?? "";
  const more = wanted.filter(
    (name) => !new RegExp(`\\bexport (?:const|function) ${name}\\b|, ${name} = `).test(source),
  );
  const stubs = more.map((name) => `export const ${name} = globalThis.__convexStub;`);
  return `${source}\nexport default globalThis.__convexStub;\n${stubs.join("\n")}\n`;
}
