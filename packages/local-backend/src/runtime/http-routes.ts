// Which component answers a request to the site address, and under what path its own router knows it.
import type { Analysis, AnalyzedRoute, ComponentPath } from "./analysis.ts";
import { isJsonObject } from "../values/json.ts";

export interface FoundRoute {
  component: ComponentPath;
  /** Path to look up in that component's router. */
  path: string;
}

/** Whether anything at all answers http requests. */
export function hasHttpActions(analysis: Analysis): boolean {
  for (const instance of analysis.components.values()) {
    if (instance.httpPrefix === null) continue;
    if (analysis.definitions.get(instance.definitionPath)?.modules.has("http.js") === true)
      return true;
  }
  return false;
}

/** Exact routes first, then the longest of prefix routes and mounts; a mount goes on in its component. */
export function findRoute(analysis: Analysis, path: string, method: string): FoundRoute | null {
  return search(analysis, "", path, method === "HEAD" ? "GET" : method);
}

function search(
  analysis: Analysis,
  component: ComponentPath,
  path: string,
  method: string,
): FoundRoute | null {
  const instance = analysis.components.get(component);
  const definition =
    instance === undefined ? undefined : analysis.definitions.get(instance.definitionPath);
  if (instance === undefined || definition === undefined) return null;

  const ownPath = stripPrefix(path, definition.definition["httpPrefix"]);
  const routes = (definition.modules.get("http.js")?.httpRoutes ?? []).filter(
    (route) => route.method === method,
  );
  if (ownPath !== null && routes.some((route) => route.path === ownPath)) {
    return { component, path: ownPath };
  }
  const prefix = ownPath === null ? -1 : longestPrefix(routes, ownPath);
  const mounts = definition.definition["httpMounts"];
  let mount = "";
  for (const candidate of isJsonObject(mounts) ? Object.keys(mounts) : []) {
    const isBelow = path.startsWith(candidate) || `${path}/` === candidate;
    if (isBelow && candidate.length > mount.length) mount = candidate;
  }
  if (mount.length > prefix && isJsonObject(mounts)) {
    const reference = mounts[mount];
    const name =
      typeof reference === "string" ? reference.replace("_reference/childComponent/", "") : "";
    const child = instance.children.get(name);
    return child === undefined
      ? null
      : search(analysis, child, path.slice(mount.length - 1) || "/", method);
  }
  return prefix >= 0 && ownPath !== null ? { component, path: ownPath } : null;
}

/** Length of the longest prefix route, -1 for none. */
function longestPrefix(routes: readonly AnalyzedRoute[], path: string): number {
  let longest = -1;
  for (const route of routes) {
    if (!route.path.endsWith("*")) continue;
    const prefix = route.path.slice(0, -1);
    if (path.startsWith(prefix)) longest = Math.max(longest, prefix.length);
  }
  return longest;
}

/** The path below an app's own `httpPrefix`; `null` when it lies elsewhere. */
function stripPrefix(path: string, prefix: unknown): string | null {
  if (typeof prefix !== "string" || prefix === "/") return path;
  if (path.startsWith(prefix)) return path.slice(prefix.length - 1);
  return `${path}/` === prefix ? "/" : null;
}
