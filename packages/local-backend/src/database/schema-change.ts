// Replaces a component's schema: checks it against the stored documents and builds its indexes before it is in force.
//
//   parse → new tables and new indexes exist, unready → documents checked, indexes filled → schema in force, old
//   indexes dropped → staged indexes filled in the background. A failure on the way drops what was begun.

import { parseSchema, type DatabaseSchema, type TableSchema } from "../schema/table-schema.ts";
import { isSubset } from "../schema/subset.ts";
import { keySuccessor } from "../values/index-key.ts";
import { UserError } from "../values/errors.ts";
import { textField, type JsonObject } from "../values/json.ts";
import { StoreError, type Store, type StructureWrite } from "../store/store.ts";
import {
  contentOf,
  isSameContent,
  tableExistenceKey,
  type Catalog,
  type Index,
  type Table,
} from "./catalog.ts";
import { emptyBatch } from "./commit.ts";
import type { SchemaChange } from "./database.ts";
import { SchemaError } from "./errors.ts";
import { fillIndexes, scanTable } from "./index-build.ts";
import type { Commit } from "./read-set.ts";
import {
  demandedType,
  documentProblem,
  type SchemaEnforcer,
  type Trial,
} from "./schema-enforcer.ts";
import type { ComponentPath } from "./transaction.ts";

/** What a schema change works with. */
export interface SchemaChangeContext {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly enforcer: SchemaEnforcer;
  nextTimestamp(): bigint;
  /** Told of batches that queries depend on. */
  announce(commit: Commit, durable: Promise<void>): Promise<void>;
}

// Under this name an index waits to take its real one.
const unfinished = "\u0000new";

/** See `Database.applySchema`. */
export async function changeSchema(
  context: SchemaChangeContext,
  component: ComponentPath,
  json: JsonObject | null,
): Promise<SchemaChange> {
  const schema = json === null ? null : parse(json);
  const { catalog, enforcer } = context;
  const change: SchemaChange = {
    createdTables: [],
    addedIndexes: [],
    removedIndexes: [],
    backfilling: [],
  };
  if (JSON.stringify(json) === JSON.stringify(catalog.schema(component))) {
    // In force already, as at every start with the same code.
    return { ...change, backfilling: unreadyIndexes(catalog.tables(component)) };
  }
  const trial = schema === null ? null : enforcer.beginTrial(component, schema);
  try {
    await prepare(context, component, schema, change);
    if (schema !== null) await checkDocuments(context, component, schema);
    const filled = await fillWaiting(context, component, schema);
    throwIfFailed(trial);
    await finish(context, component, json, schema, filled, change);
  } catch (error) {
    if (!(error instanceof StoreError)) await dropUnfinished(context, component);
    throw error;
  } finally {
    if (trial !== null) enforcer.endTrial(trial);
  }
  return change;
}

/** Drops what an interrupted schema change left behind. */
export async function dropUnfinished(
  context: SchemaChangeContext,
  component: ComponentPath,
): Promise<void> {
  const structure: StructureWrite[] = [];
  const tables: Table[] = [];
  for (const table of context.catalog.tables(component)) {
    const indexes = new Map(table.indexes);
    for (const [key, index] of indexes) {
      if (!key.endsWith(unfinished)) continue;
      indexes.delete(key);
      structure.push(dropOf(index));
    }
    if (indexes.size < table.indexes.size) tables.push({ ...table, indexes });
  }
  await writeTables(context, tables, structure, []);
}

/** Fills staged indexes that are not ready, and says so when they are. */
export async function fillStaged(
  context: SchemaChangeContext,
  component: ComponentPath,
): Promise<void> {
  for (const { name } of context.catalog.tables(component)) {
    const table = context.catalog.table(component, name);
    if (table === undefined) continue;
    const waiting = [...table.indexes.values()].filter((index) => !index.ready);
    if (waiting.length === 0) continue;
    await fillIndexes(context.store, table, waiting, () => context.nextTimestamp());
    // The table may have changed meanwhile; only indexes that are still the same are ready now.
    const current = context.catalog.table(component, name);
    if (current === undefined) continue;
    const indexes = new Map(current.indexes);
    for (const [key, index] of indexes) {
      if (waiting.some(({ number }) => number === index.number)) {
        indexes.set(key, { ...index, ready: true });
      }
    }
    await writeTables(context, [{ ...current, indexes }], [], []);
  }
}

function parse(json: JsonObject): DatabaseSchema {
  try {
    return parseSchema(json);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new SchemaError(error.code ?? "SchemaDefinitionError", error.message);
  }
}

/** Makes tables and unready indexes, so that writes from now on go into them. */
async function prepare(
  context: SchemaChangeContext,
  component: ComponentPath,
  schema: DatabaseSchema | null,
  change: SchemaChange,
): Promise<void> {
  const { catalog, store } = context;
  const changed: Table[] = [];
  const created: Table[] = [];
  const structure: StructureWrite[] = [];
  for (const tableSchema of schema?.tables.values() ?? []) {
    const known = catalog.table(component, tableSchema.name);
    const numbers = created.map(({ number }) => number);
    const table = known ?? catalog.makeTable(component, tableSchema.name, numbers);
    if (known === undefined) {
      created.push(table);
      change.createdTables.push(table.name);
    }
    const { prefix } = table.identity;
    const isEmpty =
      known === undefined ||
      store.newest.scan({
        identity: true,
        start: prefix,
        end: keySuccessor(prefix),
        order: "asc",
        limit: 1,
      }).length === 0;
    const indexes = new Map(table.indexes);
    for (const declared of tableSchema.indexes) {
      const existing = table.indexes.get(declared.name);
      if (existing !== undefined && isSameContent(existing.content, contentOf(declared))) continue;
      const index = catalog.makeIndex(declared.name, contentOf(declared), declared.staged, isEmpty);
      indexes.set(declared.name + unfinished, index);
      if (index.content.kind === "search")
        structure.push({ kind: "createSearch", index: index.number });
      if (index.content.kind === "vector")
        structure.push({ kind: "createVector", index: index.number });
      change.addedIndexes.push(`${table.name}.${declared.name}`);
    }
    if (known === undefined || indexes.size > table.indexes.size)
      changed.push({ ...table, indexes });
  }
  await writeTables(
    context,
    changed,
    structure,
    created.map(({ name }) => tableExistenceKey(component, name)),
  );
}

async function checkDocuments(
  context: SchemaChangeContext,
  component: ComponentPath,
  schema: DatabaseSchema,
): Promise<void> {
  const { catalog, enforcer, store } = context;
  const inForce = enforcer.schema(component);
  for (const { name } of schema.tables.values()) {
    if (isSubset(demandedType(inForce, name), demandedType(schema, name))) continue;
    const table = catalog.table(component, name);
    if (table === undefined) continue;
    await scanTable(store, table, (piece) => {
      for (const { document } of piece) {
        const problem = documentProblem(schema, name, document, (number) =>
          catalog.tableName(component, number),
        );
        if (problem !== null) {
          throw new SchemaError(
            "SchemaValidationError",
            `Document with ID "${textField(document, "_id")}" in table "${name}" does not match the schema: ${problem}`,
          );
        }
      }
    });
  }
}

/** Fills new indexes that are not staged, and staged ones that are to be used now. @returns their numbers */
async function fillWaiting(
  context: SchemaChangeContext,
  component: ComponentPath,
  schema: DatabaseSchema | null,
): Promise<Set<number>> {
  const filled = new Set<number>();
  for (const table of context.catalog.tables(component)) {
    const unstaged = new Set(
      schema?.tables
        .get(table.name)
        ?.indexes.filter(({ staged }) => !staged)
        .map(({ name }) => name),
    );
    const waiting = [...table.indexes.values()].filter(
      (index) => !index.ready && unstaged.has(index.name),
    );
    await fillIndexes(context.store, table, waiting, () => context.nextTimestamp());
    for (const { number } of waiting) filled.add(number);
  }
  return filled;
}

/** Puts the schema in force in one batch. */
async function finish(
  context: SchemaChangeContext,
  component: ComponentPath,
  json: JsonObject | null,
  schema: DatabaseSchema | null,
  filled: ReadonlySet<number>,
  change: SchemaChange,
): Promise<void> {
  const { catalog, enforcer } = context;
  const tables: Table[] = [];
  const structure: StructureWrite[] = [];
  for (const table of catalog.tables(component)) {
    if (table.system !== null) continue;
    const final = finalIndexes(table, schema?.tables.get(table.name), filled);
    for (const index of final.dropped) {
      structure.push(dropOf(index));
      change.removedIndexes.push(`${table.name}.${index.name}`);
    }
    tables.push({ ...table, indexes: final.indexes });
  }
  change.backfilling = unreadyIndexes(tables);
  catalog.setSchema(component, json);
  enforcer.set(component, schema);
  await writeTables(context, tables, structure, [], catalog.schemaMeta(component, json));
}

function unreadyIndexes(tables: readonly Table[]): string[] {
  return tables.flatMap((table) =>
    [...table.indexes.values()]
      .filter(({ ready }) => !ready)
      .map(({ name }) => `${table.name}.${name}`),
  );
}

function finalIndexes(
  table: Table,
  schema: TableSchema | undefined,
  filled: ReadonlySet<number>,
): { indexes: Map<string, Index>; dropped: Index[] } {
  const indexes = new Map<string, Index>();
  const dropped: Index[] = [];
  for (const name of ["by_id", "by_creation_time"]) {
    const index = table.indexes.get(name);
    if (index !== undefined) indexes.set(name, index);
  }
  for (const declared of schema?.indexes ?? []) {
    const index = table.indexes.get(declared.name + unfinished) ?? table.indexes.get(declared.name);
    if (index === undefined) throw new Error(`Index ${table.name}.${declared.name} was not made`);
    const ready = index.ready || filled.has(index.number);
    indexes.set(declared.name, { ...index, staged: declared.staged, ready });
  }
  const kept = new Set([...indexes.values()].map(({ number }) => number));
  for (const index of table.indexes.values()) if (!kept.has(index.number)) dropped.push(index);
  return { indexes, dropped };
}

function dropOf({ content, number }: Index): StructureWrite {
  const kinds = {
    search: "dropSearch",
    vector: "dropVector",
    database: "dropEntries",
    identity: "dropEntries",
  } as const;
  return { kind: kinds[content.kind], index: number };
}

async function writeTables(
  context: SchemaChangeContext,
  tables: readonly Table[],
  structure: readonly StructureWrite[],
  keys: readonly string[],
  schemaMeta?: { name: string; text: string | null },
): Promise<void> {
  if (tables.length === 0 && structure.length === 0 && schemaMeta === undefined) return;
  const { catalog, store } = context;
  for (const table of tables) catalog.put(table);
  const timestamp = context.nextTimestamp();
  const durable = store.write({
    ...emptyBatch(timestamp),
    structure,
    meta: [
      ...tables.flatMap((table) => catalog.tableMeta(table)),
      ...(schemaMeta === undefined ? [] : [schemaMeta]),
    ],
  });
  await context.announce({ timestamp, keys, changes: [] }, durable);
}

function throwIfFailed(trial: Trial | null): void {
  if (trial !== null && trial.failure !== null) {
    throw new SchemaError("SchemaValidationError", trial.failure);
  }
}
