// What runs: the modules of an app and of its components, exactly as the official command line pushes them.

/** One bundled ES module. */
export interface ModuleSource {
  /** Relative to the folder of its app or component, POSIX, ends in `.js`: `dir/file.js`; shared chunks are `_deps/….js`. */
  path: string;
  /** ES module text. */
  source: string;
  /** Source map (version 3) from `source` to the files it was made of. */
  sourceMap?: string;
  /** `node` for files with a `"use node"` directive (actions only), else `isolate`. */
  environment: "isolate" | "node";
}

/**
 * Everything that a deployment runs. The same shape comes from {@link bundleFunctions} for a folder and from a push of the
 * official command line, so there is one way in.
 */
export interface AppBundle {
  app: {
    /** ES module text of `convex.config.js`; `null` when the app has none. */
    definition: string | null;
    /** ES module text of `schema.js`; `null` when the app has none. */
    schema: string | null;
    modules: ModuleSource[];
    /** ES module text of `auth.config.js`; `null` or absent when the app has none. It may also stand in `modules`. */
    authConfig?: string | null;
    /** Where packages that "use node" files leave outside the bundle are looked up: an absolute folder. */
    nodeModulesRoot?: string;
  };
  components: ComponentBundle[];
}

/** A component definition: used by any number of instances. */
export interface ComponentBundle {
  /** POSIX path of the definition's folder relative to the app's functions folder. */
  definitionPath: string;
  /** ES module text of its `convex.config.js`; imports of other definitions are `./_componentDeps/<base64url of their path>`. */
  definition: string;
  schema: string | null;
  modules: ModuleSource[];
}

/** A `convex/` folder that cannot become a bundle or does not load. `message` is complete, for the developer: file, line, cause. */
export class CompileError extends Error {
  override readonly name = "CompileError";
}
