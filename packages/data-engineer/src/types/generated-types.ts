// The declarations of `_generated/{dataModel,server,api}` as text, made from the schema as data: no file of the project is needed.
import type { SchemaDefinition, TableDefinition } from "../schema/schema.ts";
import type { LiteralValue, Validator } from "../schema/validator.ts";

export interface ApiModule {
  /** As in `api`: `folder/file`. */
  address: string;
  /** Import specifier from inside `_generated`. */
  specifier: string;
}

/** Name of the type that {@link dataModelText} declares for the documents of the table at this place in the schema. */
export function documentTypeName(index: number): string {
  return `Document${index}`;
}

/** `dataModel.d.ts`. Without a schema every table is possible and every document is `any`. */
export function dataModelText(schema: SchemaDefinition | null): string {
  const lines = [
    `import type { AnyDataModel, SystemTableNames } from "convex/server";`,
    `import type { GenericId } from "convex/values";`,
    `export type Id<TableName extends string> = GenericId<TableName>;`,
  ];
  if (schema === null || schema.tables.length === 0) {
    lines.push(
      `export type DataModel = AnyDataModel;`,
      `export type TableNames = string;`,
      `export type Doc<TableName extends string = string> = any;`,
    );
    return `${lines.join("\n")}\n`;
  }
  schema.tables.forEach((table, index) => {
    lines.push(
      `export type ${documentTypeName(index)} = ${documentText(table.name, table.document)};`,
    );
  });
  const tables = schema.tables.map((table, index) => tableText(table, documentTypeName(index)));
  lines.push(
    `export type DataModel = {\n${tables.join("\n")}\n};`,
    `export type TableNames = keyof DataModel & string;`,
    `export type Doc<TableName extends TableNames> = DataModel[TableName]["document"];`,
  );
  return `${lines.join("\n")}\n`;
}

/** `server.d.ts`: it says the same for every schema. */
export const serverText = `import type {
  ActionBuilder, HttpActionBuilder, MutationBuilder, QueryBuilder, GenericActionCtx, GenericMutationCtx,
  GenericQueryCtx, GenericDatabaseReader, GenericDatabaseWriter,
} from "convex/server";
import type { DataModel } from "./dataModel.js";
export declare const query: QueryBuilder<DataModel, "public">;
export declare const internalQuery: QueryBuilder<DataModel, "internal">;
export declare const mutation: MutationBuilder<DataModel, "public">;
export declare const internalMutation: MutationBuilder<DataModel, "internal">;
export declare const action: ActionBuilder<DataModel, "public">;
export declare const internalAction: ActionBuilder<DataModel, "internal">;
export declare const httpAction: HttpActionBuilder;
export declare const env: Record<string, any>;
export type QueryCtx = GenericQueryCtx<DataModel>;
export type MutationCtx = GenericMutationCtx<DataModel>;
export type ActionCtx = GenericActionCtx<DataModel>;
export type DatabaseReader = GenericDatabaseReader<DataModel>;
export type DatabaseWriter = GenericDatabaseWriter<DataModel>;
`;

/** `api.d.ts`: a function reference is typed by the function it names. */
export function apiText(modules: readonly ApiModule[]): string {
  const imports = modules.map(
    ({ specifier }, index) => `import type * as m${index} from ${JSON.stringify(specifier)};`,
  );
  const members = modules.map(
    ({ address }, index) => `  ${JSON.stringify(address)}: typeof m${index};`,
  );
  return `import type { ApiFromModules, FilterApi, FunctionReference } from "convex/server";
${imports.join("\n")}
declare const fullApi: ApiFromModules<{
${members.join("\n")}
}>;
export declare const api: FilterApi<typeof fullApi, FunctionReference<any, "public">>;
export declare const internal: FilterApi<typeof fullApi, FunctionReference<any, "internal">>;
export declare const components: any;
`;
}

function tableText(table: TableDefinition, document: string): string {
  const indexes = [
    `by_id: ["_id"]`,
    `by_creation_time: ["_creationTime"]`,
    ...table.indexes.map(
      ({ name, fields }) => `${key(name)}: ${strings([...fields, "_creationTime"])}`,
    ),
  ];
  const search = table.searchIndexes.map(
    (index) =>
      `${key(index.name)}: { searchField: ${key(index.searchField)}; filterFields: ${choice(index.filterFields)} }`,
  );
  const vector = table.vectorIndexes.map(
    (index) =>
      `${key(index.name)}: { vectorField: ${key(index.vectorField)}; dimensions: number; filterFields: ${choice(index.filterFields)} }`,
  );
  return `  ${key(table.name)}: { document: ${document}; fieldPaths: string; indexes: { ${indexes.join("; ")} }; searchIndexes: { ${search.join("; ")} }; vectorIndexes: { ${vector.join("; ")} } };`;
}

function documentText(table: string, document: Validator): string {
  if (document.type === "union")
    return document.value.map((member) => documentText(table, member)).join(" | ") || "never";
  if (document.type !== "object") return "any";
  return `{ _id: GenericId<${key(table)}>; _creationTime: number; ${fieldsText(document)} }`;
}

function typeText(validator: Validator): string {
  switch (validator.type) {
    case "any":
    case "commitTs":
      return "any";
    case "null":
    case "number":
    case "bigint":
    case "boolean":
    case "string":
      return validator.type;
    case "bytes":
      return "ArrayBuffer";
    case "literal":
      return literalText(validator.value);
    case "id":
      return `GenericId<${key(validator.tableName)}>`;
    case "array":
      return `Array<${typeText(validator.value)}>`;
    case "record":
      return `Record<${typeText(validator.keys)}, ${typeText(validator.values.fieldType)}>`;
    case "object":
      return `{ ${fieldsText(validator)} }`;
    case "union":
      return validator.value.length === 0
        ? "never"
        : `(${validator.value.map(typeText).join(" | ")})`;
  }
}

function fieldsText(validator: Extract<Validator, { type: "object" }>): string {
  return Object.entries(validator.value)
    .map(
      ([name, field]) => `${key(name)}${field.optional ? "?" : ""}: ${typeText(field.fieldType)};`,
    )
    .join(" ");
}

function literalText(value: LiteralValue): string {
  return typeof value === "object" && value !== null ? "bigint" : JSON.stringify(value);
}

function key(name: string): string {
  return JSON.stringify(name);
}

function strings(names: readonly string[]): string {
  return `[${names.map(key).join(", ")}]`;
}

function choice(names: readonly string[]): string {
  return names.length === 0 ? "never" : names.map(key).join(" | ");
}
