// A functions folder beside the project's: it re-exports the project's modules and adds one that inserts documents.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { ToolFailure } from "../project/failure.ts";

/** Module and function that insert; the name is unlikely to be the project's. */
export const seedFunction = "dataEngineerSeed:insert";

export interface ScratchSource {
  folder: string;
  schemaFile: string | null;
  entryFiles: readonly string[];
}

/** Writes the folder; call `remove` when done. Crons are left out: nothing may run by itself while measuring. */
export function makeScratch(source: ScratchSource): { folder: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), "convex-data-engineer-measure-"));
  const folder = join(root, "convex");
  mkdirSync(folder);
  const modules = nearestModules(source.folder);
  if (modules === null)
    throw new ToolFailure(
      "no-project",
      `"${source.folder}" has no node_modules above it. Install the project's packages before measuring.`,
    );
  symlinkSync(modules, join(root, "node_modules"));
  const reexport = (file: string, isDefaultOnly: boolean) => {
    const target = join(folder, relative(source.folder, file));
    mkdirSync(dirname(target), { recursive: true });
    const text = readFileSync(file, "utf8");
    const directive = /^\s*["']use node["']/.test(text) ? '"use node";\n' : "";
    const path = JSON.stringify(file);
    const hasDefault = /export\s+default\b|export\s*\{[^}]*\bas\s+default\b/.test(text);
    const lines = [
      ...(isDefaultOnly ? [] : [`export * from ${path};`]),
      ...(hasDefault ? [`export { default } from ${path};`] : []),
    ];
    writeFileSync(target, `${directive}${lines.join("\n")}\n`);
  };
  if (source.schemaFile !== null) reexport(source.schemaFile, true);
  for (const file of source.entryFiles) {
    if (/^crons\.[jt]s$/.test(basename(file))) continue;
    reexport(file, false);
  }
  for (const name of ["auth.config.ts", "auth.config.js"]) {
    const file = join(source.folder, name);
    if (existsSync(file)) reexport(file, true);
  }
  writeFileSync(
    join(folder, "dataEngineerSeed.js"),
    `import { internalMutationGeneric } from "convex/server";
import { v } from "convex/values";
export const insert = internalMutationGeneric({
  args: { table: v.string(), documents: v.array(v.any()) },
  returns: v.array(v.string()),
  handler: async (ctx, { table, documents }) => {
    const ids = [];
    for (const document of documents) ids.push(await ctx.db.insert(table, document));
    return ids;
  },
});
`,
  );
  return {
    folder,
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function nearestModules(from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (existsSync(join(modules, "convex"))) return modules;
    if (folder === dirname(folder)) return null;
  }
}
