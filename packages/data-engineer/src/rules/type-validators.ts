// A written TypeScript type as validator code, for functions that type their arguments instead of validating them.
import ts from "typescript6";

/** `{ id: Id<"t">; name?: string }` as `{ id: v.id("t"), name: v.optional(v.string()) }`; null when some part is not understood. */
export function validatorCode(type: ts.TypeNode): string | null {
  if (!ts.isTypeLiteralNode(type)) return null;
  const fields: string[] = [];
  for (const member of type.members) {
    if (!ts.isPropertySignature(member) || member.type === undefined) return null;
    const inner = fieldCode(member.type);
    if (inner === null) return null;
    const name = member.name.getText();
    fields.push(`${name}: ${member.questionToken === undefined ? inner : `v.optional(${inner})`}`);
  }
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

function fieldCode(type: ts.TypeNode): string | null {
  if (type.kind === ts.SyntaxKind.StringKeyword) return "v.string()";
  if (type.kind === ts.SyntaxKind.NumberKeyword) return "v.number()";
  if (type.kind === ts.SyntaxKind.BooleanKeyword) return "v.boolean()";
  if (type.kind === ts.SyntaxKind.BigIntKeyword) return "v.int64()";
  if (ts.isParenthesizedTypeNode(type)) return fieldCode(type.type);
  if (ts.isLiteralTypeNode(type)) {
    if (type.literal.kind === ts.SyntaxKind.NullKeyword) return "v.null()";
    return `v.literal(${type.literal.getText()})`;
  }
  if (ts.isArrayTypeNode(type)) {
    const inner = fieldCode(type.elementType);
    return inner === null ? null : `v.array(${inner})`;
  }
  if (ts.isUnionTypeNode(type)) {
    const parts = type.types.map(fieldCode);
    return parts.every((part) => part !== null) ? `v.union(${parts.join(", ")})` : null;
  }
  if (ts.isTypeLiteralNode(type)) {
    const inner = validatorCode(type);
    return inner === null ? null : `v.object(${inner})`;
  }
  if (ts.isTypeReferenceNode(type)) {
    const argument = type.typeArguments?.[0];
    const name = type.typeName.getText();
    if (name === "Id" && argument !== undefined) return `v.id(${argument.getText()})`;
    if (name === "Array" && argument !== undefined) {
      const inner = fieldCode(argument);
      return inner === null ? null : `v.array(${inner})`;
    }
    if (name === "ArrayBuffer") return "v.bytes()";
  }
  return null;
}
