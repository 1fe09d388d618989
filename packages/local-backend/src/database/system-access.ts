// The server's own way to its tables inside a transaction: recorded like every read, but neither counted nor checked.

import { isJsonObject, type Json, type JsonObject } from "../values/json.ts";
import { encodeJsonKey, keySuccessor, type Key } from "../values/index-key.ts";
import type { Index, Table } from "./catalog.ts";
import {
  mergeFields,
  newPlace,
  placeOf,
  putDocument,
  readPlace,
  tableForInsert,
  type Place,
} from "./document-operations.ts";
import { parseId, type TransactionState } from "./transaction-state.ts";
import type { ComponentPath, SystemAccess, SystemQueryOptions } from "./transaction.ts";
import { RowSource } from "./row-source.ts";
import { parseDocument } from "./write-buffer.ts";

export class SystemTableAccess implements SystemAccess {
  readonly #state: TransactionState;

  constructor(state: TransactionState) {
    this.#state = state;
  }

  get(component: ComponentPath, tableName: string, id: string): JsonObject | null {
    this.#state.assertOpen();
    const place = this.#place(component, tableName, id);
    const stored = place === null ? null : readPlace(this.#state, place, false);
    return stored === null ? null : parseDocument(stored);
  }

  insert(component: ComponentPath, tableName: string, value: JsonObject): string {
    const state = this.#state;
    state.assertWritable();
    const { table, isNew } = tableForInsert(state, component, tableName);
    const given = value["_id"];
    let place = newPlace(state, table);
    let previous = null;
    if (typeof given === "string") {
      const id = parseId(given);
      if (id === null || id.tableNumber !== table.number) {
        throw new Error(`"${given}" is not an id of table ${tableName} (number ${table.number})`);
      }
      place = placeOf(table, given, id.internalId);
      const stored = readPlace(state, place, false);
      if (stored !== null) previous = { stored, document: parseDocument(stored) };
    }
    const document = {
      ...value,
      _id: place.id,
      _creationTime: value["_creationTime"] ?? state.nextCreationTime(),
    };
    putDocument(state, place, previous, document, isNew, { counted: false, enforced: true });
    return place.id;
  }

  patch(component: ComponentPath, tableName: string, id: string, value: JsonObject): void {
    this.#change(component, tableName, id, (document) => mergeFields(document, value));
  }

  replace(component: ComponentPath, tableName: string, id: string, value: JsonObject): void {
    this.#change(component, tableName, id, ({ _id, _creationTime }) => ({
      ...value,
      _id: _id ?? id,
      _creationTime: _creationTime ?? 0,
    }));
  }

  remove(component: ComponentPath, tableName: string, id: string): void {
    const { place, previous } = this.#existing(component, tableName, id);
    this.#state.buffer.write(place, previous, null);
  }

  query(
    component: ComponentPath,
    tableName: string,
    indexName: string,
    equal: Json[],
    options: SystemQueryOptions = {},
  ): JsonObject[] {
    const state = this.#state;
    state.assertOpen();
    const table = state.findTable(component, tableName);
    if (table === undefined) {
      state.recordMissingTable(component, tableName);
      return [];
    }
    const index = table.indexes.get(indexName);
    if (index === undefined) throw new Error(`Table ${tableName} has no index ${indexName}`);
    const limit = options.limit ?? Number.POSITIVE_INFINITY;
    const rows = new RowSource(state.rowView(), {
      identity: index.content.kind === "identity",
      ...bounds(index, equal, options.range ?? {}),
      order: options.order ?? "asc",
      ...(options.limit === undefined ? {} : { expected: options.limit }),
    });
    state.recorder.addRange(rows.consumed);
    const documents: JsonObject[] = [];
    while (documents.length < limit) {
      const row = rows.next();
      if (row === null) break;
      documents.push(parseDocument(row.document));
    }
    return documents;
  }

  #change(
    component: ComponentPath,
    tableName: string,
    id: string,
    change: (document: JsonObject) => JsonObject,
  ): void {
    const { place, previous } = this.#existing(component, tableName, id);
    putDocument(this.#state, place, previous, change(previous.document), false, {
      counted: false,
      enforced: true,
    });
  }

  #existing(component: ComponentPath, tableName: string, id: string) {
    this.#state.assertWritable();
    const place = this.#place(component, tableName, id);
    const stored = place === null ? null : readPlace(this.#state, place, false);
    if (place === null || stored === null) {
      throw new Error(`There is no document ${id} in table ${tableName}`);
    }
    return { place, previous: { stored, document: parseDocument(stored) } };
  }

  #place(component: ComponentPath, tableName: string, id: string): Place | null {
    const table: Table | undefined = this.#state.findTable(component, tableName);
    if (table === undefined) {
      this.#state.recordMissingTable(component, tableName);
      return null;
    }
    const parsed = parseId(id);
    if (parsed === null || parsed.tableNumber !== table.number) return null;
    return placeOf(table, id, parsed.internalId);
  }
}

function bounds(
  index: Index,
  equal: readonly Json[],
  range: NonNullable<SystemQueryOptions["range"]>,
): { start: Key; end: Key } {
  if (index.content.kind === "identity" && equal.length > 0) {
    throw new Error("Use `get` to read by id");
  }
  const prefix = index.prefix + equal.map((value) => encodeJsonKey(asField(value))).join("");
  const at = (value: Json) => prefix + encodeJsonKey(asField(value));
  let start = prefix;
  let end = keySuccessor(prefix);
  if (range.gte !== undefined) start = at(range.gte);
  if (range.gt !== undefined) start = keySuccessor(at(range.gt));
  if (range.lt !== undefined) end = at(range.lt);
  if (range.lte !== undefined) end = keySuccessor(at(range.lte));
  return { start, end: start > end ? start : end };
}

/** `{"$undefined": null}` asks for a missing field. */
function asField(value: Json): Json | undefined {
  return isJsonObject(value) && "$undefined" in value ? undefined : value;
}
