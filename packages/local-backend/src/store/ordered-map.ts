// A map with string keys in byte order: sorted chunks, so that inserts stay cheap and ranges are walked in either order.
// Casts: parallel arrays of one length, so an index within one is within the other.

const maximumChunk = 256;

interface Chunk<V> {
  keys: string[];
  values: V[];
}

/** Keys compare by UTF-16 unit, which for latin1 keys is by byte. */
export class OrderedMap<V> {
  #chunks: Chunk<V>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    const chunk = this.#chunks[this.#chunkOf(key)];
    if (chunk === undefined) return undefined;
    const index = lowerBound(chunk.keys, key);
    return chunk.keys[index] === key ? chunk.values[index] : undefined;
  }

  has(key: string): boolean {
    const chunk = this.#chunks[this.#chunkOf(key)];
    return chunk !== undefined && chunk.keys[lowerBound(chunk.keys, key)] === key;
  }

  set(key: string, value: V): void {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push({ keys: [key], values: [value] });
      this.#size = 1;
      return;
    }
    const index = lowerBound(chunk.keys, key);
    if (chunk.keys[index] === key) {
      chunk.values[index] = value;
      return;
    }
    chunk.keys.splice(index, 0, key);
    chunk.values.splice(index, 0, value);
    this.#size++;
    if (chunk.keys.length > maximumChunk) {
      const half = chunk.keys.length >> 1;
      this.#chunks.splice(at + 1, 0, {
        keys: chunk.keys.splice(half),
        values: chunk.values.splice(half),
      });
    }
  }

  /** @returns whether the key was there */
  delete(key: string): boolean {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return false;
    const index = lowerBound(chunk.keys, key);
    if (chunk.keys[index] !== key) return false;
    chunk.keys.splice(index, 1);
    chunk.values.splice(index, 1);
    this.#size--;
    if (chunk.keys.length === 0) this.#chunks.splice(at, 1);
    return true;
  }

  clear(): void {
    this.#chunks = [];
    this.#size = 0;
  }

  /** Entries with `start <= key < end`, ascending or descending. The map may not change while they are walked. */
  *range(start: string, end: string, order: "asc" | "desc" = "asc"): Generator<[string, V]> {
    if (this.#size === 0 || start >= end) return;
    if (order === "asc") {
      let at = this.#chunkOf(start);
      let index = lowerBound(this.#chunks[at]?.keys ?? [], start);
      for (;;) {
        const chunk = this.#chunks[at];
        if (chunk === undefined) return;
        for (; index < chunk.keys.length; index++) {
          const key = chunk.keys[index];
          if (key === undefined || key >= end) return;
          yield [key, chunk.values[index] as V];
        }
        at++;
        index = 0;
      }
    }
    let at = this.#chunkOf(end);
    let index = lowerBound(this.#chunks[at]?.keys ?? [], end) - 1;
    for (;;) {
      const chunk = this.#chunks[at];
      if (chunk === undefined) return;
      for (; index >= 0; index--) {
        const key = chunk.keys[index];
        if (key === undefined || key < start) return;
        yield [key, chunk.values[index] as V];
      }
      at--;
      index = (this.#chunks[at]?.keys.length ?? 0) - 1;
    }
  }

  *entries(): Generator<[string, V]> {
    for (const chunk of this.#chunks) {
      for (let index = 0; index < chunk.keys.length; index++) {
        yield [chunk.keys[index] as string, chunk.values[index] as V];
      }
    }
  }

  /** Index of the last chunk whose first key is at most `key`; 0 if there is none. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const first = this.#chunks[middle]?.keys[0];
      if (first !== undefined && first <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Index of the first key that is at least `key`. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const candidate = keys[middle];
    if (candidate !== undefined && candidate < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
