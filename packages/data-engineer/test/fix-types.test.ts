// Code with the automatic fixes applied has no type error that it did not have before.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript6";
import { expect, onTestFinished, test } from "vitest";
import { applyFixes } from "../src/fix/apply.ts";
import { folderOf } from "./project.ts";

const corpus = fileURLToPath(new URL("./corpus/", import.meta.url));
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

function errorsOf(root: string): string[] {
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

test.each(["reads", "functions", "writes"])(
  "fixes of %s add no type error",
  async (name) => {
    const root = mkdtempSync(join(tmpdir(), "data-engineer-types-"));
    onTestFinished(() => {
      rmSync(root, { recursive: true, force: true });
    });
    cpSync(join(corpus, name), root, { recursive: true });
    symlinkSync(modules, join(root, "node_modules"));
    mkdirSync(join(root, "convex/_generated"));
    for (const [file, text] of Object.entries(generated))
      writeFileSync(join(root, "convex/_generated", file), text);
    const before = errorsOf(root);
    let applied = 0;
    for (let round = 0; round < 8; round++) {
      const { findings } = await folderOf(root);
      const { findings: fixed } = applyFixes(root, findings);
      applied += fixed.length;
      if (fixed.length === 0) break;
    }
    expect(applied).toBeGreaterThan(0);
    expect(errorsOf(root).filter((error) => !before.includes(error))).toEqual([]);
  },
  120_000,
);
