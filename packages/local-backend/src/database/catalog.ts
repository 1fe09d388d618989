// The tables and indexes that exist, per component, and how they are kept in the store.
// Cast: catalog entries are read back as this file wrote them.

import { encodeNumberPrefix, type Key } from "../values/index-key.ts";
import { parseFieldPath, type FieldPath } from "../values/field-path.ts";
import type { JsonObject } from "../values/json.ts";
import type { IndexSchema } from "../schema/table-schema.ts";
import { systemTables, type SystemTable } from "./system-tables.ts";
import type { ComponentPath } from "./transaction.ts";

/** What an index is of; the names of the fields as declared. */
export type IndexContent =
  | { readonly kind: "identity" }
  | { readonly kind: "database"; readonly fields: readonly string[] }
  | {
      readonly kind: "search";
      readonly searchField: string;
      readonly filterFields: readonly string[];
    }
  | {
      readonly kind: "vector";
      readonly vectorField: string;
      readonly dimensions: number;
      readonly filterFields: readonly string[];
    };

/** An index of a table. `number` is its place in the key space, never given out twice. */
export interface Index {
  readonly number: number;
  readonly name: string;
  readonly content: IndexContent;
  /** Not to be queried even when it is filled. */
  readonly staged: boolean;
  /** False while documents that were there before the index are being added. */
  readonly ready: boolean;
  readonly prefix: Key;
  /** Fields of a database index, in order, `_creationTime` included; filter fields of others, in their order. */
  readonly paths: readonly FieldPath[];
  /** The field that a search or vector index is about. */
  readonly subject: FieldPath;
}

export interface Table {
  readonly component: ComponentPath;
  readonly name: string;
  /** Part of the documents' ids. */
  readonly number: number;
  readonly system: SystemTable | null;
  readonly identity: Index;
  /** All indexes by name, `by_id` and `by_creation_time` too. */
  readonly indexes: ReadonlyMap<string, Index>;
}

const firstUserNumber = 10_001;
const tablePrefix = "table:";
const schemaPrefix = "schema:";
const counterName = "nextIndex";

interface StoredIndex {
  /** Under which the table has it: its name, unless it is not finished. */
  key: string;
  number: number;
  name: string;
  content: IndexContent;
  staged: boolean;
  ready: boolean;
}

interface StoredTable {
  component: ComponentPath;
  name: string;
  number: number;
  indexes: StoredIndex[];
}

/** Changes by replacing tables whole, so that a table once looked up stays as it was. */
export class Catalog {
  readonly #tables = new Map<ComponentPath, Map<string, Table>>();
  readonly #numbers = new Map<ComponentPath, Map<number, Table>>();
  readonly #schemas = new Map<ComponentPath, JsonObject>();
  #nextIndex = 1;
  #version = 0;

  /** Reads the catalog from the store's named texts, forgetting what it had. */
  load(meta: ReadonlyMap<string, string>): void {
    this.#tables.clear();
    this.#numbers.clear();
    this.#schemas.clear();
    this.#version++;
    for (const [name, text] of meta) {
      if (name.startsWith(tablePrefix)) {
        this.put(toTable(JSON.parse(text) as StoredTable));
      } else if (name.startsWith(schemaPrefix)) {
        this.#schemas.set(name.slice(schemaPrefix.length), JSON.parse(text) as JsonObject);
      }
    }
    // Numbers given out since must not come again even if their use was dropped.
    this.#nextIndex = Math.max(this.#nextIndex, Number(meta.get(counterName) ?? 1));
  }

  /** Grows with every change of a table. */
  get version(): number {
    return this.#version;
  }

  table(component: ComponentPath, name: string): Table | undefined {
    return this.#tables.get(component)?.get(name);
  }

  tableByNumber(component: ComponentPath, number: number): Table | undefined {
    return this.#numbers.get(component)?.get(number);
  }

  /** The name that a number in an id stands for, also of a system table without documents. */
  tableName(component: ComponentPath, number: number): string | null {
    const table = this.tableByNumber(component, number);
    return table?.name ?? systemTables.find((system) => system.number === number)?.name ?? null;
  }

  tables(component: ComponentPath): Table[] {
    return [...(this.#tables.get(component)?.values() ?? [])];
  }

  components(): ComponentPath[] {
    return [...this.#tables.keys()];
  }

  schemaComponents(): ComponentPath[] {
    return [...this.#schemas.keys()];
  }

  schema(component: ComponentPath): JsonObject | null {
    return this.#schemas.get(component) ?? null;
  }

  setSchema(component: ComponentPath, schema: JsonObject | null): void {
    if (schema === null) this.#schemas.delete(component);
    else this.#schemas.set(component, schema);
  }

  put(table: Table): void {
    this.#version++;
    mapOf(this.#tables, table.component).set(table.name, table);
    mapOf(this.#numbers, table.component).set(table.number, table);
  }

  /** A table that does not exist yet, with its standard indexes; `put` makes it exist. `taken`: numbers not to use. */
  makeTable(component: ComponentPath, name: string, taken: Iterable<number> = []): Table {
    const system = systemTables.find((candidate) => candidate.name === name) ?? null;
    let number = system?.number ?? firstUserNumber;
    if (system === null) {
      for (const other of [...(this.#numbers.get(component)?.keys() ?? []), ...taken]) {
        if (other >= number) number = other + 1;
      }
    }
    const identity = this.makeIndex("by_id", { kind: "identity" }, false, true);
    const byTime = this.makeIndex(
      "by_creation_time",
      { kind: "database", fields: [] },
      false,
      true,
    );
    const others = Object.entries(system?.indexes ?? {}).map(([index, fields]) =>
      this.makeIndex(index, { kind: "database", fields }, false, true),
    );
    const indexes = new Map([identity, byTime, ...others].map((index) => [index.name, index]));
    return { component, name, number, system, identity, indexes };
  }

  makeIndex(name: string, content: IndexContent, staged: boolean, ready: boolean): Index {
    return toIndex({ number: this.#nextIndex++, name, content, staged, ready });
  }

  /** The named texts that keep a table, for a batch. */
  tableMeta(table: Table): { name: string; text: string }[] {
    const indexes = [...table.indexes].map(
      ([key, { number, name, content, staged, ready }]): StoredIndex => ({
        key,
        number,
        name,
        content,
        staged,
        ready,
      }),
    );
    const stored: StoredTable = {
      component: table.component,
      name: table.name,
      number: table.number,
      indexes,
    };
    return [
      { name: `${tablePrefix}${table.component}:${table.name}`, text: JSON.stringify(stored) },
      { name: counterName, text: String(this.#nextIndex) },
    ];
  }

  schemaMeta(
    component: ComponentPath,
    schema: JsonObject | null,
  ): { name: string; text: string | null } {
    return {
      name: schemaPrefix + component,
      text: schema === null ? null : JSON.stringify(schema),
    };
  }
}

/** The content of a declared index. */
export function contentOf(schema: IndexSchema): IndexContent {
  switch (schema.kind) {
    case "database":
      return { kind: "database", fields: schema.fields };
    case "search":
      return {
        kind: "search",
        searchField: schema.searchField,
        filterFields: [...schema.filterFields].sort(),
      };
    case "vector":
      return {
        kind: "vector",
        vectorField: schema.vectorField,
        dimensions: schema.dimensions,
        filterFields: [...schema.filterFields].sort(),
      };
    default:
      throw new Error(`Unknown index ${JSON.stringify(schema satisfies never)}`);
  }
}

/** True if both index the same, so that one may stay for the other. */
export function isSameContent(left: IndexContent, right: IndexContent): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** A key that stands for whether a table exists: reads of a missing table depend on it. */
export function tableExistenceKey(component: ComponentPath, name: string): Key {
  return encodeNumberPrefix(0) + Buffer.from(`${component}\0${name}`, "utf8").toString("latin1");
}

function toTable(stored: StoredTable): Table {
  const indexes = new Map(stored.indexes.map((index) => [index.key, toIndex(index)]));
  const identity = indexes.get("by_id");
  if (identity === undefined) throw new Error(`Table ${stored.name} has lost its index by_id`);
  const system = systemTables.find((candidate) => candidate.name === stored.name) ?? null;
  const { component, name, number } = stored;
  return { component, name, number, system, identity, indexes };
}

function toIndex({ number, name, content, staged, ready }: Omit<StoredIndex, "key">): Index {
  const { fields, subject } = fieldsOf(content);
  return {
    number,
    name,
    content,
    staged,
    ready,
    prefix: encodeNumberPrefix(number),
    paths: fields.map(parseFieldPath),
    subject: parseFieldPath(subject),
  };
}

function fieldsOf(content: IndexContent): { fields: readonly string[]; subject: string } {
  switch (content.kind) {
    case "identity":
      return { fields: [], subject: "_id" };
    case "database":
      return { fields: [...content.fields, "_creationTime"], subject: "_id" };
    case "search":
      return { fields: content.filterFields, subject: content.searchField };
    case "vector":
      return { fields: content.filterFields, subject: content.vectorField };
    default:
      throw new Error(`Unknown index ${JSON.stringify(content satisfies never)}`);
  }
}

function mapOf<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let map = maps.get(key);
  if (map === undefined) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}
