// A schema file's export, parsed and checked by Convex's rules for tables, indexes and fields.

import { UserError } from "../values/errors.ts";
import { identifierProblem } from "../values/identifier.ts";
import { isJsonObject, type Json, type JsonObject } from "../values/json.ts";
import { anyValidator, parseValidator, type ObjectValidator, type Validator } from "./validator.ts";

/** An index of a table. `fields` are as declared, without what every index ends in. */
export type IndexSchema =
  | {
      readonly kind: "database";
      readonly name: string;
      readonly fields: readonly string[];
      readonly staged: boolean;
    }
  | {
      readonly kind: "search";
      readonly name: string;
      readonly searchField: string;
      readonly filterFields: readonly string[];
      readonly staged: boolean;
    }
  | {
      readonly kind: "vector";
      readonly name: string;
      readonly vectorField: string;
      readonly dimensions: number;
      readonly filterFields: readonly string[];
      readonly staged: boolean;
    };

export interface TableSchema {
  readonly name: string;
  readonly indexes: readonly IndexSchema[];
  /** Without the system fields. `any`, an object or a union of objects. */
  readonly documentType: Validator;
}

export interface DatabaseSchema {
  readonly tables: ReadonlyMap<string, TableSchema>;
  /** False: documents and ids are not checked; indexes are there all the same. */
  readonly validation: boolean;
}

/** What is wrong with a schema; `code` is Convex's name for it. */
export class SchemaDefinitionError extends UserError {
  constructor(code: string, message: string) {
    super(message, { code });
  }
}

const maximumFields = 16;
const maximumIndexes = 32;
const maximumTables = 10_000;
const minimumDimensions = 2;
const maximumDimensions = 4096;

/**
 * Parses what a schema's `export()` gives.
 *
 * @throws SchemaDefinitionError naming the table and the index
 */
export function parseSchema(json: JsonObject): DatabaseSchema {
  const list = json["tables"];
  if (!Array.isArray(list)) {
    throw new SchemaDefinitionError(
      "SchemaDefinitionError",
      "A schema's `tables` must be an array.",
    );
  }
  if (list.length > maximumTables) {
    throw new SchemaDefinitionError(
      "TooManyTables",
      `Number of tables cannot exceed ${maximumTables}.`,
    );
  }
  const validation = json["schemaValidation"] !== false;
  const tables = new Map<string, TableSchema>();
  for (const item of list) {
    const table = parseTable(item, validation);
    if (tables.has(table.name)) {
      throw new SchemaDefinitionError(
        "SchemaDefinitionError",
        `Table "${table.name}" is defined twice in the schema.`,
      );
    }
    tables.set(table.name, table);
  }
  return { tables, validation };
}

/** True if a document of this type may have the field; a path into something that is not an object has none. */
export function canContainField(validator: Validator, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined || validator.type === "any") return true;
  if (validator.type === "union") {
    return validator.value.some((member) => canContainField(member, path));
  }
  if (validator.type !== "object") return false;
  const field = validator.fields.get(first);
  return field !== undefined && canContainField(field.fieldType, rest);
}

function parseTable(json: Json, validation: boolean): TableSchema {
  if (!isJsonObject(json) || typeof json["tableName"] !== "string") {
    throw new SchemaDefinitionError(
      "SchemaDefinitionError",
      "Every table of a schema needs a `tableName`.",
    );
  }
  const name = json["tableName"];
  if (identifierProblem(name) !== null) {
    throw new SchemaDefinitionError(
      "InvalidTableName",
      `Invalid table name: "${name}". Identifiers must start with a letter and can only contain letters, digits, and underscores.`,
    );
  }
  if (name.startsWith("_")) {
    throw new SchemaDefinitionError("TableNameReserved", `${name} is a reserved table name.`);
  }
  const indexes = [
    ...list(json, "indexes").map((index) => parseDatabaseIndex(name, index, false)),
    ...list(json, "stagedDbIndexes").map((index) => parseDatabaseIndex(name, index, true)),
    ...list(json, "searchIndexes").map((index) => parseSearchIndex(name, index, false)),
    ...list(json, "stagedSearchIndexes").map((index) => parseSearchIndex(name, index, true)),
    ...list(json, "vectorIndexes").map((index) => parseVectorIndex(name, index, false)),
    ...list(json, "stagedVectorIndexes").map((index) => parseVectorIndex(name, index, true)),
  ];
  const documentType = parseDocumentType(name, json["documentType"]);
  checkIndexesTogether(name, indexes);
  if (validation) {
    for (const index of indexes) checkIndexAgainstDocuments(name, index, documentType);
  }
  return { name, indexes, documentType };
}

function parseDocumentType(table: string, json: Json | undefined): Validator {
  if (json === undefined || json === null) return anyValidator;
  let validator: Validator;
  try {
    validator = parseValidator(json);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new SchemaDefinitionError(
      error.code ?? "SchemaDefinitionError",
      `In table "${table}": ${error.message}`,
    );
  }
  if (validator.type === "any") return validator;
  if (validator.type === "object") return withoutSystemFields(validator);
  if (validator.type === "union") {
    const members = validator.value.filter((member) => member.type === "object");
    if (members.length === validator.value.length) {
      return { type: "union", value: members.map(withoutSystemFields) };
    }
  }
  throw new SchemaDefinitionError(
    "InvalidTopLevelTypeInSchemaError",
    `In table "${table}": the document type of a table must be an object, a union of objects, or \`v.any()\`.`,
  );
}

function withoutSystemFields(validator: ObjectValidator): ObjectValidator {
  const fields = new Map(validator.fields);
  fields.delete("_id");
  fields.delete("_creationTime");
  return { type: "object", fields };
}

function parseDatabaseIndex(table: string, json: Json, staged: boolean): IndexSchema {
  const name = indexName(table, json);
  const fields = strings(json, "fields").map((field) => checkField(name, field));
  if (fields.length === 0) {
    throw new SchemaDefinitionError(
      "EmptyIndex",
      `In table "${table}" index "${name}" must have at least one field.`,
    );
  }
  if (fields.length > maximumFields) {
    throw new SchemaDefinitionError(
      "IndexTooManyFields",
      `Indexes may have up to ${maximumFields} fields.`,
    );
  }
  checkDistinct(fields);
  return { kind: "database", name, fields, staged };
}

function parseSearchIndex(table: string, json: Json, staged: boolean): IndexSchema {
  const name = indexName(table, json);
  const searchField = checkField(name, string(json, "searchField"));
  return { kind: "search", name, searchField, filterFields: filterFields(name, json), staged };
}

function parseVectorIndex(table: string, json: Json, staged: boolean): IndexSchema {
  const name = indexName(table, json);
  const vectorField = checkField(name, string(json, "vectorField"));
  const dimensions = isJsonObject(json) ? json["dimensions"] : undefined;
  if (
    typeof dimensions !== "number" ||
    !Number.isInteger(dimensions) ||
    dimensions < minimumDimensions ||
    dimensions > maximumDimensions
  ) {
    throw new SchemaDefinitionError(
      "InvalidVectorDimensions",
      `In table "${table}" vector index "${name}": dimensions must be a whole number from ${minimumDimensions} to ${maximumDimensions}, not ${JSON.stringify(dimensions)}.`,
    );
  }
  return {
    kind: "vector",
    name,
    vectorField,
    dimensions,
    filterFields: filterFields(name, json),
    staged,
  };
}

function filterFields(index: string, json: Json): string[] {
  const fields = strings(json, "filterFields").map((field) => checkField(index, field));
  if (fields.length > maximumFields) {
    throw new SchemaDefinitionError(
      "IndexTooManyFilterFields",
      `Search indexes may have up to ${maximumFields} filter fields.`,
    );
  }
  checkDistinct(fields);
  return fields;
}

function indexName(table: string, json: Json): string {
  const name = string(json, "indexDescriptor");
  if (identifierProblem(name) !== null) {
    throw new SchemaDefinitionError(
      "InvalidIndexName",
      `Invalid index name: "${name}". Identifiers must be 64 characters or less, start with a letter, and only contain letters, digits, underscores.`,
    );
  }
  if (name.startsWith("_") || name === "by_id" || name === "by_creation_time") {
    throw new SchemaDefinitionError(
      "IndexNameReserved",
      `In table "${table}" cannot name an index "${name}" because the name is reserved. Indexes may not start with an underscore or be named "by_id" or "by_creation_time".`,
    );
  }
  return name;
}

function checkField(index: string, field: string): string {
  if (field.split(".").some((part) => identifierProblem(part) !== null)) {
    throw new SchemaDefinitionError(
      "InvalidIndexField",
      `In index "${index}": Invalid index field: "${field}"`,
    );
  }
  if (field === "_id") {
    throw new SchemaDefinitionError(
      "IndexFieldsContainId",
      "`_id` is not a valid index field. To load documents by ID, use `db.get(id)`.",
    );
  }
  if (field === "_creationTime") {
    throw new SchemaDefinitionError(
      "IndexFieldsContainCreationTime",
      "`_creationTime` is automatically added to the end of each index. It should not be added explicitly in the index definition. See https://docs.convex.dev/using/indexes for more details.",
    );
  }
  if (field.startsWith("_")) {
    throw new SchemaDefinitionError(
      "IndexFieldNameReserved",
      "Reserved fields (starting with `_`) are not allowed in indexes.",
    );
  }
  return field;
}

function checkDistinct(fields: readonly string[]): void {
  const seen = new Set<string>();
  for (const field of fields) {
    if (seen.has(field)) {
      throw new SchemaDefinitionError(
        "FieldsNotUniqueWithinIndex",
        `Duplicate field ${field}. Index fields must be unique within an index.`,
      );
    }
    seen.add(field);
  }
}

function checkIndexesTogether(table: string, indexes: readonly IndexSchema[]): void {
  if (indexes.length > maximumIndexes) {
    throw new SchemaDefinitionError(
      "TooManyIndexes",
      `Table "${table}" cannot have more than ${maximumIndexes} indexes.`,
    );
  }
  const names = new Set<string>();
  const contents = new Map<string, IndexSchema>();
  for (const index of indexes) {
    if (names.has(index.name)) {
      throw new SchemaDefinitionError(
        "IndexNamesNotUnique",
        `Table "${table}" has two or more definitions of index "${index.name}".`,
      );
    }
    names.add(index.name);
    const content = contentOf(index);
    const other = contents.get(content);
    if (other !== undefined) throw sameContent(table, other, index);
    contents.set(content, index);
  }
}

/** Two indexes with the same content are one too many. */
function contentOf(index: IndexSchema): string {
  switch (index.kind) {
    case "database":
      return JSON.stringify([index.kind, index.fields]);
    case "search":
      return JSON.stringify([index.kind, index.searchField, [...index.filterFields].sort()]);
    case "vector":
      return JSON.stringify([index.kind, index.vectorField, index.dimensions]);
    default:
      throw new Error(`Unknown index ${JSON.stringify(index satisfies never)}`);
  }
}

function sameContent(
  table: string,
  first: IndexSchema,
  second: IndexSchema,
): SchemaDefinitionError {
  if (second.kind === "database") {
    return new SchemaDefinitionError(
      "IndexNotUnique",
      `In table "${table}" index "${first.name}" and index "${second.name}" have the same fields. Indexes must be unique within a table.`,
    );
  }
  const code = second.kind === "search" ? "SearchIndexFieldNotUnique" : "VectorIndexFieldNotUnique";
  const field = second.kind === "search" ? "searchField" : "vectorField";
  return new SchemaDefinitionError(
    code,
    `In table "${table}" ${second.kind} index "${first.name}" and ${second.kind} index "${second.name}" have the same \`${field}\`. Combine them into one index with all the \`filterFields\` and filter by some of them in each query.`,
  );
}

function checkIndexAgainstDocuments(table: string, index: IndexSchema, type: Validator): void {
  for (const field of indexedFields(index)) {
    if (!canContainField(type, field.split("."))) {
      throw new SchemaDefinitionError(
        "SchemaDefinitionError",
        `In table "${table}" the index "${index.name}" is invalid because it references the field ${field} that does not exist.`,
      );
    }
  }
  if (index.kind === "vector" && !mayBeVector(type, index.vectorField.split("."))) {
    throw new SchemaDefinitionError(
      "SchemaDefinitionError",
      `In table "${table}" the vector index "${index.name}" is invalid because it references the field ${index.vectorField} that is neither an array of float64 or optional array of float64.`,
    );
  }
}

function indexedFields(index: IndexSchema): readonly string[] {
  switch (index.kind) {
    case "database":
      return index.fields;
    case "search":
      return [index.searchField, ...index.filterFields];
    case "vector":
      return [index.vectorField, ...index.filterFields];
    default:
      throw new Error(`Unknown index ${JSON.stringify(index satisfies never)}`);
  }
}

function mayBeVector(validator: Validator, path: readonly string[]): boolean {
  if (validator.type === "any") return true;
  if (validator.type === "union")
    return validator.value.some((member) => mayBeVector(member, path));
  const [first, ...rest] = path;
  if (first === undefined) {
    return (
      validator.type === "array" &&
      (validator.value.type === "number" || validator.value.type === "any")
    );
  }
  if (validator.type !== "object") return false;
  const field = validator.fields.get(first);
  return field !== undefined && mayBeVector(field.fieldType, rest);
}

function list(json: JsonObject, name: string): Json[] {
  const items = json[name];
  return Array.isArray(items) ? items : [];
}

function string(json: Json, name: string): string {
  const value = isJsonObject(json) ? json[name] : undefined;
  if (typeof value !== "string") {
    throw new SchemaDefinitionError(
      "SchemaDefinitionError",
      `An index of the schema lacks \`${name}\`: ${JSON.stringify(json)}`,
    );
  }
  return value;
}

function strings(json: Json, name: string): string[] {
  const values = isJsonObject(json) ? json[name] : undefined;
  if (!Array.isArray(values)) return [];
  return values.map((value) => {
    if (typeof value === "string") return value;
    throw new SchemaDefinitionError(
      "SchemaDefinitionError",
      `\`${name}\` of an index must be strings: ${JSON.stringify(json)}`,
    );
  });
}
