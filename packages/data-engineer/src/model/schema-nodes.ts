// Where tables, fields and indexes are written in the source, and the schema as the syntax shows it.
import type ts from "typescript6";
import { Evaluator } from "../evaluate/evaluator.ts";
import type { TableNodes, Value } from "../evaluate/values.ts";
import type { ConvexFolder } from "../project/discover.ts";
import type { SchemaDefinition, TableDefinition } from "../schema/schema.ts";
import type { Program } from "../syntax/program.ts";

export interface SchemaSyntax {
  schema: SchemaDefinition | null;
  tables: Map<string, TableNodes>;
  /** `defineSchema` itself. */
  node: ts.Node | null;
  /** Some table, field or index could not be read: absence proves nothing. */
  open: boolean;
  /** `strictTableNameTypes: false`: the project means to use tables it does not declare. */
  allowsOtherTables: boolean;
}

export function readSchemaSyntax(program: Program, folder: ConvexFolder): SchemaSyntax {
  const result: SchemaSyntax = {
    schema: null,
    tables: new Map(),
    node: null,
    open: false,
    allowsOtherTables: false,
  };
  if (folder.schemaFile === null) return result;
  const evaluator = new Evaluator(program, null);
  const value = evaluator.modules.exportOf(folder.schemaFile, "default");
  if (value.k !== "schema-definition") return result;
  const tables: TableDefinition[] = [];
  result.open = value.open;
  result.node = value.node;
  result.allowsOtherTables = value.allowsOtherTables;
  for (const [name, table] of value.tables) {
    if (table.k !== "table-definition") {
      result.open = true;
      continue;
    }
    result.tables.set(name, table.nodes);
    if (table.indexes.open) result.open = true;
    tables.push(tableOf(name, table));
  }
  result.schema = { tables, schemaValidation: value.validation };
  return result;
}

function tableOf(name: string, table: Extract<Value, { k: "table-definition" }>): TableDefinition {
  return {
    name,
    document: table.document,
    indexes: table.indexes.indexes.map((index) => ({
      name: index.indexDescriptor,
      fields: index.fields,
      staged: index.staged,
    })),
    searchIndexes: table.indexes.search.map(({ indexDescriptor, ...rest }) => ({
      name: indexDescriptor,
      ...rest,
    })),
    vectorIndexes: table.indexes.vector.map(({ indexDescriptor, ...rest }) => ({
      name: indexDescriptor,
      ...rest,
    })),
  };
}
