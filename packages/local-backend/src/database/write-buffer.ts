// The writes of one transaction before it commits: documents by identity key, their index entries, and the way back.

import type { Key } from "../values/index-key.ts";
import { parseJson, isJsonObject, type JsonObject } from "../values/json.ts";
import { OrderedMap } from "../store/ordered-map.ts";
import type { StoredDocument } from "../store/store.ts";
import type { Table } from "./catalog.ts";
import { entryKeys } from "./index-entries.ts";

/** A document that the transaction touched. */
export interface WrittenDocument {
  readonly table: Table;
  readonly id: string;
  readonly internalId: Key;
  readonly identityKey: Key;
  /** As it was before the transaction; null if it did not exist. */
  readonly before: StoredDocument | null;
  readonly documentBefore: JsonObject | null;
  /** Its index keys before the transaction. */
  readonly keysBefore: readonly Key[];
  /** As the transaction has it; null if it does not exist. */
  after: StoredDocument | null;
  documentAfter: JsonObject | null;
  keysAfter: readonly Key[];
  /** Contains the placeholder for the commit timestamp. */
  hasCommitTimestamp: boolean;
}

interface UndoStep {
  readonly written: WrittenDocument;
  readonly state: DocumentState;
  /** The document was not touched before this step. */
  readonly isFirst: boolean;
}

type DocumentState = Pick<
  WrittenDocument,
  "after" | "documentAfter" | "keysAfter" | "hasCommitTimestamp"
>;

export class WriteBuffer {
  /** What to lay over the base: every key of a touched document, null where it no longer stands. */
  readonly layer = new OrderedMap<{ readonly document: StoredDocument | null }>();
  readonly #documents = new Map<Key, WrittenDocument>();
  readonly #undo: UndoStep[] = [];
  #newTables = new Map<string, Table>();
  #tableSteps: { position: number; tables: Map<string, Table> }[] = [];
  #version = 0;

  /** Grows with every change; a reader compares it to know whether what it fetched ahead is still right. */
  get version(): number {
    return this.#version;
  }

  get isEmpty(): boolean {
    return this.#documents.size === 0 && this.#newTables.size === 0;
  }

  get position(): number {
    return this.#undo.length;
  }

  documents(): Iterable<WrittenDocument> {
    return this.#documents.values();
  }

  /** Tables that the transaction made, by component and name. */
  get newTables(): ReadonlyMap<string, Table> {
    return this.#newTables;
  }

  addTable(table: Table): void {
    this.#tableSteps.push({ position: this.#undo.length, tables: this.#newTables });
    this.#newTables = new Map(this.#newTables).set(tableKey(table.component, table.name), table);
    this.#version++;
  }

  /** Records the new state of a document. `previous` is its state until now, as the transaction sees it. */
  write(
    place: Pick<WrittenDocument, "table" | "id" | "internalId" | "identityKey">,
    previous: { stored: StoredDocument; document: JsonObject } | null,
    after: { stored: StoredDocument; document: JsonObject; hasCommitTimestamp: boolean } | null,
  ): void {
    let written = this.#documents.get(place.identityKey);
    const isFirst = written === undefined;
    if (written === undefined) {
      const base = previous?.stored ?? null;
      const keysBefore =
        previous === null ? [] : entryKeys(place.table, previous.document, place.internalId);
      const { table, id, internalId, identityKey } = place;
      written = {
        table,
        id,
        internalId,
        identityKey,
        before: base,
        documentBefore: previous?.document ?? null,
        keysBefore,
        after: base,
        documentAfter: previous?.document ?? null,
        keysAfter: keysBefore,
        hasCommitTimestamp: false,
      };
      this.#documents.set(place.identityKey, written);
    }
    const { after: stored, documentAfter, keysAfter, hasCommitTimestamp } = written;
    this.#undo.push({
      written,
      state: { after: stored, documentAfter, keysAfter, hasCommitTimestamp },
      isFirst,
    });
    this.#replaceState(written, {
      after: after?.stored ?? null,
      documentAfter: after?.document ?? null,
      keysAfter: after === null ? [] : entryKeys(place.table, after.document, place.internalId),
      hasCommitTimestamp: after?.hasCommitTimestamp ?? false,
    });
    this.#version++;
  }

  /** Goes back to an earlier {@link position}. */
  rollbackTo(position: number): void {
    while (this.#undo.length > position) {
      const step = this.#undo.pop();
      if (step === undefined) break;
      const { written } = step;
      if (step.isFirst) {
        for (const key of [written.identityKey, ...written.keysBefore, ...written.keysAfter]) {
          this.layer.delete(key);
        }
        this.#documents.delete(written.identityKey);
      } else {
        this.#replaceState(written, step.state);
      }
    }
    while ((this.#tableSteps.at(-1)?.position ?? -1) >= position) {
      const step = this.#tableSteps.pop();
      if (step !== undefined) this.#newTables = step.tables;
    }
    this.#version++;
  }

  #replaceState(written: WrittenDocument, state: DocumentState): void {
    const { after, keysAfter } = state;
    for (const key of written.keysAfter) this.layer.delete(key);
    for (const key of written.keysBefore) this.layer.set(key, { document: null });
    this.layer.set(written.identityKey, { document: after });
    for (const key of keysAfter) this.layer.set(key, { document: after });
    Object.assign(written, state);
  }
}

export function tableKey(component: string, name: string): string {
  return `${component}\0${name}`;
}

/** A stored document's fields. */
export function parseDocument(document: StoredDocument): JsonObject {
  const json = parseJson(document.text);
  if (!isJsonObject(json)) throw new Error("A stored document is always an object");
  return json;
}
