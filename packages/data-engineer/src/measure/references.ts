// Which tables a table's documents lead to, in which order tables are filled, and which references are copies of a parent's.
import type { SchemaDefinition, TableDefinition } from "../schema/schema.ts";
import {
  flatUnion,
  objectVariants,
  type ObjectValidator,
  type Validator,
} from "../schema/validator.ts";

/** A field of a document that holds the id of another, or may. */
export interface ReferenceField {
  name: string;
  target: string;
  isRequired: boolean;
}

/** The references at the top of a document, in declared order. */
export function referencesOf(variant: ObjectValidator): ReferenceField[] {
  return Object.entries(variant.value).flatMap(([name, field]) => {
    const members = flatUnion(field.fieldType);
    const id = members.find((item) => item.type === "id");
    if (id === undefined) return [];
    return [
      {
        name,
        target: id.tableName,
        isRequired: !field.optional && members.every((item) => item.type === "id"),
      },
    ];
  });
}

/** The name of the table of people who sign in; null when there is none. */
export function peopleTable(schema: SchemaDefinition): string | null {
  const names = schema.tables.map((table) => table.name);
  const byName = ["users", "user", "accounts", "people", "profiles", "members", "players"];
  const byField = schema.tables.find((table) =>
    objectVariants(table.document).some(
      (variant) => variant.value["tokenIdentifier"] !== undefined,
    ),
  );
  return byName.find((name) => names.includes(name)) ?? byField?.name ?? null;
}

/** Tables in an order in which required references lead to tables filled before; a cycle is broken where it can be. */
export function seedOrder(schema: SchemaDefinition): TableDefinition[] {
  const done: TableDefinition[] = [];
  const left = [...schema.tables];
  const exists = new Set(left.map((table) => table.name));
  const isDone = (name: string) => done.some((item) => item.name === name);
  while (left.length > 0) {
    const waitsFor = (table: TableDefinition, targets: (table: TableDefinition) => string[]) =>
      targets(table).filter((name) => name !== table.name && exists.has(name) && !isDone(name));
    let ready = left.findIndex((table) => waitsFor(table, allTargets).length === 0);
    if (ready < 0) ready = left.findIndex((table) => waitsFor(table, requiredTargets).length === 0);
    done.push(...left.splice(Math.max(0, ready), 1));
  }
  return done;
}

/** Tables that every document of a table leads to, at any depth. */
export function requiredTargets(table: TableDefinition): string[] {
  const [variant, ...others] = objectVariants(table.document);
  if (variant === undefined) return [];
  return targetsOf(variant, true).filter((name) =>
    others.every((other) => targetsOf(other, true).includes(name)),
  );
}

function allTargets(table: TableDefinition): string[] {
  return objectVariants(table.document).flatMap((variant) => targetsOf(variant, false));
}

function targetsOf(type: Validator, isRequired: boolean): string[] {
  switch (type.type) {
    case "id":
      return [type.tableName];
    case "object":
      return Object.values(type.value).flatMap((field) =>
        field.optional && isRequired ? [] : targetsOf(field.fieldType, isRequired),
      );
    case "union": {
      const members = type.value.map((item) => targetsOf(item, isRequired));
      return isRequired && members.some((targets) => targets.length === 0) ? [] : members.flat();
    }
    case "array":
      return isRequired ? [] : targetsOf(type.value, isRequired);
    default:
      return [];
  }
}

/** How tables hang together through required references, people left out: nearly everything leads to them. */
export class ReferenceGraph {
  readonly #tables: ReadonlyMap<string, TableDefinition>;
  readonly #people: string | null;

  constructor(schema: SchemaDefinition) {
    this.#tables = new Map(schema.tables.map((table) => [table.name, table]));
    this.#people = peopleTable(schema);
  }

  get people(): string | null {
    return this.#people;
  }

  table(name: string): TableDefinition | undefined {
    return this.#tables.get(name);
  }

  /** The shortest chain of fields from a table to another, or null. */
  path(from: string, to: string): string[] | null {
    const queue: { table: string; fields: string[] }[] = [{ table: from, fields: [] }];
    const seen = new Set([from]);
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      if (item.table === to) return item.fields;
      const definition = this.#tables.get(item.table);
      const [variant] = definition === undefined ? [] : objectVariants(definition.document);
      for (const reference of variant === undefined ? [] : referencesOf(variant)) {
        if (!reference.isRequired || seen.has(reference.target)) continue;
        if (reference.target === this.#people) continue;
        seen.add(reference.target);
        queue.push({ table: reference.target, fields: [...item.fields, reference.name] });
      }
    }
    return null;
  }

  /** How many levels of tables lie above one: the deepest of several references is the parent, the others follow from it. */
  depth(name: string, seen: readonly string[] = []): number {
    if (seen.includes(name) || name === this.#people) return 0;
    const definition = this.#tables.get(name);
    if (definition === undefined) return 0;
    const targets = requiredTargets(definition).filter((target) => target !== name);
    return targets.length === 0
      ? 0
      : 1 + Math.max(...targets.map((target) => this.depth(target, [...seen, name])));
  }

  /** The reference that makes a document a child: the required one that leads deepest; people come last. */
  parentOf(references: readonly ReferenceField[], table: string): ReferenceField | null {
    const eligible = references.filter(
      (item) => item.target !== table && !item.target.startsWith("_"),
    );
    const rank = (item: ReferenceField) =>
      (item.isRequired ? 1_000 : 0) +
      (item.target === this.#people ? 0 : 100) +
      Math.min(99, this.depth(item.target));
    return [...eligible].sort((a, b) => rank(b) - rank(a))[0] ?? null;
  }
}
