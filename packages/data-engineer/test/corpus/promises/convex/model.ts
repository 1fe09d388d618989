import type { MutationCtx } from "./_generated/server";
export async function log(ctx: MutationCtx, a: string) { await ctx.db.insert("t", { a }); }
export const logArrow = (ctx: MutationCtx, a: string) => ctx.db.insert("t", { a });
export async function readOnly(ctx: MutationCtx) { return await ctx.db.query("t").first(); }
export class Store { constructor(private ctx: MutationCtx) {} async add(a: string) { await this.ctx.db.insert("t", { a }); } }
