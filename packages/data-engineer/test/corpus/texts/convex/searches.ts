// Searches and ranges that Convex refuses, and two it takes.
import { query } from "./_generated/server";
import { v } from "convex/values";
export const byNoFilterField = query({
  args: {},
  handler: async (ctx) => {
    // expect read/invalid-range
    return ctx.db
      .query("notes")
      .withSearchIndex("search_body", (q: any) => q.search("body", "x").eq("b", 1))
      .take(3);
  },
});
export const inNoSearchField = query({
  args: {},
  handler: async (ctx) => {
    // expect read/invalid-range
    return ctx.db
      .query("notes")
      .withSearchIndex("search_body", (q: any) => q.search("a", "x"))
      .take(3);
  },
});
export const throughAnotherIndex = query({
  args: {},
  handler: async (ctx) => {
    // expect read/invalid-range
    return ctx.db
      .query("notes")
      .withSearchIndex("by_a_b" as any, (q: any) => q.search("a", "x"))
      .take(3);
  },
});
export const ordered = query({
  args: {},
  handler: async (ctx) => {
    // expect read/invalid-range
    return (
      ctx.db.query("notes").withSearchIndex("search_body", (q: any) => q.search("body", "x")) as any
    )
      .order("desc")
      .take(3);
  },
});
export const twoEqualities = query({
  args: {},
  handler: async (ctx) => {
    // expect read/invalid-range
    return ctx.db
      .query("notes")
      .withIndex("by_a_b", (q: any) => q.eq("a", "x").eq("a", "y"))
      .take(3);
  },
});
export const fine = query({
  args: {},
  handler: async (ctx) =>
    ctx.db
      .query("notes")
      .withSearchIndex("search_body", (q) => q.search("body", "x").eq("a", "1"))
      .take(3),
});
export const fineRange = query({
  args: {},
  handler: async (ctx) =>
    ctx.db
      .query("notes")
      .withIndex("by_a_b", (q) => q.eq("a", "x").gte("b", 1).lt("b", 3))
      .take(3),
});
