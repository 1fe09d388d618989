// The file names that compiled modules run under, so that stack frames can be traced back to them.

/** `convex-module:<definition path>|<module path>`. */
export function frameFile(definitionPath: string, modulePath: string): string {
  return `convex-module:${definitionPath}|${modulePath}`;
}
