// Path aliases of tsconfig.json and jsconfig.json, with what they extend.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript6";

export interface Alias {
  prefix: string;
  suffix: string;
  /** The whole specifier is the name; there is no `*`. */
  exact: boolean;
  /** Absolute paths, tried in order; `*` stands for what the specifier has in its place. */
  targets: string[];
}

/**
 * The aliases of several folders, those of the first before those of the next. A file that is no JSON has none.
 *
 * @param inputs - gets the files that were read or looked for
 */
export function readAliases(folders: readonly string[], inputs: Set<string>): Alias[] {
  // Only what is on the way of `extends`: no folder is searched for sources.
  const host: ts.ParseConfigHost = {
    useCaseSensitiveFileNames: true,
    readDirectory: () => [],
    fileExists: (path) => {
      inputs.add(path);
      return existsSync(path);
    },
    readFile: (path) => {
      inputs.add(path);
      try {
        return readFileSync(path, "utf8");
      } catch {
        return undefined;
      }
    },
  };
  return [...new Set(folders)].flatMap((folder) => aliasesOf(folder, host));
}

function aliasesOf(folder: string, host: ts.ParseConfigHost): Alias[] {
  const file = ["tsconfig.json", "jsconfig.json"]
    .map((name) => join(folder, name))
    .find((path) => host.fileExists(path));
  if (file === undefined) return [];
  const config: unknown = ts.readConfigFile(file, (path) => host.readFile(path)).config;
  if (config === undefined) return [];
  const { options } = ts.parseJsonConfigFileContent(config, host, folder, undefined, file);
  const base = options.baseUrl ?? options["pathsBasePath"];
  const from = typeof base === "string" ? base : folder;
  const aliases = Object.entries(options.paths ?? {}).map(([pattern, targets]): Alias => {
    const [prefix = "", suffix = ""] = pattern.split("*");
    return {
      prefix,
      suffix,
      exact: !pattern.includes("*"),
      targets: targets.map((target) => resolve(from, target)),
    };
  });
  // The longest prefix wins; a plain baseUrl comes last.
  aliases.sort((a, b) => Number(b.exact) - Number(a.exact) || b.prefix.length - a.prefix.length);
  if (options.baseUrl !== undefined)
    aliases.push({ prefix: "", suffix: "", exact: false, targets: [join(options.baseUrl, "*")] });
  return aliases;
}
