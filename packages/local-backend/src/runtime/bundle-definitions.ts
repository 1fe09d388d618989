// Bundles one convex.config file, leaving the definitions of components that it uses outside, as named references.
import path from "node:path";
import { build, type Plugin } from "esbuild";
import { findDefinitionFile } from "./entry-points.ts";

export interface BundledDefinition {
  source: string;
  /** Absolute paths of the convex.config files that it imports. */
  children: string[];
}

/** Path of a component definition relative to the app's functions folder, POSIX; `""` for the app itself. */
export function definitionPathOf(appFolder: string, definitionFile: string): string {
  return path.relative(appFolder, path.dirname(definitionFile)).split(path.sep).join("/");
}

/** What a definition imports another one as. */
export function definitionImport(definitionPath: string): string {
  return `./_componentDeps/${Buffer.from(definitionPath).toString("base64url")}`;
}

/** Inverse of {@link definitionImport}; `null` when `specifier` names no definition. */
export function importedDefinitionPath(specifier: string): string | null {
  const match = /^\.\/_componentDeps\/([\w-]*)$/.exec(specifier);
  return match?.[1] === undefined ? null : Buffer.from(match[1], "base64url").toString("utf8");
}

/** @throws what esbuild throws when the file does not compile */
export async function bundleDefinition(
  root: string,
  appFolder: string,
  file: string,
): Promise<BundledDefinition> {
  const children = new Set<string>();
  const result = await build({
    absWorkingDir: root,
    entryPoints: [file],
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "esnext",
    conditions: ["convex", "module"],
    splitting: false,
    write: false,
    outdir: "out",
    minify: true,
    keepNames: true,
    logLevel: "silent",
    plugins: [childDefinitions(appFolder, children)],
  });
  const [output] = result.outputFiles;
  return { source: output?.text ?? "", children: [...children] };
}

function childDefinitions(appFolder: string, children: Set<string>): Plugin {
  return {
    name: "child-definitions",
    setup(esbuild) {
      // Written as "convex.config", ".js" or ".ts", relative or through a package's exports.
      esbuild.onResolve({ filter: /convex\.config/ }, async (args) => {
        if (args.kind === "entry-point" || args.pluginData === "resolving") return undefined;
        const candidates = [
          args.path,
          args.path.replace(/\.js$/, ".ts"),
          `${args.path}.js`,
          `${args.path}.ts`,
        ];
        for (const candidate of candidates) {
          const resolved = await esbuild.resolve(candidate, {
            kind: args.kind,
            resolveDir: args.resolveDir,
            pluginData: "resolving",
          });
          if (resolved.errors.length > 0 || resolved.path === "") continue;
          if (findDefinitionFile(path.dirname(resolved.path)) === null) return undefined;
          children.add(resolved.path);
          return {
            path: definitionImport(definitionPathOf(appFolder, resolved.path)),
            external: true,
          };
        }
        return undefined;
      });
    },
  };
}
