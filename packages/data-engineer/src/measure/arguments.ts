// Arguments for a call: ids of documents that belong together, texts that readers will find, and the rest made up.
import type { FunctionInfo, Model, Read } from "../model/model.ts";
import { flatUnion, type ObjectValidator, type Validator } from "../schema/validator.ts";
import { hintedNumber, type RangeHint } from "./hints.ts";
import type { Json, JsonObject } from "./json.ts";
import { argumentNumber, madeUpTruth } from "./made-up.ts";
import type { Seeder } from "./seed.ts";
import { valueAt } from "./seeded.ts";
import { lastOf, makeValue, type ValueContext } from "./values.ts";

export interface ArgumentChoice {
  /** Row of the tables that the call is about. */
  row: number;
  /** Which of several numbers, literals and texts. */
  variant: number;
  withOptional: boolean;
  /** Texts are what some document has, so that look-ups find it; otherwise new ones. */
  lookUp: boolean;
  /** What earlier refusals said of numbers. */
  hints: readonly RangeHint[];
}

export interface MadeArguments {
  args: JsonObject;
  /** Tables and rows of the documents that the arguments name, and of those they lead to, nearest first. */
  documents: { table: string; row: number }[];
}

/** Rows that a page asks for. */
const pageSize = 20;

/** @returns null when some required argument cannot be made: it refers to a table without documents */
export function makeArguments(
  info: FunctionInfo,
  model: Model,
  seeder: Seeder,
  choice: ArgumentChoice,
): MadeArguments | null {
  const { args } = info;
  if (args === null || args.type !== "object") return { args: {}, documents: [] };
  const reads = model.reads.filter((read) => read.callers.includes(info.name));
  const documents = new Documents(seeder);
  chooseIds(args, documents, seeder, choice);
  // A function that names no document is about those it reads.
  const about = [
    ...documents.list(),
    ...reads.map((read) => ({ table: read.table, row: choice.row })),
  ];
  const context: ValueContext = {
    idOf: (table, name) => documents.idOf(name, table, choice.row),
    settled: (path, type) => settled(path, type, info, reads, about, seeder, choice),
  };
  const values: JsonObject = {};
  for (const [name, field] of Object.entries(args.value)) {
    if (field.optional && !choice.withOptional && !isPagination(field.fieldType)) continue;
    const value = makeValue(field.fieldType, name, choice.variant, context);
    if (value !== undefined) values[name] = value;
    else if (!field.optional) return null;
  }
  return { args: values, documents: documents.list() };
}

/** The documents a call is about: those its arguments name, and what these lead to. */
class Documents {
  readonly #seeder: Seeder;
  readonly #places: { table: string; row: number }[] = [];
  readonly #byArgument = new Map<string, string>();

  constructor(seeder: Seeder) {
    this.#seeder = seeder;
  }

  list(): { table: string; row: number }[] {
    return this.#places;
  }

  idOf(argument: string, table: string, row: number): string | undefined {
    const known = this.#byArgument.get(argument);
    if (known !== undefined) return known;
    const ids = this.#seeder.systemIds.get(table) ?? this.#seeder.data.idsOf(table);
    return ids[row % Math.max(1, ids.length)];
  }

  name(argument: string, id: string): void {
    this.#byArgument.set(argument, id);
    const place = this.#seeder.data.placeOf(id);
    if (place !== undefined) this.#visit(place, 0);
  }

  of(table: string): { table: string; row: number }[] {
    return this.#places.filter((item) => item.table === table);
  }

  #visit(place: { table: string; row: number }, depth: number): void {
    if (
      depth > 4 ||
      this.#places.some((item) => item.table === place.table && item.row === place.row)
    )
      return;
    this.#places.push(place);
    const { data } = this.#seeder;
    for (const value of Object.values(data.document(place.table, place.row) ?? {})) {
      const next = typeof value === "string" ? data.placeOf(value) : undefined;
      if (next !== undefined) this.#visit(next, depth + 1);
    }
  }
}

/** The ids among the arguments, deepest table first, so that the others can be those it leads to. */
function chooseIds(
  args: ObjectValidator,
  documents: Documents,
  seeder: Seeder,
  choice: ArgumentChoice,
): void {
  const wanted = Object.entries(args.value).flatMap(([name, field]) => {
    if (field.optional && !choice.withOptional) return [];
    const members = flatUnion(field.fieldType);
    const id = members.find((item) => item.type === "id");
    return id === undefined ? [] : [{ name, table: id.tableName }];
  });
  wanted.sort((a, b) => seeder.graph.depth(b.table) - seeder.graph.depth(a.table));
  const used = new Set<string>();
  for (const { name, table } of wanted) {
    const id =
      named(name, table, documents, seeder, used) ??
      led(table, documents, seeder, used) ??
      leading(table, documents, seeder, choice, used) ??
      plain(table, seeder, choice, used);
    if (id === undefined) continue;
    used.add(id);
    documents.name(name, id);
  }
}

/** The field of that name of a document chosen already. */
function named(
  name: string,
  table: string,
  documents: Documents,
  { data }: Seeder,
  used: ReadonlySet<string>,
): string | undefined {
  for (const place of documents.list()) {
    const value = data.document(place.table, place.row)?.[name];
    if (typeof value === "string" && !used.has(value) && data.placeOf(value)?.table === table)
      return value;
  }
  return undefined;
}

/** A document that those chosen already lead to. */
function led(
  table: string,
  documents: Documents,
  { data, graph }: Seeder,
  used: ReadonlySet<string>,
): string | undefined {
  if (table === graph.people) return undefined;
  return documents
    .of(table)
    .map((place) => data.idsOf(table)[place.row])
    .find((id) => id !== undefined && !used.has(id));
}

/** A document that leads to one chosen already; of people, one that is tied to it by a third document. */
function leading(
  table: string,
  documents: Documents,
  { data, graph }: Seeder,
  choice: ArgumentChoice,
  used: ReadonlySet<string>,
): string | undefined {
  const definition = graph.table(table);
  if (definition === undefined) return undefined;
  for (const place of documents.list()) {
    const id = data.idsOf(place.table)[place.row];
    if (id === undefined || place.table === graph.people) continue;
    const field = Object.entries(data.document(table, 0) ?? {}).find(
      ([, value]) => typeof value === "string" && data.placeOf(value)?.table === place.table,
    )?.[0];
    if (field !== undefined) {
      const rows = data.rowsBy(table, field, id);
      const row = rows[choice.row % Math.max(1, rows.length)];
      const found = row === undefined ? undefined : data.idsOf(table)[row];
      if (found !== undefined && !used.has(found)) return found;
    }
    if (table !== graph.people) continue;
    const [tied] = peopleTiedTo(id, place.table, { data, people: table }).slice(choice.row % 10);
    if (tied !== undefined && !used.has(tied)) return tied;
  }
  return undefined;
}

function plain(
  table: string,
  { data, systemIds }: Seeder,
  choice: ArgumentChoice,
  used: ReadonlySet<string>,
): string | undefined {
  const ids = systemIds.get(table) ?? data.idsOf(table);
  for (let i = 0; i < Math.min(ids.length, 5); i++) {
    const id = ids[(choice.row + i) % ids.length];
    if (id !== undefined && !used.has(id)) return id;
  }
  return ids[choice.row % Math.max(1, ids.length)];
}

/** People whom some document ties to another one: members of a campaign, those seated at a table. */
export function peopleTiedTo(
  id: string,
  table: string,
  { data, people }: { data: Seeder["data"]; people: string },
): string[] {
  const found = new Set<string>();
  for (const link of data.tables()) {
    const sample = Object.entries(data.document(link, 0) ?? {});
    const leadsTo = (target: string) =>
      sample.filter(
        ([, value]) => typeof value === "string" && data.placeOf(value)?.table === target,
      );
    for (const [field] of leadsTo(table))
      for (const row of data.rowsBy(link, field, id).slice(0, 10))
        for (const [person] of leadsTo(people)) {
          const value = data.document(link, row)?.[person];
          if (typeof value === "string") found.add(value);
        }
  }
  return [...found];
}

function settled(
  path: string,
  type: Validator,
  info: FunctionInfo,
  reads: readonly Read[],
  about: readonly { table: string; row: number }[],
  { data }: Seeder,
  choice: ArgumentChoice,
): Json | undefined {
  const name = lastOf(path);
  if (isPagination(type)) return pagination(type, choice);
  if (/cursor/i.test(name) && flatUnion(type).some((item) => item.type === "null")) return null;
  if (type.type === "boolean") return madeUpTruth(name, choice.variant);
  const isText = type.type === "string";
  if ((isText || type.type === "number") && choice.lookUp && !isAmount(name)) {
    const fields = reads.flatMap((read) => lookedUp(read, name));
    // A query is given what is there; what a mutation writes is new, unless it looks for it.
    if (info.kind === "query" || !isText)
      fields.push(...about.map(({ table }) => ({ table, field: name })));
    for (const { table, field } of fields) {
      const place = about.find((item) => item.table === table);
      const value = valueAt(data.document(table, place?.row ?? choice.row), field);
      if (typeof value === type.type && value !== undefined) return value;
    }
  }
  if (type.type === "number")
    return hintedNumber(choice.hints, path, choice.variant) ?? argumentNumber(name, choice.variant);
  return undefined;
}

function isAmount(name: string): boolean {
  return /limit|count|take|size|numItems|batch|delta|amount|quantity|^n$/i.test(name);
}

/** Fields that a read compares with an argument of this name. */
function lookedUp(read: Read, argument: string): { table: string; field: string }[] {
  const isIt = (text: string) =>
    text === argument || lastOf(text.replace(/[!?]/g, "")) === argument;
  return [
    ...read.eq.filter((bound) => isIt(bound.text)).map((bound) => bound.field),
    ...(read.searchField === undefined || !/term|query|search|text|name|^q$/i.test(argument)
      ? []
      : [read.searchField]),
    ...read.residual
      .filter((item) => item.op === "eq" && item.valueText !== undefined && isIt(item.valueText))
      .map((item) => item.field),
  ].map((field) => ({ table: read.table, field }));
}

function isPagination(type: Validator): boolean {
  return (
    type.type === "object" &&
    type.value["numItems"] !== undefined &&
    type.value["cursor"] !== undefined
  );
}

function pagination(type: Validator, choice: ArgumentChoice): Json {
  const options: JsonObject = { numItems: pageSize, cursor: null };
  if (type.type !== "object") return options;
  for (const [name, field] of Object.entries(type.value)) {
    if (field.optional || options[name] !== undefined) continue;
    const value = makeValue(field.fieldType, name, choice.variant, {
      idOf: () => undefined,
      settled: () => undefined,
    });
    if (value !== undefined) options[name] = value;
  }
  return options;
}
