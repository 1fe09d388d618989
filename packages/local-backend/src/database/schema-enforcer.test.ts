import { expect, test } from "vitest";
import { parseSchema } from "../schema/table-schema.ts";
import { SchemaEnforcer } from "./schema-enforcer.ts";

const schema = parseSchema({
  tables: [
    {
      tableName: "t",
      indexes: [],
      documentType: {
        type: "object",
        value: { n: { fieldType: { type: "number" }, optional: false } },
      },
    },
  ],
});
const document = (n: number | string) => ({ _id: "x", _creationTime: 1, n });
const noTables = () => null;

test("a schema on trial notes the first document that does not fit and refuses none", () => {
  const enforcer = new SchemaEnforcer();
  const trial = enforcer.beginTrial("", schema);
  enforcer.check("", "t", document("text"), noTables);
  enforcer.tryOut("", "t", document(1), noTables);
  enforcer.tryOut("child", "t", document("text"), noTables);
  expect(trial.failure).toBeNull();
  enforcer.tryOut("", "t", document("text"), noTables);
  expect(trial.failure).toContain(
    'New document in table "t" does not match the schema: Value does not match',
  );
  enforcer.endTrial(trial);
  expect(enforcer.hasTrials).toBe(false);
});

test("tables that the schema does not name, and schemas without validation, take everything", () => {
  const enforcer = new SchemaEnforcer();
  enforcer.set("", schema);
  enforcer.check("", "other", document("text"), noTables);
  expect(() => {
    enforcer.check("", "t", document("text"), noTables);
  }).toThrow(
    'Failed to insert or update a document in table "t" because it does not match the schema',
  );
  enforcer.set("", { ...schema, validation: false });
  enforcer.check("", "t", document("text"), noTables);
});
