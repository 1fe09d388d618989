// A project with a migration of every kind, in both shapes, written by the command's own parts: shared by the tests that run,
// type-check and test what was generated.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { componentMigration, plainMigration } from "../src/migrate/code.ts";
import { checkRequest, type MigrationRequest, type MigrationSpec } from "../src/migrate/spec.ts";
import { migrationTest, type Shape } from "../src/migrate/test-code.ts";
import { folderOf, project, schemaFile, write } from "./project.ts";

const progress = `migrations: defineTable({ name: v.string(), cursor: v.union(v.string(), v.null()), processed: v.number(), changed: v.number(), startedAt: v.number(), finishedAt: v.optional(v.number()), error: v.optional(v.string()), workerId: v.optional(v.id("_scheduled_functions")) }).index("by_name", ["name"]),
  migrationIds: defineTable({ oldId: v.string(), newId: v.string(), createdAt: v.number() }).index("by_oldId", ["oldId"]),`;

/** The deployment between the two: both forms are allowed. */
export const widenedTables = `${progress}
  owners: defineTable({ name: v.string() }),
  people: defineTable({ name: v.string() }),
  beasts: defineTable({ name: v.string(), tier: v.number() }),
  animals: defineTable({ name: v.string(), tier: v.number() }),
  monsterTags: defineTable({ monsterId: v.id("monsters"), position: v.number(), value: v.string() })
    .index("by_monsterId_and_position", ["monsterId", "position"]),
  monsters: defineTable({
    name: v.string(),
    tier: v.optional(v.number()),
    old: v.optional(v.string()),
    role: v.optional(v.string()),
    title: v.optional(v.string()),
    kind: v.union(v.literal("gm"), v.literal("gameMaster"), v.literal("player")),
    flags: v.optional(v.array(v.union(v.literal("a"), v.literal("b")))),
    level: v.union(v.string(), v.number()),
    tags: v.optional(v.array(v.string())),
    stats: v.object({ hp: v.optional(v.number()), ac: v.number(), gone: v.optional(v.string()) }),
    attacks: v.array(v.object({ name: v.string(), bonus: v.optional(v.number()), dice: v.optional(v.string()) })),
    scores: v.record(v.string(), v.object({ value: v.union(v.string(), v.number()) })),
    ownerId: v.optional(v.id("owners")),
    ownerName: v.optional(v.string()),
    keeperId: v.union(v.id("owners"), v.id("people")),
  }).index("by_name", ["name"]),
  shapes: defineTable(
    v.union(
      v.object({ kind: v.literal("circle"), r: v.number(), label: v.optional(v.string()) }),
      v.object({ kind: v.literal("square"), a: v.number() }),
    ),
  ),`;

/** What is to come out. */
export const narrowedTables = widenedTables
  .replace("tier: v.optional(v.number())", "tier: v.number()")
  .replace("    old: v.optional(v.string()),\n", "")
  .replace("role: v.optional(v.string()),\n", "")
  .replace("title: v.optional(v.string())", "title: v.string()")
  .replace('v.literal("gm"), ', "")
  .replace('v.array(v.union(v.literal("a"), v.literal("b")))', 'v.array(v.literal("b"))')
  .replace("level: v.union(v.string(), v.number())", "level: v.number()")
  .replace("    tags: v.optional(v.array(v.string())),\n", "")
  .replace("hp: v.optional(v.number())", "hp: v.number()")
  .replace(", gone: v.optional(v.string())", "")
  .replace("bonus: v.optional(v.number()), dice: v.optional(v.string())", "bonus: v.number()")
  .replace("value: v.union(v.string(), v.number())", "value: v.number()")
  .replace("ownerName: v.optional(v.string())", "ownerName: v.string()")
  .replace('v.union(v.id("owners"), v.id("people"))', 'v.id("people")')
  .replace("label: v.optional(v.string())", "label: v.string()")
  .replace('      v.object({ kind: v.literal("square"), a: v.number() }),\n', "");

/** One request of every kind, and of every way to give a value. */
export const requests: Record<string, MigrationRequest> = {
  backfillConstant: { kind: "backfill", table: "monsters", field: "tier", value: "3" },
  backfillNeutral: { kind: "backfill", table: "monsters", field: "title" },
  backfillFromField: { kind: "backfill", table: "monsters", field: "title", from: "name" },
  backfillFromParent: {
    kind: "backfill",
    table: "monsters",
    field: "ownerName",
    from: "ownerId.name",
  },
  backfillByFunction: { kind: "backfill", table: "monsters", field: "title", function: true },
  backfillNested: { kind: "backfill", table: "monsters", field: "stats.hp", value: "7" },
  backfillInList: { kind: "backfill", table: "monsters", field: "attacks[].bonus", value: "1" },
  backfillVariant: { kind: "backfill", table: "shapes", field: "<circle>.label", value: '"round"' },
  unsetField: { kind: "unset", table: "monsters", field: "old" },
  unsetNested: { kind: "unset", table: "monsters", field: "stats.gone" },
  unsetInList: { kind: "unset", table: "monsters", field: "attacks[].dice" },
  moveField: { kind: "copy-then-unset", table: "monsters", field: "role", to: "title" },
  mapKind: { kind: "map-values", table: "monsters", field: "kind", map: '{"gm":"gameMaster"}' },
  mapFlags: { kind: "map-values", table: "monsters", field: "flags", map: '{"a":"b"}' },
  convertLevel: { kind: "convert", table: "monsters", field: "level", to: "number" },
  convertInRecord: { kind: "convert", table: "monsters", field: "scores{}.value", to: "number" },
  splitTags: { kind: "split-table", table: "monsters", field: "tags", to: "monsterTags" },
  copyBeasts: { kind: "copy-table", table: "beasts", to: "animals" },
  remapKeeper: { kind: "remap-ids", table: "monsters", field: "keeperId", to: "people" },
  dedupeName: { kind: "dedupe", table: "monsters", field: "name" },
  deleteOrphans: { kind: "delete-orphans", table: "monsters", field: "ownerId" },
  deleteBeasts: { kind: "delete-all", table: "beasts" },
  deleteSquares: { kind: "delete-all", table: "shapes", field: "kind", value: '"square"' },
};

/** The types that the official code generator writes, for these modules. */
function generatedFiles(modules: readonly string[]): Record<string, string> {
  const names = modules.map((path, index) => ({ path, name: `m${index}` }));
  return {
    "server.js": `export { internalMutationGeneric as internalMutation, internalQueryGeneric as internalQuery } from "convex/server";\n`,
    "server.d.ts": `import type { MutationBuilder, QueryBuilder } from "convex/server";
import type { DataModel } from "./dataModel";
export declare const internalQuery: QueryBuilder<DataModel, "internal">;
export declare const internalMutation: MutationBuilder<DataModel, "internal">;
`,
    "dataModel.d.ts": `import type { DataModelFromSchemaDefinition } from "convex/server";
import schema from "../schema";
export type DataModel = DataModelFromSchemaDefinition<typeof schema>;
`,
    "api.js": `import { anyApi, componentsGeneric } from "convex/server";
export const api = anyApi;
export const internal = anyApi;
export const components = componentsGeneric();
`,
    "api.d.ts": `import type { ApiFromModules, FilterApi, FunctionReference } from "convex/server";
${names.map(({ path, name }) => `import type * as ${name} from "../${path}";`).join("\n")}
declare const fullApi: ApiFromModules<{ ${names.map(({ path, name }) => `"${path}": typeof ${name}`).join("; ")} }>;
export declare const internal: FilterApi<typeof fullApi, FunctionReference<any, "internal">>;
export declare const components: {
  migrations: import("@convex-dev/migrations/_generated/component.js").ComponentApi<"migrations">;
};
`,
  };
}

export interface MigrationProject {
  root: string;
  specs: { spec: MigrationSpec; shape: Shape; folder: string; code: string }[];
}

/** Writes the project; plain migrations into `convex/migrations`, the component's into `convex/carried/over`. */
export async function migrationProject(
  tables = widenedTables,
  only: Record<string, MigrationRequest> = requests,
  oldTables: string | null = null,
  place: (files: Record<string, string>) => string = project,
): Promise<MigrationProject> {
  const oldSchema =
    oldTables === null
      ? null
      : (await folderOf(project({ "convex/schema.ts": schemaFile(oldTables) }))).model.schema;
  const root = place({
    "convex/schema.ts": schemaFile(tables),
    "convex/convex.config.ts": `import { defineApp } from "convex/server";
import migrations from "@convex-dev/migrations/convex.config";
const app = defineApp();
app.use(migrations);
export default app;
`,
    "package.json": '{ "type": "module" }',
  });
  symlinkSync(
    fileURLToPath(new URL("../../../node_modules", import.meta.url)),
    join(root, "node_modules"),
  );
  const { model } = await folderOf(root);
  const specs: MigrationProject["specs"] = [];
  for (const [name, request] of Object.entries(only))
    for (const shape of ["plain", "component"] as const) {
      const folder = shape === "plain" ? "migrations" : "carried/over";
      const spec = checkRequest({ ...request, name }, model.schema, oldSchema);
      const { code, file, testFile } =
        shape === "plain" ? plainMigration(spec, folder) : componentMigration(spec, folder);
      write(root, {
        [`convex/${folder}/${file}`]: code,
        [`convex/${folder}/${testFile}`]: migrationTest(spec, folder, shape),
      });
      specs.push({ spec, shape, folder, code });
    }
  const modules = specs.map(({ spec, folder }) => `${folder}/${spec.name}`);
  write(
    root,
    Object.fromEntries(
      Object.entries(generatedFiles(modules)).map(([name, text]) => [
        `convex/_generated/${name}`,
        text,
      ]),
    ),
  );
  return { root, specs };
}
