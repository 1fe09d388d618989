// The esbuild plugins of a functions bundle: stubs and modules that the default runtime answers itself.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Plugin } from "esbuild";

/** The default runtime has AsyncLocalStorage as a global instead of the Node module. */
export const asyncHooksPlugin: Plugin = {
  name: "async-hooks",
  setup(build) {
    build.onResolve({ filter: /^(node:)?async_hooks$/ }, (args) => ({
      path: args.path,
      namespace: "async-hooks",
    }));
    build.onLoad({ filter: /.*/, namespace: "async-hooks" }, () => ({
      contents:
        "const { AsyncLocalStorage, AsyncResource } = globalThis;\nexport { AsyncLocalStorage, AsyncResource };\nexport default { AsyncLocalStorage, AsyncResource };",
      loader: "js",
    }));
  },
};

/** `import "server-only"` marks server code for another framework; here it means nothing. */
export const serverOnlyPlugin: Plugin = {
  name: "server-only",
  setup(build) {
    build.onResolve({ filter: /^server-only$/ }, () => ({
      path: "server-only",
      namespace: "server-only",
    }));
    build.onLoad({ filter: /.*/, namespace: "server-only" }, () => ({
      contents: "",
      loader: "js",
    }));
  },
};

/** `import module from "./file.wasm"` gives a `WebAssembly.Module`. */
export const wasmPlugin: Plugin = {
  name: "wasm",
  setup(build) {
    build.onResolve({ filter: /\.wasm$/ }, (args) => {
      if (args.namespace === "wasm-module") return { path: args.path, namespace: "wasm-bytes" };
      if (args.resolveDir === "") return undefined;
      return { path: path.resolve(args.resolveDir, args.path), namespace: "wasm-module" };
    });
    build.onLoad({ filter: /.*/, namespace: "wasm-module" }, (args) => ({
      contents: `import bytes from ${JSON.stringify(args.path)};\nexport default new WebAssembly.Module(bytes);`,
      loader: "js",
    }));
    build.onLoad({ filter: /.*/, namespace: "wasm-bytes" }, async (args) => ({
      contents: await readFile(args.path),
      loader: "binary",
    }));
  },
};

/**
 * Leaves packages of `convex.json`'s `node.externalPackages` outside the bundle of "use node" files, to be required where they
 * are installed. `["*"]` means every installed package.
 */
export function externalPackagesPlugin(root: string, names: string[]): Plugin {
  const all = names.includes("*");
  return {
    name: "external-packages",
    setup(build) {
      if (names.length === 0) return;
      build.onResolve({ filter: /^[^./]/ }, (args) => {
        if (args.kind === "entry-point") return undefined;
        const name = args.path
          .split("/")
          .slice(0, args.path.startsWith("@") ? 2 : 1)
          .join("/");
        const isNamed = all ? name !== "convex" : names.includes(name);
        return isNamed && isInstalled(root, name) ? { path: args.path, external: true } : undefined;
      });
    },
  };
}

function isInstalled(root: string, name: string): boolean {
  for (let folder = root; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "node_modules", name))) return true;
    if (folder === path.dirname(folder)) return false;
  }
}
