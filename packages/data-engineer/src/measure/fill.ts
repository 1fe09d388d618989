// Brings every table of a session to a size, in an order in which references find their targets.
import { backReferences, TableSeeder, type Seeder } from "./seed.ts";
import { seedOrder } from "./references.ts";
import type { MeasuringSession } from "./session.ts";
import type { SchemaDefinition, TableDefinition } from "../schema/schema.ts";
import type { Validator } from "../schema/validator.ts";

const batchSize = 100;
const systemRows = 5;

export class Filler {
  readonly #session: MeasuringSession;
  readonly #seeder: Seeder;
  readonly #tables: { table: TableDefinition; seeder: TableSeeder }[];
  /** Tables that could not be filled, and why. */
  readonly problems = new Map<string, string>();

  constructor(session: MeasuringSession, schema: SchemaDefinition, seeder: Seeder) {
    this.#session = session;
    this.#seeder = seeder;
    this.#tables = seedOrder(schema).map((table) => ({
      table,
      seeder: new TableSeeder(table, seeder),
    }));
  }

  /** What is filled from here on has nothing to do with what there is. */
  grow(): void {
    this.#seeder.data.grow();
    for (const { seeder } of this.#tables) seeder.grow();
  }

  /** Fills up to `size` documents each; tables known to be small stay so. */
  async fillTo(size: number): Promise<void> {
    const { data, constraints } = this.#seeder;
    const before = new Map(this.#tables.map(({ table }) => [table.name, data.count(table.name)]));
    for (const { table, seeder } of this.#tables) {
      const target = Math.min(size, constraints.get(table.name)?.max ?? Infinity);
      await this.#fillTable(table, seeder, target);
    }
    for (const { table } of this.#tables) {
      const changes = backReferences(table, this.#seeder, before.get(table.name) ?? 0);
      for (let at = 0; at < changes.length; at += batchSize) {
        const batch = changes.slice(at, at + batchSize);
        try {
          await this.#session.patch(batch);
          for (const { id, fields } of batch) data.change(id, fields);
        } catch {
          // The document is whole without them.
          break;
        }
      }
    }
  }

  async #fillTable(table: TableDefinition, seeder: TableSeeder, target: number): Promise<void> {
    const { data } = this.#seeder;
    while (data.count(table.name) < target) {
      const documents = seeder.make(Math.min(batchSize, target - data.count(table.name)));
      if (documents.length === 0) {
        if (data.count(table.name) === 0)
          this.problems.set(table.name, "a document it must refer to does not exist");
        return;
      }
      try {
        data.add(table.name, await this.#session.insert(table.name, documents), documents);
      } catch (cause) {
        const [line] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
        this.problems.set(table.name, line ?? "");
        return;
      }
    }
  }
}

/** Ids of system tables that some validator wants. */
export async function systemIds(
  session: MeasuringSession,
  types: readonly (Validator | null)[],
): Promise<Map<string, string[]>> {
  const wanted = new Set(types.flatMap((type) => (type === null ? [] : idTables(type))));
  const ids = new Map<string, string[]>();
  if (wanted.has("_scheduled_functions"))
    ids.set("_scheduled_functions", await session.schedule(systemRows));
  if (wanted.has("_storage")) ids.set("_storage", await session.store(systemRows));
  return ids;
}

function idTables(type: Validator): string[] {
  switch (type.type) {
    case "id":
      return [type.tableName];
    case "array":
      return idTables(type.value);
    case "record":
      return [...idTables(type.keys), ...idTables(type.values.fieldType)];
    case "union":
      return type.value.flatMap(idTables);
    case "object":
      return Object.values(type.value).flatMap((field) => idTables(field.fieldType));
    default:
      return [];
  }
}
