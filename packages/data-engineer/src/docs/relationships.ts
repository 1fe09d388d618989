// References between tables: which field leads where, how many of each, and by which index it is walked.
import type { Model } from "../model/model.ts";
import { fieldPaths, fieldType, type Validator } from "../schema/validator.ts";

export type Cardinality = "exactly one" | "zero or one" | "many";

export interface Relationship {
  from: string;
  field: string;
  to: string;
  /** How many documents of `to` one document of `from` leads to. */
  cardinality: Cardinality;
  /** Whether at most one document of `from` leads to each of `to`: some reader asks for it with `unique`. */
  isUnique: boolean;
  /** Indexes of `from` that find the documents of one `to`. */
  indexes: string[];
  /** Functions that go from `from` to `to`, by `get`, and from `to` to `from`, by index. */
  readersForward: string[];
  readersBack: string[];
}

/** Sorted by table and field. System tables are targets too. */
export function relationshipsOf(model: Model): Relationship[] {
  const result: Relationship[] = [];
  for (const table of model.schema.tables) {
    for (const path of fieldPaths(table.document)) {
      const type = fieldType(table.document, path, table.name);
      if (type === null) continue;
      for (const target of targetsOf(type.types)) {
        const isArray = type.types.some((item) => item.type === "array");
        const isNullable =
          type.optional ||
          type.types.some((item) => item.type === "null") ||
          targetsOf(type.types).length > 1;
        const reads = model.reads.filter(
          (read) => read.table === table.name && read.eq[0]?.field === path,
        );
        result.push({
          from: table.name,
          field: path,
          to: target,
          cardinality: isArray ? "many" : isNullable ? "zero or one" : "exactly one",
          isUnique: reads.some(
            (read) =>
              read.consumer.kind === "unique" && read.eq.length === 1 && read.residual.length === 0,
          ),
          indexes: table.indexes
            .filter((index) => index.fields[0] === path)
            .map((index) => index.name),
          readersForward: callers(
            model.reads.filter((read) => read.source === "get" && read.table === target),
            callersOf(model, table.name),
          ),
          readersBack: callers(reads, null),
        });
      }
    }
  }
  return result.sort(
    (a, b) =>
      a.from.localeCompare(b.from) || a.field.localeCompare(b.field) || a.to.localeCompare(b.to),
  );
}

function targetsOf(types: readonly Validator[]): string[] {
  const targets = new Set<string>();
  const visit = (type: Validator): void => {
    if (type.type === "id") targets.add(type.tableName);
    else if (type.type === "array") visit(type.value);
    else if (type.type === "union") type.value.forEach(visit);
  };
  types.forEach(visit);
  return [...targets].sort();
}

function callersOf(model: Model, table: string): Set<string> {
  return new Set(
    model.reads.filter((read) => read.table === table).flatMap((read) => read.callers),
  );
}

function callers(
  reads: readonly Model["reads"][number][],
  among: ReadonlySet<string> | null,
): string[] {
  const names = new Set(reads.flatMap((read) => read.callers));
  return [...names].filter((name) => among === null || among.has(name)).sort();
}

/** A table that ties two others together: two required references and an index over both. */
export interface Join {
  table: string;
  left: string;
  right: string;
  index: string;
}

export function joinsOf(model: Model, relationships: readonly Relationship[]): Join[] {
  const joins: Join[] = [];
  for (const { name, indexes } of model.schema.tables) {
    const own = relationships.filter(
      (item) => item.from === name && item.cardinality === "exactly one",
    );
    for (const index of indexes) {
      const [first, second] = index.fields.map((field) => own.find((item) => item.field === field));
      if (first === undefined || second === undefined || first === second) continue;
      const isKnown = joins.some(
        (join) =>
          join.table === name &&
          [first.to, second.to].includes(join.left) &&
          [first.to, second.to].includes(join.right),
      );
      if (!isKnown)
        joins.push({ table: name, left: first.to, right: second.to, index: index.name });
    }
  }
  return joins.sort((a, b) => a.table.localeCompare(b.table) || a.index.localeCompare(b.index));
}
