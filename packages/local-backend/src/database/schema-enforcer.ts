// Checks written documents against the schema in force, and against one that is about to be.

import { isJsonObject, type JsonObject } from "../values/json.ts";
import { UserError } from "../values/errors.ts";
import { checkValue, type Validator } from "../schema/validator.ts";
import { parseSchema, type DatabaseSchema } from "../schema/table-schema.ts";
import type { ComponentPath } from "./transaction.ts";

/** Names of tables by number, as a transaction sees them. */
export type TableNames = (tableNumber: number) => string | null;

/** A schema on trial: writes that do not fit it are noted, not refused. */
export interface Trial {
  readonly component: ComponentPath;
  readonly schema: DatabaseSchema;
  /** The first document that did not fit. */
  failure: string | null;
}

export class SchemaEnforcer {
  readonly #schemas = new Map<ComponentPath, DatabaseSchema>();
  readonly #trials = new Set<Trial>();

  /** Forgets all schemas and takes these. */
  load(schemas: Iterable<readonly [ComponentPath, JsonObject]>): void {
    this.#schemas.clear();
    for (const [component, json] of schemas) this.#schemas.set(component, parseSchema(json));
  }

  schema(component: ComponentPath): DatabaseSchema | null {
    return this.#schemas.get(component) ?? null;
  }

  set(component: ComponentPath, schema: DatabaseSchema | null): void {
    if (schema === null) this.#schemas.delete(component);
    else this.#schemas.set(component, schema);
  }

  beginTrial(component: ComponentPath, schema: DatabaseSchema): Trial {
    const trial: Trial = { component, schema, failure: null };
    this.#trials.add(trial);
    return trial;
  }

  endTrial(trial: Trial): void {
    this.#trials.delete(trial);
  }

  /** @throws UserError SchemaEnforcementError if the document does not fit the schema in force */
  check(
    component: ComponentPath,
    table: string,
    document: JsonObject,
    tableNameOf: TableNames,
  ): void {
    const problem = documentProblem(this.schema(component), table, document, tableNameOf);
    if (problem !== null) {
      throw new UserError(
        `Failed to insert or update a document in table "${table}" because it does not match the schema: ${problem}`,
        { code: "SchemaEnforcementError" },
      );
    }
  }

  /** Whether {@link tryOut} has anything to do. */
  get hasTrials(): boolean {
    return this.#trials.size > 0;
  }

  /** Shows a committed document to the schemas on trial. */
  tryOut(
    component: ComponentPath,
    table: string,
    document: JsonObject,
    tableNameOf: TableNames,
  ): void {
    for (const trial of this.#trials) {
      if (trial.component !== component || trial.failure !== null) continue;
      const problem = documentProblem(trial.schema, table, document, tableNameOf);
      if (problem !== null) {
        trial.failure = `New document in table "${table}" does not match the schema: ${problem}`;
      }
    }
  }
}

/** Why a document, system fields and all, does not fit; null if it does or the schema says nothing about it. */
export function documentProblem(
  schema: DatabaseSchema | null,
  table: string,
  document: JsonObject,
  tableNameOf: TableNames,
): string | null {
  if (schema === null || !schema.validation) return null;
  const validator = schema.tables.get(table)?.documentType;
  if (validator === undefined || validator.type === "any") return null;
  return checkValue(validator, withoutSystemFields(document), { tableNameOf });
}

/** The type that the schema demands of a table's documents; `any` if it demands none. */
export function demandedType(schema: DatabaseSchema | null, table: string): Validator {
  if (schema === null || !schema.validation) return { type: "any" };
  return schema.tables.get(table)?.documentType ?? { type: "any" };
}

function withoutSystemFields(document: JsonObject): JsonObject {
  const { _id, _creationTime, ...rest } = document;
  return isJsonObject(rest) ? rest : {};
}
