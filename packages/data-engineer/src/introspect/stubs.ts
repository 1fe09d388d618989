// An esbuild plugin that lets any Convex folder be bundled: what cannot be resolved, or must not run, becomes a stub module.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";
import { isKnownPackage, knownPackageModule } from "./known-packages.ts";

/** Builtins without side effects keep their real code; the others are stubbed, so that nothing touches the machine. */
const harmlessBuiltins = new Set([
  "assert",
  "async_hooks",
  "buffer",
  "crypto",
  "events",
  "path",
  "punycode",
  "querystring",
  "stream",
  "string_decoder",
  "timers",
  "url",
  "util",
]);
const builtin =
  /^(node:.*|assert|async_hooks|buffer|child_process|cluster|console|constants|crypto|dgram|dns|domain|events|fs|fs\/promises|http|http2|https|inspector|module|net|os|path|perf_hooks|process|punycode|querystring|readline|repl|stream|string_decoder|timers|tls|tty|url|util|v8|vm|wasi|worker_threads|zlib)$/;

export interface StubRecord {
  /** Import specifiers that were replaced by stubs, with the files that ask for them. */
  stubbed: Map<string, Set<string>>;
}

/** What earlier attempts at bundling found wrong. */
export interface Obstacles {
  /** Files that do not parse. */
  broken: ReadonlySet<string>;
  /** Relative imports that lead nowhere. */
  missing: ReadonlySet<string>;
  /** Names that importers want of a stub although their text does not show it, by path of the stub. */
  missingExports: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Kinds of files that are no code. */
export const assetLoaders = Object.fromEntries(
  [
    "css",
    "scss",
    "svg",
    "png",
    "jpg",
    "gif",
    "webp",
    "txt",
    "md",
    "wasm",
    "node",
    "html",
    "sql",
    "graphql",
    "pdf",
    "ttf",
    "woff",
    "woff2",
  ].map((extension) => [`.${extension}`, "empty" as const]),
);

/**
 * @param folder - the Convex folder
 * @param obstacles - files and imports that become stubs
 * @param record - filled while bundling
 */
export function stubPlugin(folder: string, obstacles: Obstacles, record: StubRecord): Plugin {
  const convexFallback = ownConvexFolder();
  return {
    name: "convex-stubs",
    setup(build) {
      const stub = (specifier: string, importer: string) => {
        const importers = record.stubbed.get(specifier) ?? new Set();
        importers.add(importer);
        record.stubbed.set(specifier, importers);
        return { path: `${specifier}?${importer}`, namespace: "stub", sideEffects: false };
      };
      if (obstacles.missing.size > 0)
        build.onResolve({ filter: /^\.\.?(\/|$)/ }, ({ path, importer }) =>
          obstacles.missing.has(path) ? stub(path, importer) : undefined,
        );
      if (obstacles.broken.size > 0)
        build.onLoad({ filter: /\.([cm]?[jt]sx?|json)$/ }, ({ path }) =>
          obstacles.broken.has(path) ? { contents: brokenModule(path), loader: "js" } : undefined,
        );
      build.onResolve({ filter: /(^|\/)_generated\/\w+(\.[jt]s)?$/ }, ({ path }) => ({
        path: path.replace(/^.*_generated\//, ""),
        namespace: "generated",
      }));
      // Relative imports are esbuild's own affair: asking here for each would double the time.
      build.onResolve({ filter: /^[^./]/ }, async (request) => {
        if (request.kind === "entry-point" || request.pluginData === "inner") return undefined;
        const { path: specifier, importer } = request;
        if (builtin.test(specifier)) {
          const bare = specifier.replace(/^node:/, "");
          return harmlessBuiltins.has(bare)
            ? { path: `node:${bare}`, external: true }
            : stub(specifier, importer);
        }
        const isBare = !/^[./]/.test(specifier);
        if (
          isBare &&
          isNodeFile(importer) &&
          !/^(convex|convex-helpers|@convex-dev)\b/.test(specifier)
        )
          return stub(specifier, importer);
        const resolved = await build.resolve(specifier, {
          kind: request.kind,
          importer,
          namespace: request.namespace,
          resolveDir: request.resolveDir === "" ? folder : request.resolveDir,
          pluginData: "inner",
        });
        if (resolved.errors.length === 0 && resolved.path !== "") {
          return resolved.external ? stub(specifier, importer) : resolved;
        }
        if (/^convex(\/|$)/.test(specifier) && convexFallback !== null) {
          const own = await build.resolve(specifier, {
            kind: request.kind,
            resolveDir: convexFallback,
            pluginData: "inner",
          });
          if (own.errors.length === 0) return own;
        }
        if (isKnownPackage(specifier))
          return { path: `${specifier}?${importer}`, namespace: "known", sideEffects: false };
        return stub(specifier, importer);
      });
      build.onLoad({ filter: /.*/, namespace: "generated" }, (request) => ({
        contents: generatedModule(request.path),
        resolveDir: folder,
        loader: "js",
      }));
      build.onLoad({ filter: /.*/, namespace: "stub" }, ({ path }) => {
        const names = wantedNames(path, obstacles);
        return { contents: stubExports(names), loader: "js" };
      });
      build.onLoad({ filter: /.*/, namespace: "known" }, ({ path }) => ({
        contents: knownPackageModule(
          path.slice(0, path.lastIndexOf("?")),
          wantedNames(path, obstacles),
        ),
        resolveDir: folder,
        loader: "js",
      }));
    },
  };
}

function isNodeFile(importer: string): boolean {
  if (importer === "" || importer.includes("node_modules") || !existsSync(importer)) return false;
  return /^\s*(?:\/\/.*\n|\/\*[\s\S]*?\*\/|\s)*["']use node["']/.test(
    readFileSync(importer, "utf8"),
  );
}

/** A folder from which `convex` resolves to the copy this tool was installed with. */
function ownConvexFolder(): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve("convex/package.json");
    return join(dirname(manifest), "..", "..");
  } catch {
    return null;
  }
}

function generatedModule(file: string): string {
  if (file.startsWith("server")) {
    return `export {
  queryGeneric as query, mutationGeneric as mutation, actionGeneric as action,
  internalQueryGeneric as internalQuery, internalMutationGeneric as internalMutation,
  internalActionGeneric as internalAction, httpActionGeneric as httpAction,
} from "convex/server";
export const env = new Proxy({}, { get: () => "stub" });
export const defineApp = (...a) => a; export const defineComponent = (...a) => a;`;
  }
  if (file.startsWith("api")) {
    return `import { anyApi, componentsGeneric } from "convex/server";
export const api = anyApi; export const internal = anyApi;
export const components = componentsGeneric();`;
  }
  return "export {};";
}

/** A module in place of one that does not parse, with the names it seems to export. */
function brokenModule(path: string): string {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const names = new Set<string>();
  for (const match of text.matchAll(
    /export\s+(?:async\s+)?(?:const|let|function\*?|class)\s+([A-Za-z_$][\w$]*)/g,
  ))
    if (match[1] !== undefined) names.add(match[1]);
  return stubExports([...names]);
}

/** Names that `importer` takes from `specifier`, read from its import and export statements. */
export function importedNames(text: string, specifier: string): string[] {
  const names = new Set<string>();
  const quoted = specifier.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(`(?:import|export)\\s+([^;'"]*?)\\s*from\\s*["']${quoted}["']`, "g");
  for (const match of text.matchAll(pattern)) {
    const braces = /\{([^}]*)\}/.exec(match[1] ?? "");
    for (const part of (braces?.[1] ?? "").split(",")) {
      const name = part
        .replace(/\/\*.*?\*\//gs, "")
        .replace(/\/\/.*$/gm, "")
        .trim()
        .replace(/^type\s+/, "")
        .split(/\s+as\s+/)[0]
        ?.trim();
      if (name !== undefined && /^[A-Za-z_$][\w$]*$/.test(name) && name !== "default")
        names.add(name);
    }
  }
  return [...names];
}

/** Names that the importer of `specifier?importer` takes from it. */
function wantedNames(path: string, obstacles: Obstacles): string[] {
  const cut = path.lastIndexOf("?");
  const specifier = path.slice(0, cut);
  const importer = path.slice(cut + 1);
  const text = existsSync(importer) ? readFileSync(importer, "utf8") : "";
  const more = obstacles.missingExports.get(path) ?? [];
  const names = new Set([...importedNames(text, specifier), ...more]);
  if (/\/jsx(-dev)?-runtime$/.test(specifier))
    for (const name of ["jsx", "jsxs", "jsxDEV", "Fragment"]) names.add(name);
  names.delete("default");
  return [...names];
}

function stubExports(names: readonly string[]): string {
  const exports = names.map((name) => `export const ${name} = stub;`);
  return `const stub = globalThis.__convexStub;\nexport default stub;\n${exports.join("\n")}\n`;
}
