// Fills tables with documents made up from their validators: children hang from parents ten at a time whatever the table's
// size, copies of a parent's references agree with it, and what the program takes for unique is unique.
import type { TableDefinition } from "../schema/schema.ts";
import {
  flatUnion,
  objectVariants,
  type ObjectValidator,
  type Validator,
} from "../schema/validator.ts";
import type { TableConstraints } from "./constraints.ts";
import type { Json, JsonObject } from "./json.ts";
import { isPresent, madeUpNumber, serial } from "./made-up.ts";
import { ReferenceGraph, referencesOf, type ReferenceField } from "./references.ts";
import { valueAt, type SeededData } from "./seeded.ts";
import { integer, lastOf, makeObject, makeValue, type ValueContext } from "./values.ts";

/** Children per parent, whatever the table's size. */
export const childrenPerParent = 10;
/** Rows in a row that may fail to be unique before a table counts as full. */
const patience = 40;
/** Other values tried for one field of a row that is not unique. */
const variations = 12;

export interface Seeder {
  graph: ReferenceGraph;
  data: SeededData;
  constraints: ReadonlyMap<string, TableConstraints>;
  /** Ids of system tables, such as `_storage`. */
  systemIds: ReadonlyMap<string, readonly string[]>;
}

/** Makes the documents of one table, one after another, and remembers which values must not come again. */
export class TableSeeder {
  readonly #table: TableDefinition;
  readonly #seeder: Seeder;
  readonly #constraints: TableConstraints | undefined;
  readonly #taken = new Set<string>();
  #next = 0;
  /** First row of the growth: what is made from here on belongs to parents made from here on. */
  #base = 0;

  constructor(table: TableDefinition, seeder: Seeder) {
    this.#table = table;
    this.#seeder = seeder;
    this.#constraints = seeder.constraints.get(table.name);
  }

  /**
   * From here on documents hang from parents that come from here on as well, where there are any, so that nothing made so
   * far gets further children: a read of theirs is no wider in the larger tables.
   */
  grow(): void {
    this.#base = this.#next;
  }

  /** Up to `count` further documents; fewer, when unique values or references run out. */
  make(count: number): JsonObject[] {
    const documents: JsonObject[] = [];
    let misses = 0;
    while (documents.length < count && misses < patience) {
      const document = this.#document(this.#next++);
      if (document === null) misses++;
      else {
        documents.push(document);
        misses = 0;
      }
    }
    return documents;
  }

  #document(index: number): JsonObject | null {
    const variants = objectVariants(this.#table.document);
    const variant = variants[index % Math.max(1, variants.length)];
    if (variant === undefined) return { value: `row ${index}` };
    const references = this.#references(variant, index);
    const document = makeObject(variant, "", index, this.#context(references, index));
    return document !== null && this.#makeUnique(document, variant, index) ? document : null;
  }

  #context(references: ReadonlyMap<string, string | null>, index: number): ValueContext {
    const { data, systemIds } = this.#seeder;
    return {
      idOf: (target, name) => {
        const known = references.get(name);
        if (known !== undefined && known !== null) return known;
        const ids = systemIds.get(target) ?? data.idsOf(target);
        return ids[index % Math.max(1, ids.length)];
      },
      settled: (path, type) => this.#settled(path, type, index, references),
    };
  }

  /** Values that the program's reads ask for, and references, which hang together. */
  #settled(
    path: string,
    type: Validator,
    index: number,
    references: ReadonlyMap<string, string | null>,
  ): Json | undefined {
    const reference = references.get(path);
    if (reference !== undefined && reference !== null && hasType(type, "id")) return reference;
    const constraints = this.#constraints;
    if (constraints === undefined) return undefined;
    const isShared = constraints.shared.has(path);
    const group = isShared ? Math.floor(index / childrenPerParent) : index;
    if (type.type === "array") {
      const length = constraints.dimensions.get(path);
      return length === undefined
        ? undefined
        : Array.from({ length }, (_, at) => (at === index % length ? 1 : 0));
    }
    if (type.type === "string") {
      const claim = constraints.claims.get(path);
      if (claim !== undefined) return claimValue(claim, group);
      const constants = constraints.constants.get(path)?.filter((item) => typeof item === "string");
      if (constants !== undefined && constants.length > 0) {
        // Every other row has one of the texts that the code knows, the rest something else.
        const at = index % (constants.length + 1);
        return constants[at] ?? (isShared ? `${lastOf(path)} ${group}` : undefined);
      }
      if (constraints.searched.has(path)) return serial(Math.floor(index / childrenPerParent), 6);
      return isShared ? `${lastOf(path)} ${group}` : undefined;
    }
    if (type.type === "number" && isShared) {
      const constants = constraints.constants.get(path)?.filter((item) => typeof item === "number");
      return constants?.[index % (constants.length + 1)] ?? madeUpNumber(path, index, true);
    }
    return undefined;
  }

  /** The ids a document refers to, by field; null where it refers to nothing yet. */
  #references(variant: ObjectValidator, index: number): Map<string, string | null> {
    const { graph, data } = this.#seeder;
    const references = referencesOf(variant);
    const chosen = new Map<string, string | null>();
    const parent = graph.parentOf(references, this.#table.name);
    if (parent !== null) {
      const ids = data.idsOf(parent.target);
      const row = this.#isUniqueAlone(parent.name) ? index : this.#parentRow(parent.target, index);
      chosen.set(parent.name, ids[row % Math.max(1, ids.length)] ?? null);
    }
    const isLinkToPeople = (item: ReferenceField) => item.target === graph.people;
    // People first: what a document refers to besides belongs to them where it can.
    const others = references
      .filter((item) => item !== parent)
      .sort((a, b) => Number(isLinkToPeople(b)) - Number(isLinkToPeople(a)));
    for (const item of others)
      chosen.set(item.name, this.#reference(item, parent, chosen, index) ?? null);
    return chosen;
  }

  /** Ten rows share a parent. Rows of the growth have parents of the growth, if the parents' table grew. */
  #parentRow(target: string, index: number): number {
    const grown = this.#seeder.data.grownFrom(target);
    if (index < this.#base || grown === null) return Math.floor(index / childrenPerParent);
    return grown + Math.floor((index - this.#base) / childrenPerParent);
  }

  #reference(
    item: ReferenceField,
    parent: ReferenceField | null,
    chosen: ReadonlyMap<string, string | null>,
    index: number,
  ): string | undefined {
    const { graph, data, systemIds } = this.#seeder;
    if (item.target.startsWith("_")) {
      const ids = systemIds.get(item.target) ?? [];
      return ids[index % Math.max(1, ids.length)];
    }
    if (item.target === this.#table.name) {
      const isRoot = index - (index < this.#base ? 0 : this.#base) < childrenPerParent;
      return isRoot ? undefined : data.idsOf(item.target)[this.#parentRow(item.target, index)];
    }
    const ids = data.idsOf(item.target);
    const parentId = parent === null ? null : (chosen.get(parent.name) ?? null);
    if (parent !== null && parentId !== null) {
      const copied = this.#copyOf(item, parentId);
      if (copied !== undefined) return copied;
      if (item.target !== graph.people) {
        const path = graph.path(parent.target, item.target);
        const found = path === null ? undefined : this.#follow(parentId, path);
        if (found !== undefined) return found;
      }
    }
    if (item.target !== graph.people) {
      const akin = this.#akin(item.target, parent, chosen, index);
      if (akin !== undefined) return akin;
    }
    return ids[index % Math.max(1, ids.length)];
  }

  /** A field of the same name in the parent is what this one copies; who did something is not copied, who owns it is. */
  #copyOf(item: ReferenceField, parentId: string): string | undefined {
    const { graph, data } = this.#seeder;
    if (
      item.target === graph.people &&
      /^(user|author|sender|creat|actor|member|by|player)/i.test(item.name)
    )
      return undefined;
    const place = data.placeOf(parentId);
    const document = place === undefined ? undefined : data.document(place.table, place.row);
    const value = document?.[item.name];
    return typeof value === "string" && data.placeOf(value)?.table === item.target
      ? value
      : undefined;
  }

  #follow(id: string, path: readonly string[]): string | undefined {
    const { data } = this.#seeder;
    let at = id;
    for (const field of path) {
      const place = data.placeOf(at);
      const value = place === undefined ? null : data.document(place.table, place.row)?.[field];
      if (typeof value !== "string") return undefined;
      at = value;
    }
    return at;
  }

  /** A document of `target` that refers to the same ones as this: the same owner, or the same parent. */
  #akin(
    target: string,
    parent: ReferenceField | null,
    chosen: ReadonlyMap<string, string | null>,
    index: number,
  ): string | undefined {
    const { graph, data } = this.#seeder;
    const definition = graph.table(target);
    const [variant] = definition === undefined ? [] : objectVariants(definition.document);
    if (variant === undefined) return undefined;
    for (const reference of referencesOf(variant)) {
      const own = [...chosen].find(
        ([name, id]) =>
          id !== null &&
          data.placeOf(id)?.table === reference.target &&
          (reference.target !== graph.people || name === reference.name),
      )?.[1];
      if (own === undefined || own === null) continue;
      const rows = data.rowsBy(target, reference.name, own);
      const row = rows[index % Math.max(1, rows.length)];
      if (row !== undefined) return data.idsOf(target)[row];
    }
    return undefined;
  }

  #isUniqueAlone(field: string): boolean {
    return this.#constraints?.unique.some((set) => set.length === 1 && set[0] === field) ?? false;
  }

  /** Changes fields until no earlier document has the same values; false when there is no way. */
  #makeUnique(document: JsonObject, variant: ObjectValidator, index: number): boolean {
    const sets = this.#constraints?.unique ?? [];
    const keyOf = (fields: readonly string[]) =>
      JSON.stringify([fields, fields.map((field) => valueAt(document, field) ?? null)]);
    for (const fields of sets) {
      if (!this.#taken.has(keyOf(fields))) continue;
      const before = { ...document };
      // What is cheapest to change comes first: a text, then an enumeration, a reference last.
      const order = [...fields].sort(
        (a, b) =>
          flexibility(variant.value[a]?.fieldType) - flexibility(variant.value[b]?.fieldType),
      );
      const isFree = order.some((field) => {
        for (let step = 1; step <= variations; step++) {
          const value = this.#variation(variant, field, before[field], index, step);
          if (value === undefined) break;
          document[field] = value;
          if (!this.#taken.has(keyOf(fields))) return true;
        }
        Object.assign(document, { [field]: before[field] ?? null });
        if (before[field] === undefined) Reflect.deleteProperty(document, field);
        return false;
      });
      if (!isFree) return false;
    }
    for (const fields of sets) this.#taken.add(keyOf(fields));
    return true;
  }

  #variation(
    variant: ObjectValidator,
    field: string,
    value: Json | undefined,
    index: number,
    step: number,
  ): Json | undefined {
    const type = variant.value[field]?.fieldType;
    if (type === undefined) return undefined;
    const { data } = this.#seeder;
    if (typeof value === "string" && hasType(type, "id")) {
      const place = data.placeOf(value);
      if (place === undefined) return undefined;
      const ids = data.idsOf(place.table);
      return step < ids.length ? ids[(place.row + step) % ids.length] : undefined;
    }
    const members = flatUnion(type).filter((item) => item.type === "literal");
    if (members.length > 0) {
      const member = members[step - 1];
      return member === undefined
        ? undefined
        : makeValue(member, field, index, { idOf: () => undefined, settled: () => undefined });
    }
    if (type.type === "string")
      return `${typeof value === "string" ? value : field} ${index}.${step}`;
    if (type.type === "number") return index + step / 100;
    if (type.type === "bigint") return integer(index + step);
    if (type.type === "boolean") return step === 1 ? value !== true : undefined;
    return undefined;
  }
}

/** What a token's claim says of the person with this number. */
export function claimValue(claim: "subject" | "tokenIdentifier", person: number): string {
  return claim === "subject" ? `person-${person}` : `${measuredIssuer}|person-${person}`;
}

export const measuredIssuer = "https://measure.invalid";

function hasType(type: Validator, wanted: Validator["type"]): boolean {
  return flatUnion(type).some((item) => item.type === wanted);
}

function flexibility(type: Validator | undefined): number {
  if (type === undefined) return 9;
  if (hasType(type, "string")) return 0;
  if (hasType(type, "number") || hasType(type, "bigint")) return 1;
  if (hasType(type, "literal") || hasType(type, "boolean")) return 2;
  return 3;
}

/** References back, to tables filled later: each leads to the first document that refers to this one. */
export function backReferences(
  table: TableDefinition,
  seeder: Seeder,
  from: number,
): { id: string; fields: JsonObject }[] {
  const { data, graph } = seeder;
  const changes: { id: string; fields: JsonObject }[] = [];
  for (let row = from; row < data.count(table.name); row++) {
    const id = data.idsOf(table.name)[row];
    const document = data.document(table.name, row);
    if (id === undefined || document === undefined) continue;
    const fields: JsonObject = {};
    const variant = objectVariants(table.document).find((item) => fits(document, item));
    for (const item of variant === undefined ? [] : referencesOf(variant)) {
      if (item.isRequired || document[item.name] !== undefined || !isPresent(item.name, row))
        continue;
      const definition = graph.table(item.target);
      const [other] = definition === undefined ? [] : objectVariants(definition.document);
      for (const back of other === undefined ? [] : referencesOf(other)) {
        if (back.target !== table.name) continue;
        const [first] = data.rowsBy(item.target, back.name, id);
        const found = first === undefined ? undefined : data.idsOf(item.target)[first];
        if (found !== undefined && item.target !== table.name) fields[item.name] = found;
      }
    }
    if (Object.keys(fields).length > 0) changes.push({ id, fields });
  }
  return changes;
}

function fits(document: JsonObject, variant: ObjectValidator): boolean {
  return (
    Object.keys(document).every((name) => variant.value[name] !== undefined) &&
    Object.entries(variant.value).every(
      ([name, field]) => field.optional || document[name] !== undefined,
    )
  );
}
