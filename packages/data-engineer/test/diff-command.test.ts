// `diff` and `migrate` as they are run: where a schema may come from, what is refused and how, the commands a plan prints, and
// what `--check` and `migrate status` say along the way of a change.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { project, schemaFile, write } from "./project.ts";

const here = fileURLToPath(new URL("..", import.meta.url));

beforeAll(() => {
  execFileSync(process.execPath, [join(here, "build.mjs")]);
}, 60_000);

function run(cwd: string, ...args: string[]) {
  const result = spawnSync(process.execPath, [join(here, "dist/cli.js"), ...args], {
    cwd,
    encoding: "utf8",
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

const git = (cwd: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd });

const oldSchema = schemaFile(
  `users: defineTable({ name: v.string(), role: v.union(v.literal("gm"), v.literal("player")), old: v.optional(v.string()) })`,
);
const newSchema = schemaFile(
  `users: defineTable({ name: v.string(), role: v.literal("player"), tier: v.number() })`,
);
const functions = `import { mutation, query } from "./_generated/server";
import { v } from "convex/values";
export const list = query({ args: {}, returns: v.any(), handler: async (ctx) => await ctx.db.query("users").take(5) });
export const add = mutation({ args: {}, returns: v.null(), handler: async (ctx) => {
  await ctx.db.insert("users", { name: "a", role: "player", tier: 1 });
  return null;
} });
`;

test("JSON holds the version and the changes, each with exactly the documented keys", () => {
  const root = project({
    "convex/schema.ts": newSchema,
    "convex/f.ts": functions,
    "old.ts": oldSchema,
  });
  const json = JSON.parse(run(root, "diff", "old.ts", "--format", "json").out);
  expect(json).toEqual({
    version: 1,
    changes: [
      {
        change: "type-narrowed",
        path: "users.role",
        class: "breaking",
        steps: [
          'Deploy 1: `role: v.union(v.literal("gm"), v.literal("player"))`, and code writes only the new form.',
          `Run: convex-data-engineer migrate new map-values --table users --field role --map '{"gm":"?"}' --before old.ts (old values become new ones)`,
          'Deploy 2: `role: v.literal("player")`.',
        ],
        readers: ["f:list"],
        writers: ["f:add"],
      },
      {
        change: "required-field-added",
        path: "users.tier",
        class: "breaking",
        steps: [
          "Deploy 1: `tier: v.optional(v.number())`, and every insert writes it.",
          "Run: convex-data-engineer migrate new backfill --table users --field tier --value 0 (documents that lack it get a value)",
          "Deploy 2: `tier: v.number()`.",
        ],
        readers: ["f:list"],
        writers: ["f:add"],
      },
      {
        change: "field-removed",
        path: "users.old",
        class: "breaking",
        steps: [
          "Deploy 1: `old: v.optional(v.string())`, and no code writes it.",
          "Run: convex-data-engineer migrate new unset --table users --field old --before old.ts (it is unset on every document)",
          "Deploy 2: the schema without users.old.",
        ],
        readers: ["f:list"],
        writers: ["f:add"],
      },
    ],
  });
});

test("a change on its way: check, the printed commands, what is done already, what is not overwritten", () => {
  const root = project({
    "convex/schema.ts": newSchema,
    "convex/f.ts": functions,
    "old.ts": oldSchema,
  });
  const first = run(root, "diff", "old.ts", "--check");
  expect(first.code).toBe(1);
  expect(first.err.trim().split("\n")).toHaveLength(3);
  const migrate = (...args: string[]) => run(root, "migrate", "new", ...args);
  // The value that only people know is refused as long as it is open.
  const map = (to: string) =>
    migrate(
      "map-values",
      "--table",
      "users",
      "--field",
      "role",
      "--map",
      `{"gm":"${to}"}`,
      "--before",
      "old.ts",
    );
  expect(map("?")).toMatchObject({ code: 2 });
  expect(map("player").code).toBe(0);
  expect(migrate("backfill", "--table", "users", "--field", "tier", "--value", "0").code).toBe(0);
  expect(run(root, "diff", "old.ts", "--check").code).toBe(1);
  const unset = migrate("unset", "--table", "users", "--field", "old", "--before", "old.ts");
  expect(unset.code).toBe(0);
  expect(unset.out).toContain("wrote convex/migrations/unsetUsersOld.ts");
  expect(unset.out).toContain("add to the schema:\n  migrations: defineTable(");
  expect(run(root, "diff", "old.ts", "--check").code).toBe(0);
  const again = migrate("unset", "--table", "users", "--field", "old", "--before", "old.ts");
  expect(again.code).toBe(2);
  expect(again.err).toContain("is there already");
  const states = () =>
    JSON.parse(run(root, "migrate", "status", "--format", "json").out).migrations.map(
      (item: { name: string; schema: string }) => `${item.name} ${item.schema}`,
    );
  expect(states()).toEqual(["backfillUsersTier done", "mapUsersRole done", "unsetUsersOld done"]);
  write(root, {
    "convex/schema.ts": schemaFile(
      `users: defineTable({ name: v.string(), role: v.union(v.literal("gm"), v.literal("player")), old: v.optional(v.string()), tier: v.optional(v.number()) })`,
    ),
  });
  expect(states()).toEqual([
    "backfillUsersTier needed",
    "mapUsersRole needed",
    "unsetUsersOld needed",
  ]);
  write(root, {
    "convex/schema.ts": schemaFile(
      `users: defineTable({ name: v.string(), role: v.literal("gm"), old: v.string() })`,
    ),
  });
  expect(states()).toEqual([
    "backfillUsersTier conflicting",
    "mapUsersRole conflicting",
    "unsetUsersOld conflicting",
  ]);
  const text = run(root, "migrate", "status").out;
  expect(text).toContain("conflicting: users.old is required");
  expect(text).toContain("ask the deployment: npx convex run migrations/unsetUsersOld:status");
});

test("what was audited clean stays clean with the migrations in it", () => {
  const root = project({
    "convex/schema.ts": schemaFile(
      `users: defineTable({ name: v.string(), tier: v.optional(v.number()), list: v.optional(v.array(v.string())) }).index("by_name", ["name"]),
      migrations: defineTable({ name: v.string(), cursor: v.union(v.string(), v.null()), processed: v.number(), changed: v.number(), startedAt: v.number(), finishedAt: v.optional(v.number()), error: v.optional(v.string()), workerId: v.optional(v.id("_scheduled_functions")) }).index("by_name", ["name"])`,
    ),
    "convex/f.ts": `import { query } from "./_generated/server";
import { v } from "convex/values";
export const byName = query({ args: { name: v.string() }, returns: v.any(), handler: async (ctx, { name }) =>
  await ctx.db.query("users").withIndex("by_name", (q) => q.eq("name", name)).unique() });
`,
  });
  for (const args of [
    ["backfill", "--table", "users", "--field", "tier", "--value", "1"],
    ["unset", "--table", "users", "--field", "list"],
    ["dedupe", "--table", "users", "--field", "name"],
    ["delete-all", "--table", "users"],
  ])
    expect(run(root, "migrate", "new", ...args).code).toBe(0);
  const { summary, findings } = JSON.parse(
    run(root, "audit", "--format", "json", "--no-cache").out,
  );
  expect(findings.filter((item: { severity: string }) => item.severity !== "info")).toEqual([]);
  expect(summary.coverage.resolved).toBe(summary.coverage.total);
});

describe("git", () => {
  function repository(): string {
    const root = project({ "apps/web/convex/schema.ts": oldSchema, "apps/empty/readme.md": "x" });
    git(root, "init", "-q");
    git(root, "add", "-A");
    git(root, "commit", "-qm", "old");
    git(root, "tag", "v1");
    write(root, { "apps/web/convex/schema.ts": newSchema });
    return root;
  }

  test("a ref is looked up in a nested project, from inside and from outside", () => {
    const root = repository();
    expect(run(join(root, "apps/web"), "diff", "v1").out).toContain("3 changes: 3 breaking.");
    expect(run(root, "diff", "v1", "--dir", "apps/web").out).toContain("--dir apps/web");
    expect(run(root, "diff", "v1", "v1", "--dir", "apps/web").out).toContain("are the same");
  });

  test("a folder that was renamed since is found, and a file at a ref can be named", () => {
    const root = repository();
    renameSync(join(root, "apps/web/convex"), join(root, "apps/web/backend"));
    write(root, { "apps/web/convex.json": '{ "functions": "backend/" }' });
    expect(run(root, "diff", "v1", "--dir", "apps/web").out).toContain("3 changes: 3 breaking.");
    const named = run(root, "diff", "v1:apps/web/convex/schema.ts", "--dir", "apps/web");
    expect(named.out).toContain("3 changes: 3 breaking.");
  });

  test("the last commit is the schema before, so a field that is gone needs no flag", () => {
    const root = repository();
    const args = ["migrate", "new", "unset", "--table", "users", "--dir", "apps/web", "--print"];
    expect(run(root, ...args, "--field", "old").code).toBe(0);
    const wrong = run(root, ...args, "--field", "nobody");
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain(
      "has no field `users.nobody`; `users` has name, role, tier. Nor had the schema before.",
    );
  });

  test.each([
    ["a ref that is none", "nope", "apps/web", "no git ref of the repository"],
    ["a folder without a schema then", "v1", "apps/empty", "There was no schema of this project"],
    ["a file that was not there", "v1:convex/schema.ts", "apps/web", "was not there"],
  ])("%s is told", (_name, ref, dir, text) => {
    const { code, err } = run(repository(), "diff", ref, "--dir", dir);
    expect(code).toBe(2);
    expect(err).toContain(text);
    expect(err).not.toContain("    at ");
  });
});

describe("other sources", () => {
  test("a folder, a file that imports, a plain JavaScript file and a snapshot", () => {
    const root = project({
      "convex/schema.ts": newSchema,
      "before/convex/schema.ts": oldSchema,
      "parts/users.ts": `import { v } from "convex/values";
export const role = v.union(v.literal("gm"), v.literal("player"));`,
      "parts/schema.ts": oldSchema
        .replace('v.union(v.literal("gm"), v.literal("player"))', "role")
        .replace("export default", 'import { role } from "./users";\nexport default'),
      "old.js": oldSchema,
    });
    write(root, { "old.json": run(root, "snapshot", "before").out });
    for (const before of ["before", "parts/schema.ts", "old.js", "old.json"])
      expect(run(root, "diff", before).out, before).toContain("3 changes: 3 breaking.");
    expect(run(root, "diff", "before", "--no-exec").out).toContain("3 changes: 3 breaking.");
  });

  test.each([
    ["no repository", "HEAD", "in no git repository"],
    ["an export of data", "export.zip", "is an export of data"],
    ["JSON that is no schema", "wrong.json", "Expected an exported schema"],
    ["a file that is no JSON", "broken.json", "it is not JSON"],
    ["a module that is no schema", "module.ts", "is no schema"],
    ["a folder without a project", "nothing", "Found no Convex"],
  ])("%s is told", (_name, before, text) => {
    const root = project({
      "convex/schema.ts": newSchema,
      "export.zip": "PK",
      "wrong.json": "[]",
      "broken.json": "{",
      "module.ts": "export default 1;",
    });
    mkdirSync(join(root, "nothing"));
    const { code, err } = run(root, "diff", before);
    expect(code).toBe(2);
    expect(err).toContain(text);
    expect(err).not.toContain("    at ");
  });

  test("formats, shapes and names that are none are refused before anything is written", () => {
    const root = project({ "convex/schema.ts": newSchema });
    expect(run(root, "diff", "convex/schema.ts", "--format", "xml")).toMatchObject({
      code: 2,
      err: expect.stringContaining("xml"),
    });
    const args = [
      "migrate",
      "new",
      "backfill",
      "--table",
      "users",
      "--field",
      "tier",
      "--value",
      "1",
    ];
    expect(run(root, ...args, "--shape", "round").err).toContain("round");
    expect(run(root, ...args, "--name", "a/b").err).toContain('--name is "a/b"');
    expect(run(root, "migrate", "new", "backfill").err).toContain("--table");
    expect(run(root, "migrate", "status", "--url", "http://127.0.0.1:1").err).toContain(
      "--admin-key",
    );
    expect(run(root, "migrate", "list").out).toContain("There are no migrations");
    expect(readFileSync(join(root, "convex/schema.ts"), "utf8")).toBe(newSchema);
  });
});
