// What has been inserted so far: ids, the documents themselves, and which of them refer to which.
import type { Json, JsonObject } from "./json.ts";

export class SeededData {
  readonly #ids = new Map<string, string[]>();
  readonly #documents = new Map<string, JsonObject[]>();
  /** Documents there were when the growth began. */
  readonly #bases = new Map<string, number>();
  /** Table and row of every id. */
  readonly #places = new Map<string, { table: string; row: number }>();
  /** Rows by table, field and value; built when first asked. */
  readonly #rows = new Map<string, { upTo: number; rows: Map<string, number[]> }>();

  /** What is added from here on is growth. */
  grow(): void {
    for (const table of this.#ids.keys()) this.#bases.set(table, this.count(table));
  }

  /** First row of a table's growth; null when it has not grown. */
  grownFrom(table: string): number | null {
    const base = this.#bases.get(table);
    return base === undefined || this.count(table) <= base ? null : base;
  }

  add(table: string, ids: readonly string[], documents: readonly JsonObject[]): void {
    const known = this.#ids.get(table) ?? [];
    ids.forEach((id, index) => this.#places.set(id, { table, row: known.length + index }));
    this.#ids.set(table, [...known, ...ids]);
    this.#documents.set(table, [...(this.#documents.get(table) ?? []), ...documents]);
  }

  /** Ids of a table, in the order of its rows. */
  idsOf(table: string): readonly string[] {
    return this.#ids.get(table) ?? [];
  }

  count(table: string): number {
    return this.idsOf(table).length;
  }

  tables(): string[] {
    return [...this.#documents.keys()];
  }

  /** The document of a row as it was inserted, without system fields. */
  document(table: string, row: number): JsonObject | undefined {
    return this.#documents.get(table)?.[row];
  }

  placeOf(id: string): { table: string; row: number } | undefined {
    return this.#places.get(id);
  }

  /** Notes a change of a document, such as a reference back that had to wait for its target. */
  change(id: string, fields: JsonObject): void {
    const place = this.#places.get(id);
    const document = place === undefined ? undefined : this.document(place.table, place.row);
    if (document !== undefined) Object.assign(document, fields);
  }

  /** Rows of a table whose field has this id or text, ascending. */
  rowsBy(table: string, field: string, value: string): readonly number[] {
    const key = `${table}.${field}`;
    const index = this.#rows.get(key) ?? { upTo: 0, rows: new Map<string, number[]>() };
    this.#rows.set(key, index);
    const documents = this.#documents.get(table) ?? [];
    for (; index.upTo < documents.length; index.upTo++) {
      const found = valueAt(documents[index.upTo], field);
      if (typeof found !== "string") continue;
      const rows = index.rows.get(found);
      if (rows === undefined) index.rows.set(found, [index.upTo]);
      else rows.push(index.upTo);
    }
    return index.rows.get(value) ?? [];
  }
}

/** The value at a dotted path; undefined when there is none. */
export function valueAt(document: Json | undefined, path: string): Json | undefined {
  let value = document;
  for (const segment of path.split(".")) {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
    value = value[segment];
  }
  return value;
}
