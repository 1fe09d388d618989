// Reading and writing single documents: get, insert, patch, replace, delete, and ids.

import { canonicaliseDocument } from "../values/canonical.ts";
import { documentIdProblem, encodeDocumentId, makeInternalId } from "../values/document-id.ts";
import { UserError } from "../values/errors.ts";
import { identifierProblem } from "../values/identifier.ts";
import {
  isJsonObject,
  textField,
  type Json,
  type JsonObject,
  type JsonText,
} from "../values/json.ts";
import { isUndefinedForm, setField } from "../values/value.ts";
import type { StoredDocument } from "../store/store.ts";
import type { Table } from "./catalog.ts";
import { identityKey } from "./index-entries.ts";
import { parseId, type TransactionState } from "./transaction-state.ts";
import type { ComponentPath, DocumentOptions } from "./transaction.ts";
import { parseDocument } from "./write-buffer.ts";

/** A document's place, existing or not. */
export interface Place {
  readonly table: Table;
  readonly id: string;
  readonly internalId: string;
  readonly identityKey: string;
}

const readOnlySystemTables = "System tables (prefixed with `_`) are read-only.";

export function getDocument(
  state: TransactionState,
  component: ComponentPath,
  id: string,
  options: DocumentOptions,
): JsonText | null {
  state.assertOpen();
  const place = locate(state, component, id, options.api ?? "db.get", options.table);
  if (place === null) return null;
  const { table } = place;
  checkSystemAccess(table, options.isSystem === true);
  const stored = readPlace(state, place, true);
  state.reads.push({
    component,
    table: table.name,
    index: "by_id",
    kind: "get",
    range: null,
    order: "asc",
    documents: stored === null ? 0 : 1,
    bytes: stored?.size ?? 0,
    returned: stored === null ? 0 : 1,
    callSite: state.callSite,
  });
  return stored === null ? null : visibleText(table, stored);
}

export function insertDocument(
  state: TransactionState,
  component: ComponentPath,
  tableName: string,
  value: Json,
): string {
  state.assertWritable();
  checkUserTableName(tableName);
  if (!isJsonObject(value)) {
    throw new UserError("Value must be an Object", { code: "InvalidDocument" });
  }
  const { table, isNew } = tableForInsert(state, component, tableName);
  const place = newPlace(state, table);
  if (value["_id"] !== undefined && value["_id"] !== place.id) {
    throw new UserError(
      `Provided document ID ${place.id} doesn't match '_id' field ${JSON.stringify(value["_id"])}`,
      { code: "InvalidDocument" },
    );
  }
  if (value["_creationTime"] !== undefined) {
    throw new UserError(
      "The field '_creationTime' is set by the database and cannot be provided.",
      {
        code: "InvalidDocument",
      },
    );
  }
  const document = {
    ...copyFields(value),
    _creationTime: state.nextCreationTime(),
    _id: place.id,
  };
  putDocument(state, place, null, document, isNew);
  return place.id;
}

export function patchDocument(
  state: TransactionState,
  component: ComponentPath,
  id: string,
  value: Json,
  options: DocumentOptions,
): JsonText {
  const { place, stored, document } = existing(state, component, id, options, "patch");
  if (!isJsonObject(value)) {
    throw new UserError("Value must be an Object", { code: "InvalidDocument" });
  }
  checkSystemFields(document, value);
  return putDocument(state, place, { stored, document }, mergeFields(document, value), false);
}

export function replaceDocument(
  state: TransactionState,
  component: ComponentPath,
  id: string,
  value: Json,
  options: DocumentOptions,
): JsonText {
  const { place, stored, document } = existing(state, component, id, options, "replace");
  if (!isJsonObject(value)) {
    throw new UserError("Value must be an Object", { code: "InvalidDocument" });
  }
  checkSystemFields(document, value);
  const replaced: JsonObject = {
    ...copyFields(value),
    _creationTime: document["_creationTime"] ?? null,
    _id: place.id,
  };
  return putDocument(state, place, { stored, document }, replaced, false);
}

export function removeDocument(
  state: TransactionState,
  component: ComponentPath,
  id: string,
  options: DocumentOptions,
): JsonText {
  const { place, stored, document } = existing(state, component, id, options, "delete");
  state.usage.add("documentsWritten", 1);
  state.usage.add("bytesWritten", stored.size);
  state.buffer.write(place, { stored, document }, null);
  return stored.text;
}

export function normalizeId(
  state: TransactionState,
  component: ComponentPath,
  tableName: string,
  text: string,
): string | null {
  const table = state.findTable(component, tableName);
  if (table === undefined) {
    state.recordMissingTable(component, tableName);
    return null;
  }
  const id = parseId(text);
  if (id !== null) return id.tableNumber === table.number ? text : null;
  const legacy = legacyInternalId(text);
  return legacy === null ? null : encodeDocumentId(table.number, legacy);
}

/** Reads a place under the transaction's own writes, recording and, if asked to, counting it. */
export function readPlace(
  state: TransactionState,
  place: Place,
  counted: boolean,
): StoredDocument | null {
  state.recorder.addPoint(place.identityKey);
  if (counted) state.countRead();
  const stored = state.reader.get(place.identityKey);
  if (stored !== null && counted) {
    state.usage.add("documentsRead", 1);
    state.usage.add("bytesRead", stored.size);
  }
  return stored;
}

/**
 * Writes a document as it shall be, system fields included, unless it is that already.
 *
 * @returns its text
 * @throws UserError for a value that cannot be stored, the schema, or a limit
 */
export function putDocument(
  state: TransactionState,
  place: Place,
  previous: { stored: StoredDocument; document: JsonObject } | null,
  document: JsonObject,
  isNewTable: boolean,
  options: { counted: boolean; enforced: boolean } = { counted: true, enforced: true },
): JsonText {
  for (const name of Object.keys(document)) {
    if (name.startsWith("_") && name !== "_id" && name !== "_creationTime") {
      throw new UserError(
        `Field '${name}' starts with an underscore, which is only allowed for system fields like '_id'`,
        { code: "InvalidDocument" },
      );
    }
  }
  const canonical = canonicaliseDocument(document);
  if (previous?.stored.text === canonical.text && !canonical.hasCommitTimestamp) {
    return canonical.text;
  }
  const { table } = place;
  if (options.enforced && table.system === null) {
    state.enforcer.check(table.component, table.name, document, (number) =>
      number === table.number ? table.name : state.tableName(table.component, number),
    );
  }
  if (options.counted) {
    state.usage.add("documentsWritten", 1);
    state.usage.add("bytesWritten", canonical.size);
  }
  if (isNewTable) state.buffer.addTable(table);
  state.buffer.write(place, previous, {
    stored: {
      row: previous?.stored.row ?? state.store.nextRow(),
      size: canonical.size,
      text: canonical.text,
    },
    document,
    hasCommitTimestamp: canonical.hasCommitTimestamp,
  });
  return canonical.text;
}

/** A table for a new document; it need not exist yet. */
export function tableForInsert(
  state: TransactionState,
  component: ComponentPath,
  name: string,
): { table: Table; isNew: boolean } {
  const known = state.findTable(component, name);
  if (known !== undefined) return { table: known, isNew: false };
  const taken = [...state.buffer.newTables.values()]
    .filter((table) => table.component === component)
    .map((table) => table.number);
  state.recordMissingTable(component, name);
  return { table: state.catalog.makeTable(component, name, taken), isNew: true };
}

/** A place for a new document, with a new id. */
export function newPlace(state: TransactionState, table: Table): Place {
  const { environment } = state;
  const internalId = makeInternalId(environment.randomBytes(14), environment.now());
  return placeOf(
    table,
    encodeDocumentId(table.number, internalId),
    Buffer.from(internalId).toString("latin1"),
  );
}

export function placeOf(table: Table, id: string, internalId: string): Place {
  return { table, id, internalId, identityKey: identityKey(table, internalId) };
}

/** A shallow merge; `{"$undefined": null}` removes a field. */
export function mergeFields(document: JsonObject, changes: JsonObject): JsonObject {
  const merged = copyFields(document);
  for (const [name, value] of Object.entries(changes)) {
    if (isUndefinedForm(value)) Reflect.deleteProperty(merged, name);
    else setField(merged, name, value);
  }
  return merged;
}

/** What user code sees of a document: of system tables only some fields. */
export function visibleText(table: Table, stored: StoredDocument): JsonText {
  const visible = table.system?.visibleFields;
  if (visible === undefined || visible === null) return stored.text;
  const document = parseDocument(stored);
  const shown: JsonObject = {};
  for (const name of ["_creationTime", "_id", ...[...visible].sort()]) {
    const value = document[name];
    if (value !== undefined) shown[name] = value;
  }
  return JSON.stringify(shown);
}

/** @throws UserError if a table may not be written to by user code or cannot be a table */
function checkUserTableName(name: string): void {
  if (name.startsWith("_")) throw new UserError(readOnlySystemTables, { code: "SystemTable" });
  if (identifierProblem(name) !== null) {
    throw new UserError(
      `Invalid table name: "${name}". Identifiers must start with a letter and can only contain letters, digits, and underscores.`,
      { code: "InvalidTableName" },
    );
  }
}

function checkSystemAccess(table: Table, isSystem: boolean): void {
  if (table.system !== null && !isSystem) {
    throw new UserError("System tables can only be accessed with db.system.", {
      code: "SystemTable",
    });
  }
  if (table.system === null && isSystem) {
    throw new UserError("User tables cannot be accessed with db.system.", { code: "UserTable" });
  }
}

/** Finds the table of an id; null if there is none. Checks it against the table that the caller named. */
function locate(
  state: TransactionState,
  component: ComponentPath,
  id: string,
  api: string,
  expected: string | undefined,
): Place | null {
  const parsed = parseId(id);
  if (parsed === null) {
    throw new UserError(
      `Invalid argument \`id\` for \`${api}\`: ${documentIdProblem(id) ?? "Unable to decode ID"}`,
      { code: "InvalidArgument" },
    );
  }
  const table = state.findTableByNumber(component, parsed.tableNumber);
  const name = table?.name ?? state.tableName(component, parsed.tableNumber);
  if (expected !== undefined && name !== null && name !== expected) {
    throw new UserError(
      `Invalid argument \`id\` for \`${api}\`: expected to be an Id<"${expected}">, got Id<"${name}"> instead.`,
      { code: "InvalidArgument" },
    );
  }
  if (table === undefined || table.system?.visibleFields === null) return null;
  return placeOf(table, id, parsed.internalId);
}

function existing(
  state: TransactionState,
  component: ComponentPath,
  id: string,
  options: DocumentOptions,
  operation: "patch" | "replace" | "delete",
): { place: Place; stored: StoredDocument; document: JsonObject } {
  state.assertWritable();
  const api = options.api ?? `db.${operation}`;
  const place = locate(state, component, id, api, options.table);
  if (place === null) {
    throw new UserError(`Invalid argument \`id\` for \`${api}\`: Table for ID "${id}" not found`, {
      code: "InvalidArgument",
    });
  }
  if (place.table.system !== null) {
    throw new UserError(readOnlySystemTables, { code: "SystemTable" });
  }
  const stored = readPlace(state, place, true);
  if (stored === null) {
    const verb = { patch: "Update", replace: "Replace", delete: "Delete" }[operation];
    throw new UserError(`${verb} on nonexistent document ID ${id}`, {
      code: `${verb}NonexistentDocument`,
    });
  }
  return { place, stored, document: parseDocument(stored) };
}

function checkSystemFields(document: JsonObject, value: JsonObject): void {
  for (const name of ["_id", "_creationTime"]) {
    const given = value[name];
    if (given === undefined || given === document[name]) continue;
    const wanted = JSON.stringify(document[name]);
    throw new UserError(
      name === "_id"
        ? `Provided document ID ${textField(document, "_id")} doesn't match '_id' field ${JSON.stringify(given)}`
        : `The field '_creationTime' cannot be changed: it is ${wanted}, not ${JSON.stringify(given)}`,
      { code: "InvalidDocument" },
    );
  }
}

function copyFields(value: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const [name, field] of Object.entries(value)) setField(copy, name, field);
  return copy;
}

/** Ids of very old deployments: the 16 bytes alone, in hexadecimal or base32. */
function legacyInternalId(text: string): Uint8Array | null {
  if (/^[0-9a-f]{32}$/.test(text)) return Buffer.from(text, "hex");
  return null;
}
