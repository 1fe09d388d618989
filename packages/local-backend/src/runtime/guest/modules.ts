// Loads modules of one bundle into this realm: a small `require` over what the host compiles.
import type { RealmHost } from "./realm-host.ts";
import { resolveModule } from "./resolve-module.ts";

interface LoadedModule {
  exports: Record<string, unknown>;
  failure?: { error: unknown };
}

export function createLoader(host: RealmHost): (path: string) => Record<string, unknown> | null {
  const loaded = new Map<string, LoadedModule>();

  function load(path: string): Record<string, unknown> | null {
    const known = loaded.get(path);
    if (known?.failure !== undefined) throw known.failure.error;
    if (known !== undefined) return known.exports;
    const factory = host.compile(path);
    if (factory === null) return null;
    const module: LoadedModule = { exports: {} };
    loaded.set(path, module);
    try {
      factory(module.exports, (specifier) => requireFrom(path, specifier), module);
    } catch (error) {
      module.failure = { error };
      throw error;
    }
    return module.exports;
  }

  function requireFrom(path: string, specifier: string): Record<string, unknown> {
    if (!host.isImporting()) {
      throw new Error("dynamic module import unsupported: import() works in actions only");
    }
    const found = load(resolveModule(path, specifier));
    if (found === null)
      throw new Error(`Could not find module "${specifier}" imported by "${path}"`);
    return found;
  }

  return (path) => {
    const wasImporting = host.isImporting();
    host.importing(true);
    try {
      return load(path);
    } finally {
      host.importing(wasImporting);
    }
  };
}
