// Ids by which an attack points at the trait that explains it.

/** The id of a trait on the page; `prefix` keeps two blocks of the same monster apart. */
export function traitAnchor(prefix: string, slug: string, traitName: string): string {
  const words = traitName
    .toLowerCase()
    .replace(/\s*\(.*\)\s*$/, "")
    .replace(/[^a-z0-9]+/g, "-");
  return `${prefix}-${slug}-${words}`;
}
