// Makes a project that TypeScript can check: the types the official code generator writes, and the installed packages.
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript6";

const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));

/** The types the official code generator writes, which depend on the schema alone. */
const generated = {
  "server.d.ts": `import { ActionBuilder, HttpActionBuilder, MutationBuilder, QueryBuilder, GenericActionCtx, GenericMutationCtx, GenericQueryCtx, GenericDatabaseReader, GenericDatabaseWriter } from "convex/server";
import type { DataModel } from "./dataModel";
export declare const query: QueryBuilder<DataModel, "public">;
export declare const internalQuery: QueryBuilder<DataModel, "internal">;
export declare const mutation: MutationBuilder<DataModel, "public">;
export declare const internalMutation: MutationBuilder<DataModel, "internal">;
export declare const action: ActionBuilder<DataModel, "public">;
export declare const internalAction: ActionBuilder<DataModel, "internal">;
export declare const httpAction: HttpActionBuilder;
export type QueryCtx = GenericQueryCtx<DataModel>;
export type MutationCtx = GenericMutationCtx<DataModel>;
export type ActionCtx = GenericActionCtx<DataModel>;
export type DatabaseReader = GenericDatabaseReader<DataModel>;
export type DatabaseWriter = GenericDatabaseWriter<DataModel>;
`,
  "dataModel.d.ts": `import type { DataModelFromSchemaDefinition, DocumentByName, TableNamesInDataModel, SystemTableNames } from "convex/server";
import type { GenericId } from "convex/values";
import schema from "../schema";
export type DataModel = DataModelFromSchemaDefinition<typeof schema>;
export type TableNames = TableNamesInDataModel<DataModel>;
export type Doc<T extends TableNames> = DocumentByName<DataModel, T>;
export type Id<T extends TableNames | SystemTableNames> = GenericId<T>;
`,
  "api.d.ts": `export declare const api: any; export declare const internal: any;`,
};

/** What TypeScript says against the Convex folder of a project, sorted. */
export function errorsOf(root: string): string[] {
  const folder = join(root, "convex");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("_generated"))
    .map((name) => join(folder, name));
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    types: [],
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      (item) =>
        `${item.file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(item.messageText, " ")}`,
    )
    .sort();
}

/** Puts generated types and packages beside the code of a project. */
export function addTypes(root: string): void {
  symlinkSync(modules, join(root, "node_modules"));
  mkdirSync(join(root, "convex/_generated"));
  for (const [file, text] of Object.entries(generated))
    writeFileSync(join(root, "convex/_generated", file), text);
}
