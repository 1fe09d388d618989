// What a character carries, for its player and the GM of its table. Worn armour moves the armour class.
import { v } from "convex/values";
import type { Id } from "./_generated/dataModel";
import { mutation, type MutationCtx } from "./_generated/server";
import { refreshArmorClass } from "./lib/armor";
import { requireCharacter } from "./lib/characterAccess";
import { refuse } from "./lib/errors";
import { requireUser } from "./lib/identity";
import { MAX_ITEMS, itemsOf } from "./lib/items";
import { requireName, requireWhole } from "./lib/typedText";
import { itemKind } from "./lib/validators";

const MAX_QUANTITY = 1_000_000;
const MAX_SLOTS = 100;

/** Adds a line of equipment. Armour and shields are worn unless `isEquipped` says otherwise. */
export const add = mutation({
  args: {
    characterId: v.id("characters"),
    name: v.string(),
    quantity: v.number(),
    slots: v.number(),
    kind: itemKind,
    isEquipped: v.optional(v.boolean()),
  },
  returns: v.id("items"),
  handler: async (ctx, args) => {
    await requireCharacter(ctx, args.characterId);
    if ((await itemsOf(ctx, args.characterId)).length >= MAX_ITEMS) {
      throw refuse("tooMany", `A character can have at most ${MAX_ITEMS} lines of equipment.`);
    }
    const itemId = await ctx.db.insert("items", {
      characterId: args.characterId,
      name: requireName("Item name", args.name),
      kind: args.kind,
      quantity: requireWhole("Quantity", args.quantity, 1, MAX_QUANTITY),
      slots: requireWhole("Slots", args.slots, 0, MAX_SLOTS),
      isEquipped: args.isEquipped ?? (args.kind === "armor" || args.kind === "shield"),
    });
    await refreshArmorClass(ctx, args.characterId);
    return itemId;
  },
});

export const update = mutation({
  args: {
    itemId: v.id("items"),
    name: v.optional(v.string()),
    quantity: v.optional(v.number()),
    slots: v.optional(v.number()),
    kind: v.optional(itemKind),
    isEquipped: v.optional(v.boolean()),
  },
  returns: v.null(),
  handler: async (ctx, { itemId, name, quantity, slots, kind, isEquipped }) => {
    const item = await requireItem(ctx, itemId);
    await ctx.db.patch("items", itemId, {
      name: requireName("Item name", name ?? item.name),
      quantity: requireWhole("Quantity", quantity ?? item.quantity, 1, MAX_QUANTITY),
      slots: requireWhole("Slots", slots ?? item.slots, 0, MAX_SLOTS),
      kind: kind ?? item.kind,
      isEquipped: isEquipped ?? item.isEquipped,
    });
    await refreshArmorClass(ctx, item.characterId);
    return null;
  },
});

export const remove = mutation({
  args: { itemId: v.id("items") },
  returns: v.null(),
  handler: async (ctx, { itemId }) => {
    const item = await requireItem(ctx, itemId);
    await ctx.db.delete("items", itemId);
    await refreshArmorClass(ctx, item.characterId);
    return null;
  },
});

async function requireItem(ctx: MutationCtx, itemId: Id<"items">) {
  const item = await ctx.db.get("items", itemId);
  if (item === null) {
    await requireUser(ctx);
    throw refuse("notFound", "Item not found");
  }
  await requireCharacter(ctx, item.characterId);
  return item;
}
