// Example documents for the tests of migrations, as TypeScript source: real references, and a value of choice at one path.
import { taggedUnion, type Segment } from "../schema/path.ts";
import type { SchemaDefinition } from "../schema/schema.ts";
import {
  flatUnion,
  printKey,
  printLiteral,
  type ObjectValidator,
  type Validator,
  ownField,
} from "../schema/validator.ts";

/** A value as source; objects stay open so that a field can be put in or taken out. */
export type Tree = string | { fields: Map<string, Tree> } | { items: Tree[] };

export function treeSource(tree: Tree): string {
  if (typeof tree === "string") return tree;
  if ("items" in tree) return `[${tree.items.map(treeSource).join(", ")}]`;
  const parts = [...tree.fields].map(([name, value]) => `${printKey(name)}: ${treeSource(value)}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

/** Makes examples of one schema, and the statements that insert the documents they refer to. */
export class Examples {
  readonly statements: string[] = [];
  readonly #schema: SchemaDefinition;
  readonly #references = new Map<string, string>();

  constructor(schema: SchemaDefinition) {
    this.#schema = schema;
  }

  /** A value of the type; optional fields are left out. */
  of(type: Validator): Tree {
    switch (type.type) {
      case "string":
      case "any":
        return '"x"';
      case "id":
        return this.reference(type.tableName);
      case "number":
        return "1";
      case "bigint":
      case "commitTs":
        return "1n";
      case "boolean":
        return "false";
      case "bytes":
        return "new ArrayBuffer(1)";
      case "null":
        return "null";
      case "literal":
        return printLiteral(type.value);
      case "array":
        return { items: [] };
      case "record":
        return { fields: new Map() };
      case "union":
        return type.value[0] === undefined ? "null" : this.of(type.value[0]);
      case "object":
        return this.#object(type);
    }
  }

  #object(type: ObjectValidator): { fields: Map<string, Tree> } {
    const fields = new Map<string, Tree>();
    for (const [name, field] of Object.entries(type.value))
      if (!field.optional) fields.set(name, this.of(field.fieldType));
    return { fields };
  }

  /** The variable that holds the id of a document of a table, inserted before. */
  reference(table: string): string {
    const known = this.#references.get(table);
    if (known !== undefined) return known;
    const variable = `${table.replace(/^_+/, "").replace(/_+(.)/g, (_, next: string) => next.toUpperCase())}Id`;
    if (table === "_storage") {
      this.#references.set(table, variable);
      this.statements.push(`const ${variable} = await ctx.storage.store(new Blob(["x"]));`);
      return variable;
    }
    const definition = this.#schema.tables.find((item) => item.name === table);
    // A table that needs a document of itself first has no first document.
    this.#references.set(table, '"none"');
    const document =
      definition === undefined ? "{}" : treeSource(this.of(documentType(definition.document)));
    this.#references.set(table, variable);
    this.statements.push(
      `const ${variable} = await ctx.db.insert(${JSON.stringify(table)}, ${document});`,
    );
    return variable;
  }

  /**
   * An example of the type with a value of choice at a path. What leads there is present, with one element each.
   *
   * @param value - null takes the field out
   */
  with(type: Validator | null, path: readonly Segment[], value: Tree | null): Tree {
    const [head, ...rest] = path;
    if (head === undefined) return value ?? "null";
    const members = type === null ? [] : flatUnion(type);
    switch (head.kind) {
      case "variant": {
        const member =
          type === null ? undefined : taggedUnion(type)?.variants.get(head.label)?.member;
        return this.with(member ?? null, rest, value);
      }
      case "element": {
        const array = members.find((item) => item.type === "array");
        return { items: [this.with(array?.type === "array" ? array.value : null, rest, value)] };
      }
      case "value": {
        const record = members.find((item) => item.type === "record");
        const inner = record?.type === "record" ? record.values.fieldType : null;
        const key = record?.type === "record" ? keyOf(record.keys) : "x";
        return { fields: new Map([[key, this.with(inner, rest, value)]]) };
      }
      case "field": {
        const objects = members.flatMap((item) => (item.type === "object" ? [item] : []));
        const object =
          objects.find((item) => ownField(item, head.name) !== undefined) ?? objects[0];
        const tree =
          object === undefined ? { fields: new Map<string, Tree>() } : this.#object(object);
        if (rest.length === 0 && value === null) tree.fields.delete(head.name);
        else
          tree.fields.set(
            head.name,
            this.with(
              (object === undefined ? undefined : ownField(object, head.name))?.fieldType ?? null,
              rest,
              value,
            ),
          );
        return tree;
      }
    }
  }
}

function keyOf(type: Validator): string {
  const [first] = flatUnion(type);
  return first?.type === "literal" && typeof first.value === "string" ? first.value : "x";
}

/** A document's own type: any stands for an empty one. */
export function documentType(document: Validator): Validator {
  return document.type === "any" ? { type: "object", value: {} } : document;
}
