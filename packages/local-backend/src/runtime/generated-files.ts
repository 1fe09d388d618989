// Stands in for the files of `_generated` while the official command line has not written them, so that a fresh checkout runs.
import { existsSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "esbuild";

const contents: Readonly<Record<string, string>> = {
  server: `export {
  queryGeneric as query, internalQueryGeneric as internalQuery,
  mutationGeneric as mutation, internalMutationGeneric as internalMutation,
  actionGeneric as action, internalActionGeneric as internalAction,
  httpActionGeneric as httpAction,
} from "convex/server";
export const env = process.env;
`,
  api: `import { anyApi, componentsGeneric } from "convex/server";
export const api = anyApi;
export const internal = anyApi;
export const components = componentsGeneric();
`,
  dataModel: "export {};\n",
};
const extensions = ["", ".js", ".ts", ".mjs", ".mts"];

/** Answers imports of `_generated/server`, `api` and `dataModel` that lie in `folder` and do not exist; leaves all others alone. */
export function generatedFilesPlugin(folder: string): Plugin {
  return {
    name: "generated-files",
    setup(build) {
      build.onResolve({ filter: /^\.{1,2}\/.*_generated\/\w+(\.[jt]s)?$/ }, (args) => {
        const file = path.resolve(args.resolveDir, args.path).replace(/\.[jt]s$/, "");
        if (path.dirname(file) !== path.join(folder, "_generated")) return undefined;
        if (contents[path.basename(file)] === undefined) return undefined;
        if (extensions.some((extension) => existsSync(file + extension))) return undefined;
        return { path: file, namespace: "generated-files" };
      });
      build.onLoad({ filter: /.*/, namespace: "generated-files" }, (args) => ({
        contents: contents[path.basename(args.path)] ?? "",
        loader: "js",
        resolveDir: folder,
      }));
    },
  };
}
