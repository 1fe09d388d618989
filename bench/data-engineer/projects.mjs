// Projects for measuring the data engineer: made by rule, the same each time, each with one trait that could make the analysis slow.

const header = `import { query, mutation, internalMutation } from "./_generated/server";
import { v } from "convex/values";
`;

/** A schema of `count` tables, each with references to the ones before it and unions of objects. */
function schema(count, { union = 3 } = {}) {
  const tables = Array.from({ length: count }, (_, n) => {
    const variants = Array.from(
      { length: union },
      (_, k) =>
        `v.object({ kind: v.literal("k${k}"), at${k}: v.number(), note: v.optional(v.string()), parts: v.array(v.object({ a: v.string(), b: v.number() })) })`,
    );
    return `  t${n}: defineTable({
    owner: v.string(),
    parent: v.optional(v.id("t${Math.max(0, n - 1)}")),
    status: v.union(v.literal("open"), v.literal("closed"), v.literal("gone")),
    count: v.number(),
    title: v.string(),
    body: v.union(${variants.join(", ")}),
    tags: v.array(v.string()),
  })
    .index("by_owner", ["owner"])
    .index("by_owner_and_status", ["owner", "status"])
    .index("by_parent", ["parent"])
    .searchIndex("search_title", { searchField: "title", filterFields: ["owner"] }),`;
  });
  return `import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
${tables.join("\n")}
});
`;
}

/** One module of about `lines` lines: lists, pages, loops, writes, with a helper or two. */
function module(name, lines, tables, { own = "./lib", seed = 1 } = {}) {
  const parts = [
    `${header}import { ownedBy, titleOf, total } from "${own}/shared";
`,
  ];
  for (let n = 0, length = 0; length < lines; n++) {
    const t = `t${(seed * 7 + n) % tables}`;
    const next = `t${(seed * 7 + n + 1) % tables}`;
    const text = pieces[n % pieces.length](`f${n}`, t, next);
    parts.push(text);
    length += text.split("\n").length;
  }
  return parts.join("\n");
}

const pieces = [
  (f, t) => `export const ${f} = query({
  args: { owner: v.string(), limit: v.optional(v.number()) },
  returns: v.array(v.any()),
  handler: async (ctx, args) => {
    const limit = Math.min(args.limit ?? 20, 100);
    const rows = await ctx.db
      .query("${t}")
      .withIndex("by_owner", (q) => q.eq("owner", args.owner))
      .order("desc")
      .take(limit);
    return rows.map((row) => ({ id: row._id, title: titleOf(row), open: row.status === "open" }));
  },
});
`,
  (f, t, u) => `export const ${f} = query({
  args: { owner: v.string(), status: v.string() },
  handler: async (ctx, { owner, status }) => {
    const all = await ctx.db.query("${t}").collect();
    const mine = all.filter((row) => row.owner === owner && row.status === status);
    const withParents = [];
    for (const row of mine) {
      const parent = row.parent === undefined ? null : await ctx.db.get(row.parent);
      if (parent === null) continue;
      const others = await ctx.db
        .query("${u}")
        .withIndex("by_parent", (q) => q.eq("parent", row._id))
        .collect();
      withParents.push({ row, parent, others: others.length });
    }
    return withParents.sort((a, b) => a.row.count - b.row.count).slice(0, 10);
  },
});
`,
  (f, t) => `export const ${f} = mutation({
  args: { id: v.id("${t}"), title: v.string(), count: v.number() },
  returns: v.null(),
  handler: async (ctx, { id, title, count }) => {
    const row = await ctx.db.get(id);
    if (row === null) throw new Error("gone");
    if (title.length > 80) throw new Error("too long");
    await ctx.db.patch(id, { title, count: row.count + count, tags: [...row.tags, title] });
    const sums = await total(ctx, "${t}", row.owner);
    if (sums > 100) {
      await ctx.db.patch(id, { status: "closed" });
    }
    return null;
  },
});
`,
  (f, t) => `export const ${f} = internalMutation({
  args: { owner: v.string() },
  handler: async (ctx, { owner }) => {
    const rows = await ownedBy(ctx, "${t}", owner);
    let n = 0;
    for (const row of rows) {
      switch (row.status) {
        case "open":
          await ctx.db.patch(row._id, { status: "closed" });
          n += 1;
          break;
        case "closed":
          await ctx.db.delete(row._id);
          break;
        default:
          await ctx.db.insert("${t}", { ...row, owner: "x" });
      }
    }
    return n;
  },
});
`,
];

const shared = `import type { QueryCtx } from "../_generated/server";
export async function ownedBy(ctx: QueryCtx, table: "t0", owner: string) {
  return await ctx.db.query(table).withIndex("by_owner", (q) => q.eq("owner", owner)).collect();
}
export async function total(ctx: QueryCtx, table: "t0", owner: string) {
  const rows = await ownedBy(ctx, table, owner);
  return rows.reduce((sum, row) => sum + row.count, 0);
}
export function titleOf(row: { title: string }) {
  return row.title.trim().slice(0, 40);
}
`;

/** `files` modules of `lines / files` lines. */
export function ordinary(files, lines, tables) {
  const project = { "convex/schema.ts": schema(tables), "convex/lib/shared.ts": shared };
  for (let n = 0; n < files; n++)
    project[`convex/m${n}.ts`] = module(`m${n}`, lines / files, tables, { seed: n });
  return project;
}

/** The same with `each` functions a module whose database and ids only the type checker can tell. */
export function typed(files, lines, tables, each) {
  const project = ordinary(files, lines, tables);
  for (let n = 0; n < files; n++) {
    const functions = Array.from(
      { length: each },
      (_, k) => `export async function read${n}x${k}(given: Parameters<typeof open>[0]["wires"]) {
  const who: { id: Awaited<ReturnType<typeof pick${n}>> } = JSON.parse("{}");
  const rows = await given.store.query("t${(n + k) % tables}").withIndex("by_owner").take(${k + 1});
  return [rows, who.id === null ? null : await given.store.get(who.id)];
}`,
    );
    project[`convex/typed${n}.ts`] = `import type { QueryCtx } from "./_generated/server";
function open(from: { wires: { store: QueryCtx["db"] } }) { return from.wires; }
async function pick${n}(ctx: QueryCtx) { return (await ctx.db.query("t${n % tables}").first())?._id ?? null; }
${functions.join("\n")}
`;
  }
  return project;
}

/** A ladder of helpers: each level calls the next `width` times, so that walking every path takes width^depth. */
export function ladder(depth, width, entries) {
  const levels = Array.from({ length: depth }, (_, level) => {
    const calls = Array.from({ length: width }, (_, n) =>
      level === depth - 1
        ? `  const r${n} = await ctx.db.query("t0").withIndex("by_owner", (q) => q.eq("owner", owner + "${n}")).collect();`
        : `  const r${n} = await level${level + 1}(ctx, owner, { ...options, step${level}: ${n} });`,
    );
    return `export async function level${level}(ctx: QueryCtx, owner: string, options: Record<string, unknown>): Promise<unknown[]> {
${calls.join("\n")}
  return [${Array.from({ length: width }, (_, n) => `...r${n}`).join(", ")}];
}`;
  });
  return {
    "convex/schema.ts": schema(1),
    "convex/levels.ts": `import type { QueryCtx } from "./_generated/server";\n${levels.join("\n")}`,
    "convex/use.ts": `${header}import { level0 } from "./levels";
${Array.from({ length: entries }, (_, n) => `export const use${n} = query({ args: { owner: v.string() }, handler: async (ctx, { owner }) => await level0(ctx, owner, { n: ${n} }) });`).join("\n")}
`,
  };
}

/** One helper with many callers, and helpers that call each other in circles. */
export function popular(callers) {
  const circle = Array.from(
    { length: 12 },
    (
      _,
      n,
    ) => `export async function turn${n}(ctx: MutationCtx, id: Id<"t0">, left: number): Promise<void> {
  const row = await ctx.db.get(id);
  if (row === null || left === 0) return;
  if (row.status === "open") await turn${(n + 1) % 12}(ctx, id, left - 1);
  else await turn${(n + 5) % 12}(ctx, id, left - 2);
  for (const other of await ctx.db.query("t0").withIndex("by_parent", (q) => q.eq("parent", id)).collect())
    await turn${(n + 3) % 12}(ctx, other._id, left - 1);
}`,
  );
  return {
    "convex/schema.ts": schema(1),
    "convex/circle.ts": `import type { MutationCtx } from "./_generated/server";
import type { Id } from "./_generated/dataModel";
${circle.join("\n")}`,
    "convex/use.ts": `${header}import { turn0, turn4 } from "./circle";
${Array.from(
  { length: callers },
  (_, n) => `export const use${n} = mutation({
  args: { id: v.id("t0") },
  handler: async (ctx, { id }) => {
    await turn0(ctx, id, ${n});
    await turn4(ctx, id, ${n});
    return null;
  },
});`,
).join("\n")}
`,
  };
}

/** Handlers of `lines` lines: long switches, nested conditions, variables set on every branch. */
export function longHandlers(count, lines) {
  const handler = (n) => {
    const body = [];
    for (let k = 0; body.length < lines; k++)
      body.push(
        `    switch (step + ${k}) {`,
        ...Array.from(
          { length: 8 },
          (_, c) =>
            `      case ${c}: state = { ...state, s${k}_${c}: last, n: state.n + ${c} }; if (kind === "k${c}") last = await ctx.db.query("t${c % 4}").withIndex("by_owner", (q) => q.eq("owner", last?.owner ?? kind)).first(); break;`,
        ),
        `      default: last = last ?? null;`,
        `    }`,
        `    if (last !== null && last.count > ${k}) { total += last.count; } else if (total > ${k} && kind !== "x${k}") { total -= 1; } else { last = null; }`,
      );
    return `export const big${n} = mutation({
  args: { kind: v.string(), step: v.number() },
  handler: async (ctx, { kind, step }) => {
    let last: any = null;
    let state: any = { n: 0 };
    let total = 0;
${body.join("\n")}
    await ctx.db.insert("t0", state);
    return { total, last };
  },
});`;
  };
  return {
    "convex/schema.ts": schema(4),
    "convex/big.ts": `${header}${Array.from({ length: count }, (_, n) => handler(n)).join("\n")}`,
  };
}

/** Many tables, wide unions, modules that read all of them. */
export function wideSchema(tables, union) {
  return {
    "convex/schema.ts": schema(tables, { union }),
    "convex/lib/shared.ts": shared,
    ...Object.fromEntries(
      Array.from({ length: 16 }, (_, n) => [
        `convex/m${n}.ts`,
        module(`m${n}`, 200, tables, { seed: n * 3 }),
      ]),
    ),
  };
}

/** Generated code: a table of literals, and a function that looks things up in it. */
export function literals(count) {
  const rows = Array.from(
    { length: count },
    (_, n) =>
      `  { name: "spell ${n}", tier: ${n % 5}, tags: ["a${n}", "b${n % 7}"], cost: { gold: ${n}, silver: ${n % 9} } },`,
  );
  return {
    "convex/schema.ts": schema(1),
    "convex/data.ts": `export const spells = [\n${rows.join("\n")}\n];\nexport const byName = Object.fromEntries(spells.map((spell) => [spell.name, spell]));\n`,
    "convex/use.ts": `${header}import { spells, byName } from "./data";
export const seed = internalMutation({ args: {}, handler: async (ctx) => {
  for (const spell of spells) await ctx.db.insert("t0", { owner: spell.name, status: "open", count: spell.tier, title: spell.name, tags: spell.tags, body: { kind: "k0", at0: 1, parts: [] } });
  return null;
} });
export const find = query({ args: { name: v.string() }, handler: async (ctx, { name }) => {
  const spell = spells.find((item) => item.name === name) ?? byName[name];
  return await ctx.db.query("t0").withIndex("by_owner", (q) => q.eq("owner", spell.name)).first();
} });
`,
  };
}

/** One expression nested `depth` deep, which a walker by recursion must survive. */
export function deep(depth) {
  return {
    "convex/schema.ts": schema(1),
    "convex/ok.ts": `${header}export const fine = query({ args: {}, handler: async (ctx) => await ctx.db.query("t0").collect() });\n`,
    "convex/deep.ts": `${header}export const sum = query({ args: { n: v.number() }, handler: async (ctx, { n }) => {
  const total = ${Array.from({ length: depth }, (_, k) => `n * ${k}`).join(" + ")};
  const nested = ${"[".repeat(depth)}${"]".repeat(depth)};
  return [total, nested, await ctx.db.query("t0").first()];
} });
`,
  };
}
