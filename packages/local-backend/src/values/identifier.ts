// The form of names: of tables, indexes, and fields in validators and indexes.

const maximumLength = 64;

/** Null if `name` is `[A-Za-z_][A-Za-z0-9_]*`, at most 64 long and not underscores only; else what is wrong with it. */
export function identifierProblem(name: string): string | null {
  if (name.length === 0) return "Identifier cannot be empty";
  if (name.length > maximumLength) {
    return `Identifier is too long (${name.length} > maximum ${maximumLength})`;
  }
  if (!/^[A-Za-z_]/.test(name)) {
    return `Invalid first character '${name[0] ?? ""}' in ${name}: Identifiers must start with an alphabetic character or underscore`;
  }
  const invalid = /[^A-Za-z0-9_]/.exec(name);
  if (invalid) {
    return `Identifier ${name} has invalid character '${invalid[0]}': Identifiers can only contain alphanumeric characters or underscores`;
  }
  if (/^_+$/.test(name)) return `Identifier ${name} cannot have only underscores`;
  return null;
}
