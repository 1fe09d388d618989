// Turns bundled ES modules into CommonJS function bodies, because a realm's loader is a plain `require`.
import { transform } from "esbuild";
import { CompileError, type ModuleSource } from "./app-bundle.ts";
import type { CompiledModule } from "./analysis.ts";

/** By path. @throws CompileError naming the module, for syntax and for top-level await */
export async function compileModules(
  modules: readonly ModuleSource[],
): Promise<Map<string, CompiledModule>> {
  const compiled = await Promise.all(modules.map(compileModule));
  return new Map(compiled.map((module) => [module.path, module]));
}

export async function compileModule(module: ModuleSource): Promise<CompiledModule> {
  try {
    const { code, map } = await transform(module.source, {
      format: "cjs",
      target: "node20",
      supported: { "dynamic-import": false },
      // Modules of the default runtime must not find the loader's own `require`.
      ...(module.environment === "isolate" ? { define: { require: "__convexNoRequire" } } : {}),
      sourcemap: "external",
      sourcesContent: false,
      sourcefile: module.path,
      logLevel: "silent",
    });
    return {
      path: module.path,
      environment: module.environment,
      code,
      codeMap: map,
      sourceMap: module.sourceMap ?? null,
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const cause = text.includes("Top-level await")
      ? "top level awaits in source files are unsupported"
      : text;
    throw new CompileError(`Failed to load ${module.path}: ${cause}`, { cause: error });
  }
}
