// Equipment, and the armour class that follows what is worn.
import { describe, expect, test } from "vitest";
import { api } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import {
  type Person,
  averageScores,
  characterOf,
  convexTest,
  expectRefusal,
  guest,
  openTable,
  seated,
} from "./test.setup";

async function dexterous(player: Person): Promise<Id<"characters">> {
  return await player.as.mutation(api.characters.createCharacter, {
    name: "Voss",
    class: "Fighter",
    abilityScores: { ...averageScores, dexterity: 14 },
  });
}

async function sheet(player: Person, characterId: Id<"characters">) {
  return await player.as.query(api.characters.getCharacterWithItems, { characterId });
}

test("things are listed in the order they were picked up", async () => {
  const mara = await guest(convexTest(), "Mara");
  const characterId = await dexterous(mara);
  for (const name of ["Torch", "Rope, 60'"]) {
    await mara.as.mutation(api.items.add, {
      characterId,
      name,
      quantity: 2,
      slots: 2,
      kind: "gear",
    });
  }
  const { items } = await sheet(mara, characterId);
  expect(items).toMatchObject([
    { name: "Torch", quantity: 2, slots: 2, kind: "gear", isEquipped: false },
    { name: "Rope, 60'" },
  ]);
});

describe("armour class", () => {
  test("follows armour and shield on, off and away", async () => {
    const mara = await guest(convexTest(), "Mara");
    const characterId = await dexterous(mara);
    const armorClass = async () => (await sheet(mara, characterId)).character.armorClass;
    expect(await armorClass()).toBe(12);
    const leather = await mara.as.mutation(api.items.add, {
      characterId,
      name: "Leather armor",
      quantity: 1,
      slots: 1,
      kind: "armor",
    });
    expect(await armorClass()).toBe(13);
    const shield = await mara.as.mutation(api.items.add, {
      characterId,
      name: "Shield",
      quantity: 1,
      slots: 1,
      kind: "shield",
    });
    expect(await armorClass()).toBe(15);
    await mara.as.mutation(api.items.update, { itemId: leather, name: "Plate mail" });
    expect(await armorClass()).toBe(17);
    await mara.as.mutation(api.items.update, { itemId: shield, isEquipped: false });
    expect(await armorClass()).toBe(15);
    await mara.as.mutation(api.items.remove, { itemId: leather });
    expect(await armorClass()).toBe(12);
  });

  test("ignores a spare suit in the pack, and takes the better of two that are worn", async () => {
    const mara = await guest(convexTest(), "Mara");
    const characterId = await dexterous(mara);
    const armor = { characterId, quantity: 1, slots: 1, kind: "armor" } as const;
    await mara.as.mutation(api.items.add, { ...armor, name: "Plate mail", isEquipped: false });
    await mara.as.mutation(api.items.add, { ...armor, name: "Leather armor" });
    await mara.as.mutation(api.items.add, { ...armor, name: "Chainmail" });
    expect((await sheet(mara, characterId)).character.armorClass).toBe(15);
  });
});

test.each([
  [{ name: "" }, "Item name cannot be empty"],
  [{ quantity: 0 }, /^Quantity must be/],
  [{ quantity: 1.5 }, /^Quantity must be/],
  [{ slots: -1 }, /^Slots must be/],
])("an item with %j is refused", async (change, message) => {
  const mara = await guest(convexTest(), "Mara");
  const characterId = await dexterous(mara);
  const torch = { characterId, name: "Torch", quantity: 1, slots: 1, kind: "light" } as const;
  await expectRefusal(mara.as.mutation(api.items.add, { ...torch, ...change }), "invalid", message);
});

test("the GM of the table may change what a character carries, a fellow player may not", async () => {
  const t = convexTest();
  const table = await openTable(t);
  const mara = await seated(t, table, "Mara");
  const odo = await seated(t, table, "Odo");
  const characterId = await characterOf(mara, table.sessionId);
  const torch = { characterId, name: "Torch", quantity: 1, slots: 1, kind: "light" } as const;
  const itemId = await table.gm.as.mutation(api.items.add, torch);
  await expectRefusal(odo.as.mutation(api.items.add, torch), "notMember");
  await expectRefusal(odo.as.mutation(api.items.update, { itemId, quantity: 9 }), "notMember");
  await expectRefusal(odo.as.mutation(api.items.remove, { itemId }), "notMember");
});

test("a thing that is gone is not found", async () => {
  const mara = await guest(convexTest(), "Mara");
  const characterId = await dexterous(mara);
  const torch = { characterId, name: "Torch", quantity: 1, slots: 1, kind: "light" } as const;
  const itemId = await mara.as.mutation(api.items.add, torch);
  await mara.as.mutation(api.items.remove, { itemId });
  await expectRefusal(mara.as.mutation(api.items.remove, { itemId }), "notFound", "Item not found");
});

test("two hundred lines are all that a character can carry", async () => {
  const t = convexTest();
  const mara = await guest(t, "Mara");
  const characterId = await dexterous(mara);
  const torch = { characterId, name: "Torch", quantity: 1, slots: 1, kind: "light" } as const;
  await t.run(async (ctx) => {
    for (let line = 0; line < 200; line += 1) {
      await ctx.db.insert("items", { ...torch, isEquipped: false });
    }
  });
  await expectRefusal(mara.as.mutation(api.items.add, torch), "tooMany");
});
