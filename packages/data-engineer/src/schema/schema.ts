// The exported schema: tables, indexes and validators as plain data, and the rules Convex lays on index names and fields.
import { isRecord, parseValidator, type Validator } from "./validator.ts";

export interface IndexDefinition {
  name: string;
  fields: string[];
  staged: boolean;
}

export interface SearchIndexDefinition {
  name: string;
  searchField: string;
  filterFields: string[];
  staged: boolean;
}

export interface VectorIndexDefinition {
  name: string;
  vectorField: string;
  dimensions: number;
  filterFields: string[];
  staged: boolean;
}

export interface TableDefinition {
  name: string;
  document: Validator;
  /** The proposed next validator of `.staged()`. */
  stagedDocument?: Validator;
  indexes: IndexDefinition[];
  searchIndexes: SearchIndexDefinition[];
  vectorIndexes: VectorIndexDefinition[];
}

export interface SchemaDefinition {
  tables: TableDefinition[];
  schemaValidation: boolean;
}

/** An error of the schema's content, as text for people. */
export class SchemaFormatError extends Error {}

/**
 * Reads the JSON of `schema.export()`.
 *
 * @throws SchemaFormatError when it is not an exported schema
 */
export function parseSchema(json: unknown): SchemaDefinition {
  if (!isRecord(json) || !Array.isArray(json["tables"])) {
    throw new SchemaFormatError(
      "Expected an exported schema, an object with `tables`. Pass a schema.ts, a git ref, or the JSON of `schema.export()`.",
    );
  }
  return {
    tables: json["tables"].filter(isRecord).map(parseTable),
    schemaValidation: json["schemaValidation"] !== false,
  };
}

function parseTable(json: Record<string, unknown>): TableDefinition {
  const table: TableDefinition = {
    name: String(json["tableName"]),
    document: parseValidator(json["documentType"]),
    indexes: [
      ...records(json["indexes"]).map((item) => parseIndex(item, false)),
      ...records(json["stagedDbIndexes"]).map((item) => parseIndex(item, true)),
    ],
    searchIndexes: [
      ...records(json["searchIndexes"]).map((item) => parseSearch(item, false)),
      ...records(json["stagedSearchIndexes"]).map((item) => parseSearch(item, true)),
    ],
    vectorIndexes: [
      ...records(json["vectorIndexes"]).map((item) => parseVector(item, false)),
      ...records(json["stagedVectorIndexes"]).map((item) => parseVector(item, true)),
    ],
  };
  if (json["stagedDocumentType"] !== undefined && json["stagedDocumentType"] !== null)
    table.stagedDocument = parseValidator(json["stagedDocumentType"]);
  return table;
}

function parseIndex(json: Record<string, unknown>, staged: boolean): IndexDefinition {
  return { name: String(json["indexDescriptor"]), fields: strings(json["fields"]), staged };
}

function parseSearch(json: Record<string, unknown>, staged: boolean): SearchIndexDefinition {
  return {
    name: String(json["indexDescriptor"]),
    searchField: String(json["searchField"]),
    filterFields: strings(json["filterFields"]),
    staged,
  };
}

function parseVector(json: Record<string, unknown>, staged: boolean): VectorIndexDefinition {
  return {
    name: String(json["indexDescriptor"]),
    vectorField: String(json["vectorField"]),
    dimensions: Number(json["dimensions"]),
    filterFields: strings(json["filterFields"]),
    staged,
  };
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The schema in the form of `schema.export()`, for snapshots that `diff` reads again. */
export function exportSchema(schema: SchemaDefinition): unknown {
  const index = (item: IndexDefinition) => ({ indexDescriptor: item.name, fields: item.fields });
  const search = (item: SearchIndexDefinition) => ({
    indexDescriptor: item.name,
    searchField: item.searchField,
    filterFields: item.filterFields,
  });
  const vector = (item: VectorIndexDefinition) => ({
    indexDescriptor: item.name,
    vectorField: item.vectorField,
    dimensions: item.dimensions,
    filterFields: item.filterFields,
  });
  return {
    tables: schema.tables.map((table) => ({
      tableName: table.name,
      indexes: table.indexes.filter((item) => !item.staged).map(index),
      stagedDbIndexes: table.indexes.filter((item) => item.staged).map(index),
      searchIndexes: table.searchIndexes.filter((item) => !item.staged).map(search),
      stagedSearchIndexes: table.searchIndexes.filter((item) => item.staged).map(search),
      vectorIndexes: table.vectorIndexes.filter((item) => !item.staged).map(vector),
      stagedVectorIndexes: table.vectorIndexes.filter((item) => item.staged).map(vector),
      documentType: table.document,
      ...(table.stagedDocument === undefined ? {} : { stagedDocumentType: table.stagedDocument }),
    })),
    schemaValidation: schema.schemaValidation,
  };
}

/** Declared fields an index may have: 16 with `_creationTime`, which the server appends. */
export const maxIndexFields = 15;
/** Documented limit of indexes per table; {@link serverMaxIndexes} is what the server refuses. */
export const documentedMaxIndexes = 32;
export const serverMaxIndexes = 64;
export const maxFilterFields = 16;

/** `by_` and the fields joined by `_and_`, dots as `_`, case kept. */
export function officialIndexName(fields: readonly string[]): string {
  return `by_${fields.join("_and_").replaceAll(".", "_")}`;
}

/** Says what Convex refuses in an index name, or null. */
export function indexNameProblem(name: string): "reserved" | "invalid" | null {
  if (name === "by_id" || name === "by_creation_time" || name.startsWith("_")) return "reserved";
  if (name.length > 64 || !/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) return "invalid";
  return null;
}

/** Indexes every table has. */
export const reservedIndexes: readonly IndexDefinition[] = [
  { name: "by_id", fields: ["_id"], staged: false },
  { name: "by_creation_time", fields: ["_creationTime"], staged: false },
];
