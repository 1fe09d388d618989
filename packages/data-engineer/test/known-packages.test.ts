// A project that uses well-known packages says the same of its schema and functions whether they are installed or not.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { FolderReport } from "../src/project/report.ts";
import { folderOf, project } from "./project.ts";

const installed = fileURLToPath(new URL("../../../node_modules", import.meta.url));

const files = {
  "convex/schema.ts": `import { defineSchema } from "convex/server";
import { authTables } from "@convex-dev/auth/server";
import { v } from "convex/values";
import { Table } from "convex-helpers/server";
import { deprecated, literals, nullable, partial } from "convex-helpers/validators";
export const boats = Table("boats", {
  name: v.string(),
  state: literals("docked", "sailing"),
  skipper: nullable(v.id("users")),
  old: deprecated,
  size: v.object(partial({ length: v.number(), width: v.optional(v.number()) })),
});
export default defineSchema({ ...authTables, boats: boats.table });
`,
  "convex/builders.ts": `import { customCtx, customMutation, customQuery, NoOp } from "convex-helpers/server/customFunctions";
import { SessionIdArg } from "convex-helpers/server/sessions";
import { v } from "convex/values";
import { internalMutation, mutation, query } from "./_generated/server";
export const quiet = customMutation(internalMutation, NoOp);
export const watched = customQuery(query, customCtx(() => ({ user: null })));
export const named = customMutation(mutation, {
  args: { boat: v.id("boats"), ...SessionIdArg },
  input: async () => ({ ctx: {}, args: {} }),
});
`,
  "convex/boats.ts": `import { doc, partial, systemFields, withSystemFields } from "convex-helpers/validators";
import { v } from "convex/values";
import { named, quiet, watched } from "./builders";
import schema, { boats } from "./schema";
export const all = watched({ handler: async () => 1 });
export const bare = watched(async () => 1);
export const one = watched({ args: { id: boats._id }, returns: boats.doc, handler: async () => null });
export const rename = named({ args: { name: v.string() }, handler: async () => null });
export const change = named({
  args: v.object({ patch: v.object(partial(boats.withoutSystemFields)) }),
  returns: v.object(withSystemFields("boats", { name: v.string() })),
  handler: async () => null,
});
export const either = named({
  args: v.union(v.object({ a: v.string() }), v.object({ b: v.number() })),
  handler: async () => null,
});
export const tidy = quiet({ args: systemFields("boats"), returns: doc(schema, "boats"), handler: async () => null });
`,
};

const told = ({ model }: FolderReport) => ({
  schema: model.schema,
  functions: model.functions.map(({ name, kind, visibility, args, returns, validatorsKnown }) => ({
    name,
    kind,
    visibility,
    args,
    returns,
    validatorsKnown,
  })),
});

test("what stands in for a package does to validators what the package does", async () => {
  const without = project(files);
  const beside = project(files);
  symlinkSync(installed, join(beside, "node_modules"));
  const [standIn, real] = [told(await folderOf(without)), told(await folderOf(beside))];
  expect(real.functions.map((item) => item.name)).toHaveLength(7);
  expect(real.schema.tables.map((table) => table.name)).toContain("authVerificationCodes");
  expect(standIn).toEqual(real);
});

test("a function of a customised builder that declares no arguments is told of without the package", async () => {
  const { findings } = await folderOf(project(files));
  expect(
    findings.filter((item) => item.rule === "fn/args-validator").map((item) => item.symbol),
  ).toEqual(["boats:all", "boats:bare"]);
});

test("a name the stand-in does not have is a stub, and the rest of the module is still seen", async () => {
  const { model } = await folderOf(
    project({
      ...files,
      "convex/odd.ts": `import { literals, somethingNew } from "convex-helpers/validators";
import { query } from "./_generated/server";
export const odd = query({ args: { state: literals("a", "b"), other: somethingNew() }, handler: async () => null });
`,
    }),
  );
  const odd = model.functions.find((item) => item.name === "odd:odd");
  expect(odd?.validatorsKnown).toBe(true);
  expect(JSON.stringify(odd?.args)).toContain('"literal"');
});
