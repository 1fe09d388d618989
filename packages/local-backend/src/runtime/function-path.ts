// The path of a function: `dir/file:name` for people, `dir/file.js` and `name` for the loader.

export interface FunctionPath {
  /** `dir/file.js`. */
  module: string;
  /** Export name. */
  name: string;
}

/**
 * Parses `dir/file:fn`, `dir/file.js:fn` or `dir/file` (its default export).
 *
 * @returns `null` when a part has characters that no module can have
 */
export function parseFunctionPath(text: string): FunctionPath | null {
  const colon = text.lastIndexOf(":");
  const file = colon < 0 ? text : text.slice(0, colon);
  const name = colon < 0 ? "default" : text.slice(colon + 1);
  if (!/^[A-Za-z0-9_]+$/.test(name)) return null;
  const segments = file.replace(/^\//, "").split("/");
  for (const segment of segments) {
    if (segment.length > 64 || !/^[A-Za-z0-9_.]*[A-Za-z0-9][A-Za-z0-9_.]*$/.test(segment))
      return null;
  }
  if (segments[0] === "_deps") return null;
  const module = segments.join("/");
  return { module: module.endsWith(".js") ? module : `${module}.js`, name };
}

/** `dir/file:name`. */
export function printFunctionPath(path: FunctionPath): string {
  return `${path.module.replace(/\.js$/, "")}:${path.name}`;
}

/** `dir/file.js:name`, as system tables and some error texts have it. */
export function printModulePath(path: FunctionPath): string {
  return `${path.module}:${path.name}`;
}
