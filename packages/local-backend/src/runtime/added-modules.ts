// Modules that are bundled with a functions folder without lying in it: a tool's own functions beside the project's.
import path from "node:path";
import type { Plugin } from "esbuild";

/** What is bundled besides the files of the functions folder. */
export interface Additions {
  /** JavaScript by path in the functions folder, such as `tool.js`; it may import the project's files relative to there. */
  readonly modules?: Readonly<Record<string, string>>;
  /** `node_modules` folders in which a package is looked for that the project has not installed. */
  readonly packageFolders?: readonly string[];
}

/** Answers the entry points that have no file. */
export function addedModulesPlugin(
  folder: string,
  modules: Readonly<Record<string, string>>,
): Plugin {
  const sources = new Map(
    Object.entries(modules).map(([name, source]) => [path.join(folder, name), source]),
  );
  return {
    name: "added-modules",
    setup(build) {
      build.onResolve({ filter: /./ }, (args) =>
        args.kind === "entry-point" && sources.has(args.path)
          ? { path: args.path, namespace: "added-modules" }
          : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: "added-modules" }, (args) => ({
        contents: sources.get(args.path) ?? "",
        loader: "js",
        resolveDir: path.dirname(args.path),
      }));
    },
  };
}
