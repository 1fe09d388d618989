// Rows of one index range in order, fetched ahead in growing pieces, re-fetched when the transaction writes meanwhile.

import type { Reader, StoredEntry } from "../store/store.ts";
import { keyAfter, type Key } from "../values/index-key.ts";
import type { ReadRange } from "./read-recorder.ts";

const firstPiece = 24;
const largestPiece = 512;

/** Where rows come from: a reader, and a number that changes when what it gives may have changed. */
export interface RowView {
  readonly reader: Reader;
  version(): number;
}

export class RowSource {
  readonly #view: RowView;
  readonly #identity: boolean;
  readonly #order: "asc" | "desc";
  /** What is still to come. */
  #start: Key;
  #end: Key;
  #fetched: StoredEntry[] = [];
  #next = 0;
  #fetchedVersion = -1;
  #fetchedAll = false;
  #pieceSize: number;
  #done = false;
  /** The part that was consumed. */
  readonly consumed: ReadRange;

  constructor(
    view: RowView,
    range: { identity: boolean; start: Key; end: Key; order: "asc" | "desc"; expected?: number },
  ) {
    this.#view = view;
    this.#identity = range.identity;
    this.#order = range.order;
    this.#start = range.start;
    this.#end = range.end;
    this.#pieceSize = Math.max(1, Math.min(largestPiece, range.expected ?? firstPiece));
    this.consumed =
      range.order === "asc"
        ? { start: range.start, end: range.start }
        : { start: range.end, end: range.end };
  }

  /** The next row, or null when there is none; both become part of {@link consumed}. */
  next(): StoredEntry | null {
    if (this.#done) return null;
    const row = this.#peek();
    if (row === null) {
      this.#done = true;
      if (this.#order === "asc") this.consumed.end = this.#end;
      else this.consumed.start = this.#start;
      return null;
    }
    this.#next++;
    if (this.#order === "asc") {
      this.#start = keyAfter(row.key);
      this.consumed.end = this.#start;
    } else {
      this.#end = row.key;
      this.consumed.start = row.key;
    }
    return row;
  }

  #peek(): StoredEntry | null {
    const version = this.#view.version();
    if (version === this.#fetchedVersion) {
      const row = this.#fetched[this.#next];
      if (row !== undefined) return row;
      if (this.#fetchedAll) return null;
    }
    if (this.#start >= this.#end) return null;
    this.#fetched = this.#view.reader.scan({
      identity: this.#identity,
      start: this.#start,
      end: this.#end,
      order: this.#order,
      limit: this.#pieceSize,
    });
    this.#fetchedAll = this.#fetched.length < this.#pieceSize;
    this.#fetchedVersion = version;
    this.#next = 0;
    this.#pieceSize = Math.min(largestPiece, this.#pieceSize * 4);
    return this.#fetched[0] ?? null;
  }
}
