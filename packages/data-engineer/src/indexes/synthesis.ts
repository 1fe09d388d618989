// The exact index a read needs, whether one is there already, and which set of indexes serves the whole program.
import type { Model, Predicate, Read } from "../model/model.ts";
import {
  maxIndexFields,
  officialIndexName,
  type IndexDefinition,
  type TableDefinition,
} from "../schema/schema.ts";
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
  /** A sort that stays in JavaScript. */
  sortStays: boolean;
}

const wholeReads = new Set(["collect", "iterate", "first", "unique", "take", "paginate"]);

/**
 * The key that would let the index do all that can be done of a read, or null when no index would help it.
 * `neq`, text and opaque conditions never ask for an index.
 */
export function wantedKey(read: Read, table: TableDefinition): WantedKey | null {
  if (read.source !== "scan" && read.source !== "index") return null;
  if (read.certainty === "unknown" || !wholeReads.has(read.consumer.kind)) return null;
  const usable = read.residual.filter(
    (item) => isIndexable(item, table) && !isSettled(item, read, table),
  );
  const equal = [...new Set(read.eq.map((bound) => bound.field))];
  for (const item of usable)
    if (item.op === "eq" && !equal.includes(item.field)) equal.push(item.field);
  const rangeFields = [
    ...(read.range === undefined ? [] : [read.range.field]),
    ...usable.filter((item) => item.op === "range").map((item) => item.field),
  ].filter((field) => !equal.includes(field));
  const order = wantedOrder(read, table);
  let last: string | null = null;
  let lastIs: WantedKey["lastIs"] = null;
  const preferred = rangeFields.find((field) => field === order?.field) ?? rangeFields[0];
  if (preferred !== undefined) {
    last = preferred;
    lastIs = "range";
  } else if (order !== null && !equal.includes(order.field)) {
    last = order.field;
    lastIs = "order";
  }
  if (last !== null && !isPossible(table, last)) return null;
  if (equal.length === 0 && last === null) return null;
  return {
    read,
    equal,
    last,
    lastIs,
    order: order !== null && order.field === last ? order.direction : null,
    sortStays: order !== null && order.field !== last,
  };
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

/** The order a reader sorts by in JavaScript before taking a part, or asks its index for. */
function wantedOrder(
  read: Read,
  table: TableDefinition,
): { field: string; direction: "asc" | "desc" } | null {
  if (read.orderExplicit && read.source === "index" && read.range === undefined) {
    const next = table.indexes.find((index) => index.name === read.index)?.fields[read.eq.length];
    if (next !== undefined && read.order !== "relevance")
      return { field: next, direction: read.order };
  }
  if (read.uses.length === 0) return null;
  const sorts = read.uses.map((use) =>
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

/** The key as index fields: equalities, then the last field. `_creationTime` at the end is free. */
export function keyFields(key: WantedKey): string[] {
  const fields = key.last === null ? key.equal : [...key.equal, key.last];
  return fields.at(-1) === "_creationTime" ? fields.slice(0, -1) : fields;
}

/** An index of the table that serves a key wholly, the shortest first; `by_creation_time` counts. */
export function servingIndex(key: WantedKey, table: TableDefinition): IndexDefinition | null {
  const candidates = [
    ...table.indexes.filter((index) => !index.staged),
    { name: "by_creation_time", fields: ["_creationTime"], staged: false },
  ]
    .filter((index) => serves(index, key))
    .sort((a, b) => a.fields.length - b.fields.length);
  return candidates[0] ?? null;
}

function serves(index: IndexDefinition, key: WantedKey): boolean {
  const fields = [...index.fields, "_creationTime"];
  const prefix = fields.slice(0, key.equal.length);
  if (!key.equal.every((field) => prefix.includes(field))) return false;
  if (key.last === null) return key.equal.length > 0;
  return fields[key.equal.length] === key.last;
}

export interface IndexPlan {
  table: string;
  /** Fields in the order to declare. */
  fields: string[];
  name: string;
  readers: WantedKey[];
  /** An index this one replaces because nobody needs it by itself. */
  replaces: string | null;
  /** True when the index is there already and readers only have to use it. */
  exists: boolean;
}

/**
 * The indexes to add for a set of keys of one table: keys share prefixes where they can, prefixes of others are
 * dropped, and an existing index that nobody needs in its own order is extended rather than doubled.
 */
export function planIndexes(
  table: TableDefinition,
  keys: readonly WantedKey[],
  model: Model,
): IndexPlan[] {
  const plans: IndexPlan[] = [];
  const open: WantedKey[] = [];
  for (const key of keys) {
    const served = servingIndex(key, table);
    if (served === null) open.push(key);
    else addReader(plans, served.fields, served.name, key, table.name, true);
  }
  const frequency = new Map<string, number>();
  for (const key of open)
    for (const field of key.equal) frequency.set(field, (frequency.get(field) ?? 0) + 1);
  const shared = open.filter((key) => key.last === null && !isExact(key)).map((key) => key.equal);
  // Longer keys first, so that shorter ones find them; of equally long ones those that need their index as it is.
  const ordered = [...open].sort(
    (a, b) => keyFields(b).length - keyFields(a).length || Number(isExact(b)) - Number(isExact(a)),
  );
  const added: IndexPlan[] = [];
  for (const key of ordered) {
    if (added.some((plan) => servesAsPlanned(plan, key))) continue;
    const equal = orderEqualities(key, table, frequency, shared);
    const tail = key.last === null || key.last === "_creationTime" ? [] : [key.last];
    const fields = [...equal, ...tail].slice(0, maxIndexFields);
    addReader(added, fields, freeName(table, fields), null, table.name, false);
  }
  for (const key of open) {
    const [shortest] = added
      .filter((plan) => servesAsPlanned(plan, key))
      .sort((a, b) => a.fields.length - b.fields.length);
    // More equalities than an index has fields: the first of them are served.
    (
      shortest ?? added.find((plan) => plan.fields.every((field) => key.equal.includes(field)))
    )?.readers.push(key);
  }
  plans.push(...added.filter((plan) => plan.readers.length > 0));
  const moving = new Set(keys.map((key) => key.read.id));
  for (const plan of plans)
    if (!plan.exists) plan.replaces = replaceable(table, plan, model, moving);
  return plans;
}

function addReader(
  plans: IndexPlan[],
  fields: string[],
  name: string,
  key: WantedKey | null,
  table: string,
  exists: boolean,
): void {
  const readers = key === null ? [] : [key];
  const same = plans.find((plan) => plan.name === name && plan.exists === exists);
  if (same !== undefined) same.readers.push(...readers);
  else plans.push({ table, fields, name, readers, replaces: null, exists });
}

/** Rows must stay in the order of creation within the equalities, so no field may follow them in the index. */
function isExact(key: WantedKey): boolean {
  return key.last === null && needsOwnOrder(key.read);
}

function servesAsPlanned(plan: IndexPlan, key: WantedKey): boolean {
  if (isExact(key) && plan.fields.length !== key.equal.length) return false;
  return serves({ name: plan.name, fields: plan.fields, staged: false }, key);
}

/**
 * Equalities in declared order: those the read's own index begins with, then those shorter keys ask for alone (one
 * index serves them too), then the frequent, then the selective.
 */
function orderEqualities(
  key: WantedKey,
  table: TableDefinition,
  frequency: ReadonlyMap<string, number>,
  shared: readonly (readonly string[])[],
): string[] {
  const current = table.indexes.find((index) => index.name === key.read.index)?.fields ?? [];
  const original = (field: string) => key.equal.indexOf(field);
  const byUse = (a: string, b: string) =>
    (frequency.get(b) ?? 0) - (frequency.get(a) ?? 0) ||
    selectivity(table, a) - selectivity(table, b) ||
    original(a) - original(b);
  const fields = current.filter((field) => key.equal.includes(field));
  for (;;) {
    const next = shared
      .filter(
        (set) =>
          set.length > fields.length &&
          set.length < key.equal.length &&
          fields.every((field) => set.includes(field)) &&
          set.every((field) => key.equal.includes(field)),
      )
      .map((set) => set.filter((field) => !fields.includes(field)).sort(byUse))
      .sort((a, b) => a.length - b.length || byUse(a[0] ?? "", b[0] ?? ""))[0];
    if (next === undefined) break;
    fields.push(...next);
  }
  return [...fields, ...key.equal.filter((field) => !fields.includes(field)).sort(byUse)];
}

/** Ids narrow most, then text, then numbers, then enums, then booleans. */
function selectivity(table: TableDefinition, field: string): number {
  const type = fieldType(table.document, field, table.name);
  const kinds = new Set(type?.types.map((item) => item.type));
  if (kinds.has("id")) return 0;
  if (kinds.has("string")) return 1;
  if (kinds.has("number") || kinds.has("bigint")) return 2;
  if (kinds.has("literal")) return 3;
  return 4;
}

function freeName(table: TableDefinition, fields: readonly string[]): string {
  const name = officialIndexName(fields);
  const cut = name.length <= 64 ? name : name.slice(0, 64).replace(/_+$/, "");
  return table.indexes.some((index) => index.name === cut) ? `${cut.slice(0, 62)}_2` : cut;
}

/** An existing index that is a strict prefix of the planned one and that no reader needs once the others moved. */
function replaceable(
  table: TableDefinition,
  plan: IndexPlan,
  model: Model,
  moving: ReadonlySet<string>,
): string | null {
  for (const index of table.indexes) {
    if (index.staged || index.fields.length >= plan.fields.length) continue;
    if (!index.fields.every((field, i) => field === plan.fields[i])) continue;
    const readers = model.reads.filter(
      (read) => read.table === table.name && read.index === index.name,
    );
    const staying = readers.filter((read) => !moving.has(read.id));
    if (readers.length > 0 && !staying.some((read) => needsOwnOrder(read))) return index.name;
  }
  return null;
}

/**
 * Whether a reader depends on the order rows have within an index's own fields (creation order): it says `.order`, or
 * takes a part of the rows. A test for existence does not.
 */
export function needsOwnOrder(read: Read): boolean {
  if (read.range?.field === "_creationTime") return true;
  if (read.existenceOnly) return false;
  if (read.orderExplicit) return true;
  const { kind } = read.consumer;
  return (
    kind === "first" || kind === "take" || kind === "paginate" || read.consumer.endsEarly === true
  );
}

/** Only whether there is a row matters. */
export function isExistenceRead(read: Read): boolean {
  return read.existenceOnly;
}
