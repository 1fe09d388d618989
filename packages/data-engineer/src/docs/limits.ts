// How far tables and functions are from what Convex allows.
import type { Boundness } from "../model/boundness.ts";
import { costOf } from "../model/cost.ts";
import type { Model, Read } from "../model/model.ts";
import type { TableDefinition } from "../schema/schema.ts";

/** Per transaction. */
export const maxDocumentsRead = 32_000;
export const maxRangesRead = 4_096;

export interface TableRoom {
  table: string;
  /** Database, search and vector indexes together. */
  indexes: number;
  widestIndex: number;
}

export interface FunctionRoom {
  function: string;
  /** Most documents and ranges one call reads, when the code bounds both; null when data or arguments decide. */
  documents: number | null;
  ranges: number | null;
}

export function tableRoom(table: TableDefinition): TableRoom {
  return {
    table: table.name,
    indexes: table.indexes.length + table.searchIndexes.length + table.vectorIndexes.length,
    widestIndex: Math.max(0, ...table.indexes.map((index) => index.fields.length)),
  };
}

/** Functions that read, by name. What their branches exclude of one another is counted all the same. */
export function functionRoom(
  model: Model,
  boundness: ReadonlyMap<string, Boundness>,
): FunctionRoom[] {
  const byId = new Map(model.reads.map((read) => [read.id, read]));
  return model.functions
    .map((info) => {
      const reads = model.reads.filter(
        (read) => read.callers.includes(info.name) && read.source !== "system",
      );
      if (reads.length === 0) return null;
      const sum = (pick: (read: Read) => number | null) =>
        reads.reduce<number | null>((total, read) => {
          const value = pick(read);
          return total === null || value === null ? null : total + value;
        }, 0);
      const turns = (read: Read) => turnsOf(read, info.name, byId, boundness);
      return {
        function: info.name,
        documents: sum((read) => times(documentsOf(read, boundness), turns(read))),
        ranges: sum(turns),
      };
    })
    .filter((item) => item !== null);
}

function documentsOf(read: Read, boundness: ReadonlyMap<string, Boundness>): number | null {
  const { documents } = costOf(read, boundness);
  return typeof documents === "number" ? documents : null;
}

/** How often a read is made in one call: once per row of the reads around it. */
function turnsOf(
  read: Read,
  name: string,
  byId: ReadonlyMap<string, Read>,
  boundness: ReadonlyMap<string, Boundness>,
): number | null {
  if (!read.loopCallers.includes(name)) return 1;
  return read.loops.reduce<number | null>((total, loop) => {
    const outer = loop.read === undefined ? undefined : byId.get(loop.read);
    const turns =
      loop.size ?? (outer === undefined || outer === read ? null : documentsOf(outer, boundness));
    return times(total, turns);
  }, 1);
}

function times(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a * b;
}
