// The data model as a Mermaid entity-relationship diagram.
import type { Model } from "../model/model.ts";
import { objectVariants, type Validator } from "../schema/validator.ts";
import type { Relationship } from "./relationships.ts";

export function mermaidDiagram(model: Model, relationships: readonly Relationship[]): string {
  const lines = ["erDiagram"];
  for (const table of [...model.schema.tables].sort((a, b) => a.name.localeCompare(b.name))) {
    lines.push(`  ${table.name} {`);
    const fields = new Map<string, { type: Validator; optional: boolean }>();
    for (const variant of objectVariants(table.document))
      for (const [name, field] of Object.entries(variant.value))
        if (!fields.has(name))
          fields.set(name, { type: field.fieldType, optional: field.optional });
    for (const [name, field] of [...fields].sort(([a], [b]) => a.localeCompare(b))) {
      const key = field.type.type === "id" ? " FK" : "";
      lines.push(
        `    ${shortType(field.type)} ${name}${key}${field.optional ? ' "optional"' : ""}`,
      );
    }
    lines.push("  }");
  }
  for (const item of relationships) {
    if (item.to.startsWith("_")) continue;
    // The referring table is on the left: how many of it lead to one target, then how many targets each leads to.
    const referring = item.isUnique ? "|o" : "}o";
    const target = { "exactly one": "||", "zero or one": "o|", many: "o{" }[item.cardinality];
    lines.push(`  ${item.from} ${referring}--${target} ${item.to} : "${item.field}"`);
  }
  return lines.join("\n");
}

/** A type as one word, which is all Mermaid takes. */
export function shortType(type: Validator): string {
  switch (type.type) {
    case "id":
      return `id_${type.tableName.replace(/^_/, "")}`;
    case "array":
      return `${shortType(type.value)}_list`;
    case "union": {
      const members = type.value.filter((item) => item.type !== "null");
      if (members.length > 0 && members.every((item) => item.type === "literal")) return "enum";
      const [only] = members;
      return members.length === 1 && only !== undefined ? `${shortType(only)}_or_null` : "union";
    }
    case "literal":
      return "literal";
    case "bigint":
      return "int64";
    default:
      return type.type;
  }
}
