import { query, mutation } from "./_generated/server";
import { v } from "convex/values";
import type { Id, Doc } from "./_generated/dataModel";
export const project = query({ args: { id: v.id("tasks") }, handler: async (ctx, { id }) => {
  const task = await ctx.db.get(id);
  if (!task) return null;
  return await ctx.db.get(task.projectId as Id<"projects">);
} });
export const parent = query({ args: { id: v.id("tasks") }, handler: async (ctx, { id }) => {
  const task = await ctx.db.get(id);
  const parentId = task?.parentId as Id<"tasks"> | undefined;
  return parentId ? await ctx.db.get(parentId) : null;
} });
export const owners = query({ args: { userId: v.id("users") }, handler: async (ctx, { userId }) => {
  const user = await ctx.db.get(userId);
  const projects = await ctx.db.query("projects").take(100);
  return projects.filter((p) => p.ownerId === user?._id);
} });
export const assigned = query({ args: { userId: v.id("users") }, handler: async (ctx, { userId }) => {
  const rows = await ctx.db.query("tasks").take(50);
  const users = await Promise.all(rows.map((row) => (row.assigneeId ? ctx.db.get(row.assigneeId as any as Id<"users">) : null)));
  return users;
} });
export const byExternal = query({ args: { externalId: v.string() }, handler: async (ctx, { externalId }) => {
  const rows = await ctx.db.query("tasks").take(50);
  return rows.find((row) => row.externalId === externalId) ?? null;
} });
export const mine = query({ args: {}, handler: async (ctx) => {
  const identity = await ctx.auth.getUserIdentity();
  const rows = await ctx.db.query("tasks").take(50);
  return rows.filter((row) => row.authId === identity?.subject);
} });
export const entity = query({ args: { id: v.id("audit") }, handler: async (ctx, { id }) => {
  const entry = await ctx.db.get(id);
  if (entry === null) return null;
  if (entry.entityType === "task") return await ctx.db.get(entry.entityId as Id<"tasks">);
  return await ctx.db.get(entry.entityId as Id<"projects">);
} });
export const picture = query({ args: { id: v.id("tasks") }, handler: async (ctx, { id }) => {
  const task = await ctx.db.get(id);
  return task ? await ctx.storage.getUrl(task.picture as Id<"_storage">) : null;
} });
export const normalized = query({ args: { id: v.id("tasks") }, handler: async (ctx, { id }) => {
  const task = await ctx.db.get(id);
  if (!task) return null;
  const projectId = ctx.db.normalizeId("projects", task.imported);
  return projectId ? await ctx.db.get(projectId) : null;
} });

