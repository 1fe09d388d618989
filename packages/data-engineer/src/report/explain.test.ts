// What re-runs a query: the range it read, and no further than it read.
import { expect, test } from "vitest";
import { folderOf, project, schemaFile } from "../../test/project.ts";
import { explain } from "./explain.ts";

const functions = `import { mutation, query } from "./_generated/server";
import { v } from "convex/values";
const args = { room: v.string(), id: v.id("notes") };
export const all = query({ args, handler: async (ctx) => await ctx.db.query("notes").collect() });
export const newest = query({ args, handler: async (ctx) => await ctx.db.query("notes").order("desc").take(5) });
export const ofRoom = query({ args, handler: async (ctx, { room }) =>
  await ctx.db.query("notes").withIndex("by_room", (q) => q.eq("room", room)).collect() });
export const firstOfRoom = query({ args, handler: async (ctx, { room }) =>
  await ctx.db.query("notes").withIndex("by_room", (q) => q.eq("room", room)).first() });
export const one = query({ args, handler: async (ctx, { id }) => await ctx.db.get("notes", id) });
export const found = query({ args, handler: async (ctx, { room }) =>
  await ctx.db.query("notes").withSearchIndex("search_text", (q) => q.search("text", room)).take(5) });
export const add = mutation({ args, handler: async (ctx, { room }) => { await ctx.db.insert("notes", { room, text: "" }); } });
export const change = mutation({ args, handler: async (ctx, { id }) => { await ctx.db.patch("notes", id, { text: "" }); } });
`;

test("a query is re-run by writes to what it read, up to where it stopped", async () => {
  const folder = await folderOf(
    project({
      "convex/schema.ts": schemaFile(
        `notes: defineTable({ room: v.string(), text: v.string() }).index("by_room", ["room"]).searchIndex("search_text", { searchField: "text" })`,
      ),
      "convex/notes.ts": functions,
    }),
  );
  const told = (name: string) => {
    const info = folder.model.functions.find((item) => item.name === `notes:${name}`);
    if (info === undefined) throw new Error(`no function ${name}`);
    const story = explain(folder.model, info, new Map(folder.boundness), folder.findings);
    return [story.reads.map((read) => read.rerunBy).join(), story.rerunBy];
  };
  const both = ["notes:add", "notes:change"];
  expect(told("all")).toEqual(["any write to notes", both]);
  expect(told("newest")).toEqual(["a write to notes, up to the last document read", both]);
  expect(told("ofRoom")).toEqual(["a write to notes with room = room", both]);
  expect(told("firstOfRoom")).toEqual([
    "a write to notes with room = room, up to the last document read",
    both,
  ]);
  expect(told("one")).toEqual(["a write to that document of notes", ["notes:change"]]);
  expect(told("found")).toEqual(["a write to notes that matches the search and its filters", both]);
});
