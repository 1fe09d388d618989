// `convert`: values, or whole documents, that do not fit the new type are converted, by rule or by a function of the project.
import { printPath } from "../schema/path.ts";
import type { Validator } from "../schema/validator.ts";
import { plainConversion } from "./conversion.ts";
import type { MigrationSpec } from "./spec.ts";
import {
  block,
  patchComment,
  patchStep,
  quote,
  readCtx,
  valueChange,
  writeStep,
  type Step,
} from "./step.ts";
import { conditionFor, isObjectCode } from "./validator-code.ts";

/** `fits` and `converted`, with what they need. */
function conversionCode(
  spec: MigrationSpec,
  target: Validator,
  isDocument: boolean,
): { declarations: string[]; usesDatabase: boolean; fits: (expression: string) => string } {
  const condition = conditionFor(target, "value", isDocument ? ["_id", "_creationTime"] : []);
  const fits = (expression: string) =>
    condition.usesDatabase ? `fits(ctx, ${expression})` : `fits(${expression})`;
  const plain = isDocument ? null : plainConversion(target, fits);
  const usesDatabase = condition.usesDatabase || plain === null;
  const what = isDocument ? "document" : `value at \`${printPath(spec.path)}\``;
  const refuse = "throw new Error(`Cannot carry over ${shown(value)}.`);";
  const declarations = [
    ...(condition.usesObjects ? [isObjectCode] : []),
    `/** A value as a message shows it. */
function shown(value: any): string {
  return JSON.stringify(value, (_, item) => (typeof item === "bigint" ? \`\${item}n\` : item));
}`,
    `/** It has the new form already. */\n${block(
      `function fits(${condition.usesDatabase ? `${readCtx}, ` : ""}value: any): boolean`,
      [`return ${condition.code};`],
    )}`,
    plain === null
      ? `/** TODO: give the new ${isDocument ? "document, without `_id` and `_creationTime`," : "value"} for an old ${what}. It may read the database. */\n${block(
          `async function converted(_ctx: GenericQueryCtx<any>, value: any): Promise<any>`,
          [
            `throw new Error(\`Write converted in ${spec.name}.ts: it has no new form for \${shown(value)}.\`);`,
          ],
        )}`
      : block(
          `function converted(${condition.usesDatabase ? `${readCtx}, ` : ""}value: any): any`,
          [...plain, refuse],
        ),
    `/** What has the new form stays; a value that cannot be carried over stops the migration, and nothing of its batch is written. */\n${block(
      usesDatabase
        ? `async function change(${readCtx}, value: any): Promise<any>`
        : "function change(value: any): any",
      [
        `if (${fits("value")}) return value;`,
        `const result = ${plain === null ? "await converted(ctx, value)" : condition.usesDatabase ? "converted(ctx, value)" : "converted(value)"};`,
        `if (!${fits("result")}) ${refuse}`,
        "return result;",
      ],
    )}`,
  ];
  return { declarations, usesDatabase, fits };
}

export function convertValue(spec: MigrationSpec): Step {
  const target = spec.target ?? { type: "any" };
  const { declarations, usesDatabase, fits } = conversionCode(spec, target, false);
  const probe = `patchWith(doc, ${usesDatabase ? "async " : ""}(value) => (${fits("value")} ? value : null))`;
  const isOpen = usesDatabase ? `(await ${probe})` : probe;
  const patchWith = valueChange(
    spec,
    spec.path,
    usesDatabase,
    usesDatabase
      ? "async function patchWith(doc: any, change: (value: any) => Promise<any>)"
      : "function patchWith(doc: any, change: (value: any) => any)",
    "/** The patch with `change` applied to what stands at the path; null when that changes nothing. */",
  );
  const patchFor = usesDatabase
    ? block(`async function patchFor(${readCtx}, doc: any)`, [
        "return await patchWith(doc, (value) => change(ctx, value));",
      ])
    : block("function patchFor(doc: any)", ["return patchWith(doc, change);"]);
  return patchStep([...declarations, patchWith, `${patchComment}\n${patchFor}`], {
    usesDatabase,
    // What is open is told without converting: a value that cannot be converted counts too.
    isOpen: `${isOpen} !== null`,
  });
}

export function convertDocument(spec: MigrationSpec): Step {
  const target = spec.target ?? { type: "any" };
  const { declarations, fits } = conversionCode(spec, target, true);
  return writeStep(
    [`return ${fits("doc")};`],
    [
      "const { _id, _creationTime, ...fields } = await change(ctx, doc);",
      `await ctx.db.replace(${quote(spec.table)}, doc._id, fields);`,
    ],
    { declarations },
  );
}
