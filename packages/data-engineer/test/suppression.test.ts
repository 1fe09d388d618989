// Comments that hide findings: where they may stand, what they speak of, and what is said of those that are wrong.
import { expect, test } from "vitest";
import { findingsOf } from "./project.ts";

const bare = `export const a = query(async () => 1);`;
const head = `import { query } from "./_generated/server";\n`;

/** Rules told of a file of functions, with `tool/unused-ignore` messages written out. */
async function toldOf(text: string): Promise<string[]> {
  const findings = await findingsOf({ "convex/f.ts": head + text });
  return findings
    .filter((item) => /fn\/args-validator|^tool\//.test(item.rule))
    .map((item) => (item.rule === "tool/unused-ignore" ? item.message : item.rule));
}

test.each([
  ["a line comment", `// data-engineer-ignore-next-line fn/args-validator -- old\n${bare}`],
  ["a block comment", `/* data-engineer-ignore-next-line fn/args-validator */\n${bare}`],
  ["a doc comment", `/**\n * data-engineer-ignore-next-line fn/args-validator\n */\n${bare}`],
  [
    "a comment with more rules",
    `// data-engineer-ignore-next-line fn/returns-validator, fn/args-validator\n${bare}`,
  ],
  [
    "a reason with stars and dashes",
    `// data-engineer-ignore-next-line fn/args-validator -- a * b -- c\n${bare}`,
  ],
  [
    "a comment with blank lines and comments after it",
    `// data-engineer-ignore-next-line fn/args-validator\n\n// why\n${bare}`,
  ],
  [
    "two comments above the same line",
    `// data-engineer-ignore-next-line fn/args-validator\n// data-engineer-ignore-next-line fn/returns-validator\n${bare}`,
  ],
  ["a comment for the file", `${bare}\n// data-engineer-ignore-file fn/args-validator`],
])("%s hides", async (_, text) => {
  expect(await toldOf(text)).toEqual([]);
});

test.each([
  ["text", `export const t = "// data-engineer-ignore-next-line fn/args-validator";\n${bare}`, []],
  [
    "no rule",
    `// data-engineer-ignore-next-line\n${bare}`,
    ["This comment names no rule, and hides nothing."],
  ],
  [
    "an unknown rule",
    `// data-engineer-ignore-next-line fn/nope\n${bare}`,
    ["There is no rule `fn/nope`."],
  ],
  [
    "an unknown word",
    `// data-engineer-ignore-line fn/args-validator\n${bare}`,
    [
      "There is no comment `data-engineer-ignore-line`; write `data-engineer-ignore-next-line` or `data-engineer-ignore-file`.",
    ],
  ],
])("%s hides nothing", async (_, text, messages) => {
  expect((await toldOf(text)).sort()).toEqual([...messages, "fn/args-validator"].sort());
});

test("a fingerprint stays when code moves, and when a helper's file is renamed", async () => {
  const body = `export const list = query({ args: {}, handler: async (ctx) => await ctx.db.query("t").collect() });`;
  const prints = async (files: Record<string, string>) =>
    (await findingsOf(files)).map((item) => `${item.rule} ${item.fingerprint}`).sort();
  const first = await prints({ "convex/f.ts": head + body });
  expect(first.length).toBeGreaterThan(0);
  expect(await prints({ "convex/f.ts": `${head}\n\n\n${body}` })).toEqual(first);
  const helper = `export async function all(ctx) { return await ctx.db.query("t").collect(); }`;
  const using = (name: string) => ({
    [`convex/${name}.ts`]: helper,
    "convex/f.ts": `${head}import { all } from "./${name}";\nexport const list = query({ args: {}, returns: v.any(), handler: async (ctx) => (await all(ctx)).length });`,
  });
  const functions = (list: string[]) => list.filter((item) => item.startsWith("fn/"));
  expect(functions(await prints(using("one")))).toEqual(functions(await prints(using("two"))));
});
