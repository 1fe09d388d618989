// The exact key a read needs: equalities, one range or order, and the order its rows must keep.
import type { Predicate, Read, RowUse } from "../model/model.ts";
import type { TableDefinition } from "../schema/schema.ts";
import { fieldType } from "../schema/validator.ts";
import { impliesConstant } from "../schema/variants.ts";

export interface WantedKey {
  read: Read;
  /** Equality fields: those of the range first, then residual ones. Any order serves. */
  equal: string[];
  /** One more field: a range, or the wanted order. */
  last: string | null;
  lastIs: "range" | "order" | null;
  /** Rows must come in this order of `last`. */
  order: "asc" | "desc" | null;
  /**
   * The fields that must follow, then creation: the order the reader has now and depends on. Null when any will do.
   */
  tail: string[] | null;
  /** The reader asks for its order; otherwise it only takes a part of the rows without saying by which order. */
  isOrderSaid: boolean;
  /** A sort that stays in JavaScript. */
  sortStays: boolean;
  /** The conditions after reading that the key takes over. */
  taken: Predicate[];
}

const wholeReads = new Set(["collect", "iterate", "first", "unique", "take", "paginate"]);

/**
 * The key that would let the index do all that can be done of a read, or null when no index would help it.
 * `neq`, text and opaque conditions never ask for an index.
 */
export function wantedKey(read: Read, table: TableDefinition): WantedKey | null {
  if (read.source !== "scan" && read.source !== "index") return null;
  if (read.certainty === "unknown" || !wholeReads.has(read.consumer.kind)) return null;
  if (read.index === "by_id") return null;
  const usable = usablePredicates(read, table);
  const equal = [...new Set(read.eq.map((bound) => bound.field))];
  const taken: Predicate[] = [];
  for (const item of usable) {
    if (item.op !== "eq" || equal.includes(item.field) || item.field === read.range?.field)
      continue;
    equal.push(item.field);
    taken.push(item);
  }
  const own = ownOrder(read, table, equal);
  const sort = sortInCode(read);
  const range = chooseRange(read, usable, equal, own, sort);
  if (range !== null) taken.push(...boundsTaken(read, usable, range));
  const place = placeOrder(range, own, sort, equal, table);
  if (equal.length === 0 && place.last === null) return null;
  return { read, equal, ...place, isOrderSaid: own?.isSaid ?? false, taken };
}

function placeOrder(
  range: string | null,
  own: OwnOrder | null,
  sort: SortInCode | null,
  equal: readonly string[],
  table: TableDefinition,
): Pick<WantedKey, "last" | "lastIs" | "order" | "tail" | "sortStays"> {
  if (range !== null) {
    const keeps = own !== null && (own.fields[0] ?? "_creationTime") === range;
    return {
      last: range,
      lastIs: "range",
      order: sort?.field === range ? sort.direction : null,
      tail: keeps ? own.fields.slice(1) : null,
      sortStays: (sort !== null && sort.field !== range) || (own !== null && !keeps),
    };
  }
  if (sort !== null && !equal.includes(sort.field) && isPossible(table, sort.field))
    return {
      last: sort.field,
      lastIs: "order",
      order: sort.direction,
      tail: null,
      sortStays: false,
    };
  const [next] = own?.fields ?? [];
  const sortStays = sort !== null;
  if (own === null || next === undefined)
    return { last: null, lastIs: null, order: null, tail: own === null ? null : [], sortStays };
  return {
    last: next,
    lastIs: "order",
    order: own.direction,
    tail: own.fields.slice(1),
    sortStays,
  };
}

/** Conditions an index could take over; one that only holds for some arguments must stand alone. */
function usablePredicates(read: Read, table: TableDefinition): Predicate[] {
  const usable = read.residual.filter(
    (item) => isIndexable(item, table) && !isSettled(item, read, table),
  );
  const always = usable.filter((item) => item.conditional !== true);
  if (always.length > 0) return always;
  return new Set(usable.map((item) => item.field)).size === 1 ? usable : [];
}

/** The key serves only those calls whose arguments ask for the condition. */
export function isConditional(key: WantedKey): boolean {
  return key.taken.some((item) => item.conditional === true);
}

/** A project's own field for when the document was made: its order is that of creation. */
const creationField = /^created(At|On|Time|Date|_at|_on)$/;

/** The field whose range the key ends with: the read's own, then one that gives the order, then one with two bounds. */
function chooseRange(
  read: Read,
  usable: readonly Predicate[],
  equal: readonly string[],
  own: OwnOrder | null,
  sort: SortInCode | null,
): string | null {
  if (read.range !== undefined && !equal.includes(read.range.field)) return read.range.field;
  const fields = [
    ...new Set(usable.filter((item) => item.op === "range").map((item) => item.field)),
  ].filter((field) => !equal.includes(field));
  const ordered = sort?.field ?? (own === null ? undefined : (own.fields[0] ?? "_creationTime"));
  const fitting =
    fields.find((field) => field === ordered) ??
    (ordered === "_creationTime" ? fields.find((field) => creationField.test(field)) : undefined);
  if (fitting !== undefined) return fitting;
  // The first rows by one order cannot be found by a range over another field.
  if (own !== null && own.isBinding) return null;
  const sides = (field: string) =>
    new Set(
      usable
        .filter((item) => item.field === field && item.op === "range")
        .map((item) => item.comparison?.slice(0, 1)),
    ).size;
  return [...fields].sort((a, b) => sides(b) - sides(a))[0] ?? null;
}

/** At most one lower and one upper bound that the read's own range does not have yet. */
function boundsTaken(read: Read, usable: readonly Predicate[], field: string): Predicate[] {
  const taken: Predicate[] = [];
  for (const side of ["g", "l"] as const) {
    const own = side === "g" ? read.range?.lower : read.range?.upper;
    const found = usable.find(
      (item) => item.op === "range" && item.field === field && item.comparison?.startsWith(side),
    );
    if (found !== undefined && (read.range?.field !== field || own === undefined))
      taken.push(found);
  }
  return taken;
}

/** The variant it asks for is the only one that has the other fields compared: an index need not hold it. */
export function isSettled(item: Predicate, read: Read, table: TableDefinition): boolean {
  if (item.op !== "eq" || item.constant === undefined) return false;
  const others = [...read.eq, ...read.residual.filter((other) => other.op === "eq")]
    .filter((other) => other.constant !== "undefined" && other.constant !== "null")
    .map((other) => other.field);
  if (read.searchField !== undefined) others.push(read.searchField);
  return impliesConstant(table.document, others, item.field, item.constant);
}

/** A condition an index could take over. Ranges over several fields: only one can be. */
export function isIndexable(item: Predicate, table: TableDefinition): boolean {
  if (item.op !== "eq" && item.op !== "range") return false;
  if (item.field === "" || item.field.includes("*") || item.field === "_id") return false;
  return isPossible(table, item.field);
}

function isPossible(table: TableDefinition, field: string): boolean {
  if (field === "_creationTime") return true;
  const type = fieldType(table.document, field, table.name);
  if (type === null) return false;
  return !type.types.some((t) => t.type === "array" || t.type === "object" || t.type === "record");
}

interface OwnOrder {
  /** Index fields after the equalities, before creation time. */
  fields: string[];
  direction: "asc" | "desc";
  /** By `.order`. */
  isSaid: boolean;
  /** It decides which rows the reader gets, not only how they are arranged. */
  isBinding: boolean;
}

/** The order rows come in now, when the reader depends on it. */
function ownOrder(read: Read, table: TableDefinition, equal: readonly string[]): OwnOrder | null {
  if (read.existenceOnly || read.order === "relevance" || read.consumer.kind === "unique")
    return null;
  const isPart = takesPart(read, read.orderExplicit ? "filtered too" : "unfiltered");
  if (!read.orderExplicit && !isPart) return null;
  const index = table.indexes.find((item) => item.name === read.index);
  return {
    fields: (index?.fields.slice(read.eq.length) ?? []).filter((field) => !equal.includes(field)),
    direction: read.order,
    isSaid: read.orderExplicit,
    isBinding: isPart && read.orderExplicit,
  };
}

/**
 * Which rows the reader gets depends on their order.
 *
 * @param which - whether a part of the rows that a JavaScript filter leaves counts: mostly there is one such row
 */
export function takesPart(
  read: Read,
  which: "unfiltered" | "filtered too" = "unfiltered",
): boolean {
  const { kind, endsEarly } = read.consumer;
  if (kind === "first" || kind === "take" || kind === "paginate") return true;
  if (kind === "iterate") return endsEarly === true;
  return read.uses.some(
    (use) =>
      (use.end === "slice" || use.end === "first-element") &&
      !use.stages.includes("sort") &&
      (which === "filtered too" || !use.stages.includes("filter")),
  );
}

interface SortInCode {
  field: string;
  direction: "asc" | "desc";
}

/** The one field all rows are sorted by in JavaScript before a part of them is taken. */
export function sortInCode(read: Read): SortInCode | null {
  const { kind } = read.consumer;
  if (kind !== "collect" && kind !== "iterate") return null;
  // A search for the best row starts with the first one.
  const isSearch = read.uses.some((use) => use.isBest === true);
  const isStart = (use: RowUse) =>
    isSearch && use.end === "first-element" && use.limitText === "1" && use.sort === undefined;
  const uses = read.uses.filter((use) => !isStart(use));
  const sorts = uses.map((use) =>
    use.sort !== undefined && (use.end === "slice" || use.end === "first-element")
      ? use.sort
      : null,
  );
  const [first] = sorts;
  if (first === null || first === undefined) return null;
  return sorts.every((sort) => sort?.field === first.field && sort.order === first.order)
    ? { field: first.field, direction: first.order }
    : null;
}

/** The key as index fields: equalities, the last field, the order to keep. `_creationTime` at the end is free. */
export function keyFields(key: WantedKey): string[] {
  const fields = [...key.equal, ...(key.last === null ? [] : [key.last]), ...(key.tail ?? [])];
  return fields.at(-1) === "_creationTime" ? fields.slice(0, -1) : fields;
}
