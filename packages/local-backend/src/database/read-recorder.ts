// Gathers what a transaction reads, and gives it as a read set.

import type { Key } from "../values/index-key.ts";
import type { KeyInterval, ReadSet, SearchRead } from "./read-set.ts";

/** One range being read: its consumed part grows from `start` up or from `end` down. */
export interface ReadRange {
  start: Key;
  end: Key;
}

export class ReadRecorder {
  readonly #points = new Set<Key>();
  readonly #ranges = new Map<Key, ReadRange>();
  readonly #others: ReadRange[] = [];
  readonly #searches: SearchRead[] = [];
  #muted = 0;

  /** Reads that Convex counts: distinct single keys, and ranges that do not continue one another. */
  get count(): number {
    return this.#points.size + this.#ranges.size + this.#others.length + this.#searches.length;
  }

  addPoint(key: Key): void {
    if (this.#muted === 0) this.#points.add(key);
  }

  /** Adds a part of an index that was read; `range` may grow afterwards. */
  addRange(range: ReadRange): void {
    if (this.#muted > 0) return;
    const known = this.#ranges.get(range.start);
    if (known === undefined) this.#ranges.set(range.start, range);
    else if (known !== range) this.#others.push(range);
  }

  addSearch(search: SearchRead): void {
    if (this.#muted === 0) this.#searches.push(search);
  }

  /** Runs without recording. */
  muted<T>(run: () => T): T {
    this.#muted++;
    try {
      return run();
    } finally {
      this.#muted--;
    }
  }

  readSet(): ReadSet {
    const intervals = mergeIntervals([...this.#ranges.values(), ...this.#others]);
    const points = [...this.#points].filter((point) => !contains(intervals, point));
    return { intervals, points, searches: [...this.#searches] };
  }
}

/** Sorted and disjoint, covering the same keys. */
export function mergeIntervals(intervals: readonly KeyInterval[]): KeyInterval[] {
  const sorted = intervals
    .filter(({ start, end }) => start < end)
    .sort((left, right) => (left.start < right.start ? -1 : left.start > right.start ? 1 : 0));
  const merged: { start: Key; end: Key }[] = [];
  for (const { start, end } of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) {
      if (end > last.end) last.end = end;
    } else {
      merged.push({ start, end });
    }
  }
  return merged;
}

/** Whether sorted, disjoint intervals contain a key. */
export function contains(intervals: readonly KeyInterval[], key: Key): boolean {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const interval = intervals[middle];
    if (interval !== undefined && interval.end <= key) low = middle + 1;
    else high = middle;
  }
  const found = intervals[low];
  return found !== undefined && found.start <= key;
}
