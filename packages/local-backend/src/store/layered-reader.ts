// A reader with newer entries laid over an older one: committed but not durable batches, or a transaction's own writes.

import type { OrderedMap } from "./ordered-map.ts";
import type { Reader, ScanRequest, StoredDocument, StoredEntry, StoreKey } from "./store.ts";

/** Entries over a base; null hides what the base has. Identity keys and index keys alike. */
export type Layer = OrderedMap<{ readonly document: StoredDocument | null }>;

export class LayeredReader implements Reader {
  readonly #base: Reader;
  readonly #layer: Layer;

  constructor(base: Reader, layer: Layer) {
    this.#base = base;
    this.#layer = layer;
  }

  get(key: StoreKey): StoredDocument | null {
    const newer = this.#layer.get(key);
    return newer === undefined ? this.#base.get(key) : newer.document;
  }

  scan(request: ScanRequest): StoredEntry[] {
    if (this.#layer.size === 0) return this.#base.scan(request);
    const first = this.#layer.range(request.start, request.end, request.order).next();
    if (first.done === true) return this.#base.scan(request);
    const ascending = request.order === "asc";
    const result: StoredEntry[] = [];
    let { start, end } = request;
    while (result.length < request.limit) {
      const wanted = request.limit - result.length;
      const below = this.#base.scan({ ...request, start, end, limit: wanted });
      const last = below.at(-1);
      const exhausted = below.length < wanted || last === undefined;
      // Up to here the base is known; beyond it the layer has to wait for the next round.
      const knownStart = exhausted || ascending ? start : last.key;
      const knownEnd = exhausted || !ascending ? end : last.key + "\x00";
      const above = this.#layer.range(knownStart, knownEnd, request.order);
      mergeInto(result, below, above, request.limit, ascending);
      if (exhausted) break;
      if (ascending) start = knownEnd;
      else end = knownStart;
    }
    return result;
  }

  count(start: StoreKey, end: StoreKey): number {
    let count = this.#base.count(start, end);
    for (const [key, { document }] of this.#layer.range(start, end)) {
      const before = this.#base.get(key) !== null;
      if (before && document === null) count--;
      else if (!before && document !== null) count++;
    }
    return count;
  }
}

function mergeInto(
  result: StoredEntry[],
  below: readonly StoredEntry[],
  above: Iterator<[StoreKey, { readonly document: StoredDocument | null }]>,
  limit: number,
  ascending: boolean,
): void {
  let index = 0;
  let upper = above.next();
  while (result.length < limit) {
    const lower = below[index];
    if (upper.done === true) {
      if (lower === undefined) return;
      result.push(lower);
      index++;
      continue;
    }
    const [key, { document }] = upper.value;
    const upperFirst = lower === undefined || (ascending ? key <= lower.key : key >= lower.key);
    if (!upperFirst) {
      result.push(lower);
      index++;
      continue;
    }
    if (lower !== undefined && lower.key === key) index++;
    if (document !== null) result.push({ key, document });
    upper = above.next();
  }
}
