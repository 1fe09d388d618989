// Written types as hints: `Id<"t">`, `Doc<"t">`, context and database types, arrays of them, aliases and object types.
import ts from "typescript6";
import type { Evaluator } from "./evaluator.ts";
import { propertyOf } from "./properties.ts";
import { originOf, unknown, type Value } from "./values.ts";

const maxAliasDepth = 6;

/** Gives `value` what its written type says, where the value itself is not known better. */
export function refineByType(e: Evaluator, value: Value, type: ts.TypeNode, depth = 0): Value {
  if (depth > maxAliasDepth) return value;
  if (!isVague(value)) return value;
  if (ts.isParenthesizedTypeNode(type)) return refineByType(e, value, type.type, depth);
  if (ts.isTypeOperatorNode(type)) return refineByType(e, value, type.type, depth);
  if (ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type)) {
    for (const member of type.types) {
      const refined = refineByType(e, value, member, depth + 1);
      if (refined !== value) return refined;
    }
    return value;
  }
  if (ts.isArrayTypeNode(type)) return arrayOf(e, value, type.elementType, depth);
  if (ts.isTypeLiteralNode(type)) return fromMembers(e, value, type.members, depth);
  if (!ts.isTypeReferenceNode(type)) return value;
  const name = ts.isIdentifier(type.typeName) ? type.typeName.text : type.typeName.right.text;
  const argument = type.typeArguments?.[0];
  const known = wellKnown(value, name, argument);
  if (known !== null) return known;
  if (/^(Array|ReadonlyArray|Set|ReadonlySet)$/.test(name) && argument !== undefined)
    return arrayOf(e, value, argument, depth);
  if (
    /^(Promise|Readonly|Required|NonNullable|Partial|WithoutSystemFields)$/.test(name) &&
    argument !== undefined
  )
    return refineByType(e, value, argument, depth + 1);
  const alias = findType(e, name, type.getSourceFile().fileName);
  if (alias === null) return value;
  return ts.isTypeAliasDeclaration(alias)
    ? refineByType(e, value, alias.type, depth + 1)
    : fromMembers(e, value, alias.members, depth + 1);
}

function isVague(value: Value): boolean {
  return (
    value.k === "unknown" ||
    value.k === "derived" ||
    (value.k === "arg" && (value.validator === null || value.validator.type === "any"))
  );
}

function wellKnown(value: Value, name: string, argument: ts.TypeNode | undefined): Value | null {
  const table =
    argument !== undefined && ts.isLiteralTypeNode(argument) && ts.isStringLiteral(argument.literal)
      ? argument.literal.text
      : null;
  switch (name) {
    case "Id":
    case "GenericId":
      return table === null ? null : { k: "id", table, origin: originOf(value) };
    case "Doc":
      return table === null ? null : { k: "row", reads: [], table, nullable: false };
    case "QueryCtx":
    case "GenericQueryCtx":
      return { k: "ctx", kind: "query", extra: null };
    case "MutationCtx":
    case "GenericMutationCtx":
      return { k: "ctx", kind: "mutation", extra: null };
    case "ActionCtx":
    case "GenericActionCtx":
      return { k: "ctx", kind: "action", extra: null };
    case "DatabaseReader":
    case "DatabaseWriter":
    case "GenericDatabaseReader":
    case "GenericDatabaseWriter":
      return { k: "db", system: false };
    default:
      return null;
  }
}

function arrayOf(e: Evaluator, value: Value, element: ts.TypeNode, depth: number): Value {
  const item = refineByType(e, unknown, element, depth + 1);
  if (item === unknown) return value;
  if (item.k === "row") {
    return {
      k: "rows",
      reads: [],
      table: item.table,
      stages: [],
      predicates: [],
      sort: null,
      cut: false,
    };
  }
  return {
    k: "array",
    elements: [item],
    over: { over: value.k === "arg" ? "argument" : "unknown" },
    exact: false,
  };
}

function fromMembers(
  e: Evaluator,
  value: Value,
  members: ts.NodeArray<ts.TypeElement>,
  depth: number,
): Value {
  const props = new Map<string, Value>();
  let refinedAny = false;
  for (const member of members) {
    if (!ts.isPropertySignature(member) || member.type === undefined) continue;
    if (!ts.isIdentifier(member.name) && !ts.isStringLiteral(member.name)) continue;
    const before = propertyOf(e, value, member.name.text, member);
    const after = refineByType(e, before, member.type, depth + 1);
    if (after !== before) refinedAny = true;
    props.set(member.name.text, after);
  }
  return refinedAny ? { k: "object", props, open: true } : value;
}

function findType(
  e: Evaluator,
  name: string,
  file: string,
  seen = 0,
): ts.TypeAliasDeclaration | ts.InterfaceDeclaration | null {
  const module = e.program.module(file);
  if (module === null || seen > 3) return null;
  for (const statement of module.source.statements) {
    if (
      (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) &&
      statement.name.text === name
    )
      return statement;
    if (!ts.isImportDeclaration(statement)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    const item = bindings.elements.find((element) => element.name.text === name);
    if (item === undefined || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const resolution = e.program.resolve(statement.moduleSpecifier.text, file);
    if (resolution.kind !== "file") return null;
    return findType(e, (item.propertyName ?? item.name).text, resolution.path, seen + 1);
  }
  return null;
}
