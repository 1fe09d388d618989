// Relative imports between modules of a bundle.

/** `./x.js` seen from `dir/file.js` is `dir/x.js`. */
export function resolveModule(from: string, specifier: string): string {
  const segments = specifier.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const segment of specifier.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else segments.push(segment);
  }
  return segments.join("/");
}
