// Whether an index is there already for a key, and which set of indexes serves the whole program.
import type { Model, Read } from "../model/model.ts";
import {
  maxIndexFields,
  officialIndexName,
  type IndexDefinition,
  type TableDefinition,
} from "../schema/schema.ts";
import { fieldType } from "../schema/validator.ts";
import { isConditional, keyFields, type WantedKey } from "./wanted-key.ts";

/**
 * An index of the table that serves a key wholly, the shortest first; `by_creation_time` counts. An order that the
 * reader says is kept; one that only follows from what it reads through now may change.
 */
export function servingIndex(key: WantedKey, table: TableDefinition): IndexDefinition | null {
  const candidates = [
    ...table.indexes.filter((index) => !index.staged),
    { name: "by_creation_time", fields: ["_creationTime"], staged: false },
  ]
    .filter((index) => serves(index.fields, key, key.isOrderSaid))
    .sort(
      (a, b) =>
        Number(serves(b.fields, key, true)) - Number(serves(a.fields, key, true)) ||
        a.fields.length - b.fields.length,
    );
  return candidates[0] ?? null;
}

function serves(index: readonly string[], key: WantedKey, keepsOrder: boolean): boolean {
  const fields = index.at(-1) === "_creationTime" ? [...index] : [...index, "_creationTime"];
  const prefix = fields.slice(0, key.equal.length);
  if (!key.equal.every((field) => prefix.includes(field))) return false;
  const rest = fields.slice(key.equal.length);
  if (key.last === null && key.equal.length === 0) return false;
  if (key.last !== null && rest.shift() !== key.last) return false;
  if (key.tail === null || !keepsOrder) return true;
  const wanted = key.last === "_creationTime" ? [] : [...key.tail, "_creationTime"];
  return wanted.length === rest.length && wanted.every((field, i) => field === rest[i]);
}

/** Whether rows come through an index in the order the reader has them in now. */
export function keepsOrder(
  key: WantedKey,
  index: readonly string[],
  table: TableDefinition,
): boolean {
  const now = table.indexes.find((item) => item.name === key.read.index)?.fields ?? [];
  const before = now.slice(key.read.eq.length).filter((field) => !key.equal.includes(field));
  const after = index.slice(key.equal.length).filter((field) => field !== "_creationTime");
  return before.length === after.length && before.every((field, i) => field === after[i]);
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
  const shared = open
    .filter((key) => key.last === null && key.tail === null && !isConditional(key))
    .map((key) => key.equal);
  // Longer keys first, so that shorter ones find them; of equally long ones those that need their index as it is.
  // Those that serve some calls only may use what the others need, not shape it.
  const ordered = [...open].sort(
    (a, b) =>
      Number(isConditional(a)) - Number(isConditional(b)) ||
      keyFields(b).length - keyFields(a).length ||
      Number(b.tail !== null) - Number(a.tail !== null),
  );
  const added: IndexPlan[] = [];
  for (const key of ordered) {
    if (added.some((plan) => serves(plan.fields, key, true))) continue;
    const equal = orderEqualities(key, table, frequency, shared);
    const fields = [...equal, ...keyFields(key).slice(equal.length)].slice(0, maxIndexFields);
    addReader(added, fields, freeName(table, fields), null, table.name, false);
  }
  for (const key of open) {
    const [shortest] = added
      .filter((plan) => serves(plan.fields, key, true))
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

/**
 * Equalities in declared order: those of the read's own index first, or of the longest index that the new one can
 * extend, then those shorter keys ask for alone (one index serves them too), then the frequent, then the selective.
 */
function orderEqualities(
  key: WantedKey,
  table: TableDefinition,
  frequency: ReadonlyMap<string, number>,
  shared: readonly (readonly string[])[],
): string[] {
  const own = table.indexes.find((index) => index.name === key.read.index);
  const extended = [...table.indexes]
    .filter((index) => !index.staged && index.fields.every((field) => key.equal.includes(field)))
    .sort((a, b) => b.fields.length - a.fields.length)[0];
  const current = (own ?? extended)?.fields ?? [];
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
