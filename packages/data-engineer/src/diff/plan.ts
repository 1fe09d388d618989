// The steps that carry a deployment over a change, with the schema text of each deploy, and who is affected.
import type { Model } from "../model/model.ts";
import type { SchemaDefinition, TableDefinition } from "../schema/schema.ts";
import { readersOf, writersOf } from "./affected.ts";
import type { Change } from "./change.ts";
import { migrationArguments, shellWords, type CommandContext } from "./commands.ts";
import { messageOf } from "./messages.ts";
import { stepsOf } from "./steps.ts";

export interface PlannedChange {
  change: Change["change"];
  path: string;
  class: Change["class"];
  /** What happens and why. */
  message: string;
  /** One deploy or run each, in order. */
  steps: string[];
  /** Functions that read, respectively write, what changes. */
  readers: string[];
  writers: string[];
  /** Arguments of `migrate new` that write the migration, when documents need one. */
  migration: string[] | null;
}

/** What a plan is made from besides the changes. */
export interface PlanContext {
  before: SchemaDefinition;
  after: SchemaDefinition;
  /** Of the new side, for readers and writers; null when only schemas are known. */
  model: Model | null;
  /** BEFORE and the project folder as they were typed, for the commands. */
  beforeLabel: string | null;
  directory: string | null;
}

export function planChanges(changes: readonly Change[], context: PlanContext): PlannedChange[] {
  const renamedTables = new Map(
    changes.flatMap((item): [string, string][] =>
      item.change === "table-renamed" && item.table !== null && item.to !== null
        ? [[item.table, item.to]]
        : [],
    ),
  );
  const commands: CommandContext = {
    before: context.beforeLabel,
    directory: context.directory,
    renamedTables,
  };
  const table = (schema: SchemaDefinition, name: string | null): TableDefinition | null =>
    schema.tables.find((item) => item.name === name) ?? null;
  return changes.map((change) => {
    const migration = migrationArguments(change, commands);
    return {
      change: change.change,
      path: change.path,
      class: change.class,
      message: messageOf(change),
      steps: stepsOf(change, {
        before: table(context.before, change.table),
        after: table(context.after, change.to ?? change.table),
        command:
          migration === null ? null : `convex-data-engineer migrate new ${shellWords(migration)}`,
      }),
      readers: context.model === null ? [] : readersOf(change, context.model),
      writers: context.model === null ? [] : writersOf(change, context.model),
      migration,
    };
  });
}
