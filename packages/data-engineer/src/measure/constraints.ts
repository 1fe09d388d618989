// What the program's reads say about its data: which fields are unique, which are shared, which constants occur.
import type { Boundness } from "../model/boundness.ts";
import type { Model, Read } from "../model/model.ts";
import type { TableDefinition } from "../schema/schema.ts";
import { fieldType } from "../schema/validator.ts";
import type { Json } from "./json.ts";

/** How a text field names a signed-in person: by the token's subject, or by issuer and subject. */
export type Claim = "subject" | "tokenIdentifier";

export interface TableConstraints {
  /** Sets of fields that no two documents share all values of: some reader asks for them with `unique`. */
  unique: string[][];
  /** Fields, other than references, by which readers find several documents. */
  shared: ReadonlySet<string>;
  /** Constants that fields are compared with. */
  constants: ReadonlyMap<string, Json[]>;
  claims: ReadonlyMap<string, Claim>;
  /** Most documents it holds. */
  max: number;
  /** Texts of a search index: few documents share a word. */
  searched: ReadonlySet<string>;
  /** Length of the vectors of a vector index. */
  dimensions: ReadonlyMap<string, number>;
}

const several = new Set(["collect", "take", "paginate", "iterate"]);

export function constraintsOf(
  model: Model,
  boundness: ReadonlyMap<string, Boundness>,
): Map<string, TableConstraints> {
  return new Map(
    model.schema.tables.map((table) => [
      table.name,
      tableConstraints(
        table,
        model.reads.filter((read) => read.table === table.name),
        boundness.get(table.name),
      ),
    ]),
  );
}

function tableConstraints(
  table: TableDefinition,
  reads: readonly Read[],
  boundness: Boundness | undefined,
): TableConstraints {
  const unique = new Map<string, string[]>();
  const single = new Set<string>();
  const grouped = new Set<string>();
  const constants = new Map<string, Json[]>();
  const claims = new Map<string, Claim>();
  for (const read of reads) {
    const fields = equalities(read);
    if (read.consumer.kind === "unique" && fields !== null)
      unique.set([...fields].sort().join(), fields);
    if (read.consumer.kind === "first" && fields?.length === 1) single.add(fields[0] ?? "");
    for (const bound of read.eq) {
      if (several.has(read.consumer.kind)) grouped.add(bound.field);
      addConstant(constants, bound.field, bound.constant);
      if (/tokenIdentifier/.test(bound.text)) claims.set(bound.field, "tokenIdentifier");
      else if (/\bsubject\b/.test(bound.text)) claims.set(bound.field, "subject");
    }
    for (const predicate of read.residual)
      if (predicate.op === "eq" || predicate.op === "neq")
        addConstant(constants, predicate.field, predicate.constant);
  }
  for (const name of [
    "tokenIdentifier",
    "subject",
    "clerkId",
    "clerkUserId",
    "externalId",
    "authId",
    "workosId",
    "userId",
    "ownerId",
    "authorId",
  ]) {
    const type = fieldType(table.document, name, table.name);
    if (type === null || claims.has(name) || !type.types.some((item) => item.type === "string"))
      continue;
    claims.set(name, name === "tokenIdentifier" ? "tokenIdentifier" : "subject");
  }
  const isSingleton = unique.has("");
  unique.delete("");
  for (const field of single) grouped.delete(field);
  for (const [field] of [...unique.values()].filter((fields) => fields.length === 1))
    grouped.delete(field ?? "");
  return {
    unique: [...unique.values()],
    shared: grouped,
    constants,
    claims,
    max: isSingleton ? 1 : boundness?.kind === "bounded" ? Math.max(1, boundness.max) : Infinity,
    searched: new Set(table.searchIndexes.map((item) => item.searchField)),
    dimensions: new Map(table.vectorIndexes.map((item) => [item.vectorField, item.dimensions])),
  };
}

/** The fields a read fixes; null when it is narrowed by more than equalities. */
function equalities(read: Read): string[] | null {
  if (read.range !== undefined || read.source === "search" || read.source === "get") return null;
  if (read.residual.some((item) => item.op !== "eq" || item.field === "")) return null;
  return [...new Set([...read.eq, ...read.residual].map((item) => item.field))];
}

function addConstant(
  constants: Map<string, Json[]>,
  field: string,
  constant: string | undefined,
): void {
  if (constant === undefined) return;
  let value: unknown;
  try {
    value = JSON.parse(constant);
  } catch {
    return;
  }
  if (typeof value !== "string" && typeof value !== "number") return;
  const known = constants.get(field) ?? [];
  if (!known.includes(value)) known.push(value);
  constants.set(field, known);
}
