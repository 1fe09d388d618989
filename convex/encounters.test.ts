// Encounters: preparing, difficulty, the fight's life, hit points and treasure.
import { describe, expect, test } from "vitest";
import { api } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import {
  type Backend,
  type Table,
  characterOf,
  convexTest,
  expectRefusal,
  logLines,
  monster,
  openTable,
  seated,
} from "./test.setup";

async function prepared(t: Backend): Promise<Table & { encounterId: Id<"encounters"> }> {
  const table = await openTable(t);
  const { gm, sessionId } = table;
  const encounterId = await gm.as.mutation(api.encounters.create, {
    sessionId,
    name: "Ambush",
    description: "At the ford.",
  });
  return { ...table, encounterId };
}

describe("preparing", () => {
  test("a new encounter is empty, easy and open", async () => {
    const { gm, sessionId, encounterId } = await prepared(convexTest());
    const { encounter, combatants, difficulty } = await gm.as.query(api.encounters.get, {
      encounterId,
    });
    expect(encounter).toMatchObject({
      sessionId,
      sessionName: "Evening one",
      name: "Ambush",
      description: "At the ford.",
      monsters: [],
      treasure: [],
      experienceReward: 0,
      isStarted: false,
      isCompleted: false,
      round: 0,
      turnCombatantId: null,
    });
    expect(combatants).toEqual([]);
    expect(difficulty).toMatchObject({ ratio: 0, tier: "trivial", difficulty: "easy" });
    expect(difficulty.reasons.join()).toContain("four of level 1");
  });

  test("the list is newest first", async () => {
    const { gm, sessionId } = await prepared(convexTest());
    await gm.as.mutation(api.encounters.create, { sessionId, name: "Later" });
    const encounters = await gm.as.query(api.encounters.list, { sessionId });
    expect(encounters.map((encounter) => encounter.name)).toEqual(["Later", "Ambush"]);
  });

  test("monsters come in numbered, with the printed hit points, and are summed up by kind", async () => {
    const t = convexTest();
    const { gm, encounterId } = await prepared(t);
    const monsterId = await monster(t);
    const ids = await gm.as.mutation(api.encounters.addMonsters, {
      encounterId,
      monsterId,
      count: 3,
    });
    const { encounter, combatants } = await gm.as.query(api.encounters.get, { encounterId });
    expect(combatants.map((one) => one._id)).toEqual(ids);
    expect(combatants).toMatchObject([
      { name: "Goblin 1", kind: "monster", monsterId, characterId: null, hitPoints: 5 },
      { name: "Goblin 2", maxHitPoints: 5, armorClass: 11, health: "unhurt", initiative: null },
      { name: "Goblin 3", isHidden: false, isDefeated: false, isCurrent: false },
    ]);
    expect(encounter.monsters).toEqual([
      { monsterId, name: "Goblin", hitDice: "1d8+1", level: 1, count: 3, currentHp: [5, 5, 5] },
    ]);
  });

  test("an only monster has no number until a second comes", async () => {
    const t = convexTest();
    const { gm, encounterId } = await prepared(t);
    const monsterId = await monster(t);
    const add = async () =>
      await gm.as.mutation(api.encounters.addMonsters, { encounterId, monsterId, count: 1 });
    const names = async () =>
      (await gm.as.query(api.encounters.get, { encounterId })).combatants.map((one) => one.name);
    await add();
    expect(await names()).toEqual(["Goblin"]);
    await add();
    expect(await names()).toEqual(["Goblin 1", "Goblin 2"]);
    const [first] = (await gm.as.query(api.encounters.get, { encounterId })).combatants;
    await gm.as.mutation(api.encounters.removeCombatant, { combatantId: first!._id });
    await add();
    expect(await names()).toEqual(["Goblin 2", "Goblin 3"]);
  });

  test("hit points can be rolled, from 1 to the most the dice give", async () => {
    const t = convexTest();
    const { gm, encounterId } = await prepared(t);
    const monsterId = await monster(t, { level: 2, hitDice: "2d8+1", hitPoints: 10 });
    await gm.as.mutation(api.encounters.addMonsters, {
      encounterId,
      monsterId,
      count: 30,
      rollHitPoints: true,
    });
    const { combatants } = await gm.as.query(api.encounters.get, { encounterId });
    const rolled = combatants.map((one) => one.maxHitPoints!);
    expect(Math.min(...rolled)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...rolled)).toBeLessThanOrEqual(17);
    expect(new Set(rolled).size).toBeGreaterThan(1);
    expect(combatants.every((one) => one.hitPoints === one.maxHitPoints)).toBe(true);
  });

  test("a creature printed per head counts every head", async () => {
    const t = convexTest();
    const { gm, encounterId } = await prepared(t);
    const monsterId = await monster(t, { name: "Hydra", level: 2, hitPoints: 11, perUnit: "head" });
    const add = { encounterId, monsterId, count: 1 };
    await gm.as.mutation(api.encounters.addMonsters, { ...add, heads: 3 });
    await gm.as.mutation(api.encounters.addMonsters, add);
    const { encounter } = await gm.as.query(api.encounters.get, { encounterId });
    expect(encounter.monsters).toMatchObject([
      { level: 6, count: 1, currentHp: [33] },
      { level: 10, count: 1, currentHp: [55] },
    ]);
  });

  test("a removed monster leaves the summary too", async () => {
    const t = convexTest();
    const { gm, encounterId } = await prepared(t);
    const monsterId = await monster(t);
    const [first, second] = await gm.as.mutation(api.encounters.addMonsters, {
      encounterId,
      monsterId,
      count: 2,
    });
    const roster = async () =>
      (await gm.as.query(api.encounters.get, { encounterId })).encounter.monsters;
    await gm.as.mutation(api.encounters.removeCombatant, { combatantId: first! });
    expect(await roster()).toMatchObject([{ count: 1, currentHp: [5] }]);
    await gm.as.mutation(api.encounters.removeCombatant, { combatantId: second! });
    expect(await roster()).toEqual([]);
  });

  test.each([0, -1, 1.5, 61])("a number of %d monsters is refused", async (count) => {
    const t = convexTest();
    const { gm, encounterId } = await prepared(t);
    const monsterId = await monster(t);
    await expectRefusal(
      gm.as.mutation(api.encounters.addMonsters, { encounterId, monsterId, count }),
      "invalid",
      /whole number from 1 to 60/,
    );
  });

  test("sixty creatures fill an encounter", async () => {
    const t = convexTest();
    const { gm, encounterId } = await prepared(t);
    const monsterId = await monster(t);
    const add = async (count: number) =>
      await gm.as.mutation(api.encounters.addMonsters, { encounterId, monsterId, count });
    await add(59);
    await expectRefusal(add(2), "tooMany", /at most 60 creatures; 59 are in this one/);
  });

  test("a monster that is gone is not found", async () => {
    const t = convexTest();
    const { gm, encounterId } = await prepared(t);
    const monsterId = await monster(t);
    await t.run(async (ctx) => {
      await ctx.db.delete("monsters", monsterId);
    });
    await expectRefusal(
      gm.as.mutation(api.encounters.addMonsters, { encounterId, monsterId, count: 1 }),
      "notFound",
      "Monster not found",
    );
  });

  test("an encounter can be renamed, and needs a name", async () => {
    const { gm, encounterId } = await prepared(convexTest());
    await gm.as.mutation(api.encounters.rename, {
      encounterId,
      name: " Rout ",
      description: "No.",
    });
    const { encounter } = await gm.as.query(api.encounters.get, { encounterId });
    expect(encounter).toMatchObject({ name: "Rout", description: "No." });
    await expectRefusal(
      gm.as.mutation(api.encounters.rename, { encounterId, name: "" }),
      "invalid",
      "Encounter name cannot be empty",
    );
  });

  test("treasure pays its experience in full to each", async () => {
    const { gm, encounterId } = await prepared(convexTest());
    const treasure = [
      { name: "Copper ring", quality: "poor" },
      { name: "Silver cup", quality: "normal" },
      { name: "Dragon's crown", quality: "legendary" },
    ] as const;
    expect(
      await gm.as.mutation(api.encounters.setTreasure, { encounterId, treasure: [...treasure] }),
    ).toEqual({ experienceReward: 11 });
    const { encounter } = await gm.as.query(api.encounters.get, { encounterId });
    expect(encounter).toMatchObject({ treasure, experienceReward: 11 });
  });
});

describe("difficulty", () => {
  test("weighs the monsters against the party at the table", async () => {
    const t = convexTest();
    const table = await prepared(t);
    const { gm, sessionId, encounterId } = table;
    for (const name of ["Mara", "Odo", "Una", "Ivo"]) {
      await characterOf(await seated(t, table, name), sessionId);
    }
    const monsterId = await monster(t);
    await gm.as.mutation(api.encounters.addMonsters, { encounterId, monsterId, count: 3 });
    const { difficulty } = await gm.as.query(api.encounters.get, { encounterId });
    expect(difficulty).toMatchObject({ ratio: 0.75, tier: "hard", difficulty: "hard" });
  });

  test("stored with the encounter follows who sits down and who leaves", async () => {
    const t = convexTest();
    const table = await prepared(t);
    const { gm, sessionId, encounterId } = table;
    const monsterId = await monster(t);
    await gm.as.mutation(api.encounters.addMonsters, { encounterId, monsterId, count: 2 });
    const stored = async () =>
      (await gm.as.query(api.encounters.list, { sessionId }))[0]?.difficulty;
    expect(await stored()).toBe("medium"); // against four of level 1, while nobody sits
    await characterOf(await seated(t, table, "Mara"), sessionId);
    expect(await stored()).toBe("deadly");
    for (const name of ["Odo", "Una", "Ivo", "Ada", "Bo"]) {
      await characterOf(await seated(t, table, name), sessionId);
    }
    expect(await stored()).toBe("easy");
    const players = await gm.as.query(api.sessions.getSessionPlayers, { sessionId });
    for (const player of players.slice(0, 3)) {
      await gm.as.mutation(api.sessions.removePlayer, { sessionPlayerId: player._id });
    }
    expect(await stored()).toBe("medium");
  });

  test("of a fight that is over stays as it was", async () => {
    const t = convexTest();
    const table = await prepared(t);
    const { gm, sessionId, encounterId } = table;
    const monsterId = await monster(t);
    await gm.as.mutation(api.encounters.addMonsters, { encounterId, monsterId, count: 2 });
    await gm.as.mutation(api.encounters.end, { encounterId });
    await characterOf(await seated(t, table, "Mara"), sessionId);
    expect((await gm.as.query(api.encounters.list, { sessionId }))[0]?.difficulty).toBe("medium");
  });
});

describe("a fight", () => {
  test("begins with the party in it, for everybody at the table to see", async () => {
    const t = convexTest();
    const table = await prepared(t);
    const { gm, sessionId, encounterId } = table;
    const mara = await seated(t, table, "Mara");
    const characterId = await characterOf(mara, sessionId, "Voss");
    await gm.as.mutation(api.encounters.addMonsters, {
      encounterId,
      monsterId: await monster(t),
      count: 1,
    });
    expect(await mara.as.query(api.encounters.current, { sessionId })).toBeNull();
    await gm.as.mutation(api.encounters.start, { encounterId });
    await gm.as.mutation(api.encounters.start, { encounterId });

    const fight = await mara.as.query(api.encounters.current, { sessionId });
    expect(fight).toMatchObject({
      role: "player",
      encounter: { _id: encounterId, name: "Ambush", round: 0, isStarted: true },
    });
    expect(fight?.combatants).toMatchObject([
      { name: "Goblin", kind: "monster" },
      { name: "Voss", kind: "character", characterId, hitPoints: 8, armorClass: 10 },
    ]);
    const { session } = await mara.as.query(api.sessions.get, { sessionId });
    expect(session).toMatchObject({ status: "active", currentEncounterId: encounterId });
    expect(await logLines(mara, sessionId)).toContain("The fight begins: Ambush.");
  });

  test("is one at a time", async () => {
    const t = convexTest();
    const { gm, sessionId, encounterId } = await prepared(t);
    const second = await gm.as.mutation(api.encounters.create, { sessionId, name: "Second" });
    await gm.as.mutation(api.encounters.start, { encounterId });
    await expectRefusal(
      gm.as.mutation(api.encounters.start, { encounterId: second }),
      "conflict",
      "Another fight goes on at this table. End it first.",
    );
  });

  test("takes in late comers once", async () => {
    const t = convexTest();
    const table = await prepared(t);
    const { gm, sessionId, encounterId } = table;
    await characterOf(await seated(t, table, "Mara"), sessionId);
    await gm.as.mutation(api.encounters.start, { encounterId });
    await characterOf(await seated(t, table, "Odo"), sessionId);
    expect(await gm.as.mutation(api.encounters.addParty, { encounterId })).toHaveLength(1);
    expect(await gm.as.mutation(api.encounters.addParty, { encounterId })).toEqual([]);
  });

  test("ends, stays readable for the GM, and takes nothing more", async () => {
    const t = convexTest();
    const table = await prepared(t);
    const { gm, sessionId, encounterId } = table;
    const mara = await seated(t, table, "Mara");
    await gm.as.mutation(api.encounters.start, { encounterId });
    await gm.as.mutation(api.encounters.end, { encounterId });
    expect(await mara.as.query(api.encounters.current, { sessionId })).toBeNull();
    const { encounter } = await gm.as.query(api.encounters.get, { encounterId });
    expect(encounter.isCompleted).toBe(true);
    for (const call of [api.encounters.start, api.encounters.nextTurn, api.encounters.end]) {
      await expectRefusal(
        gm.as.mutation(call, { encounterId }),
        "conflict",
        '"Ambush" is over. Make a new encounter.',
      );
    }
  });

  test("removed in its middle, is gone with all in it", async () => {
    const t = convexTest();
    const { gm, sessionId, encounterId } = await prepared(t);
    await gm.as.mutation(api.encounters.addMonsters, {
      encounterId,
      monsterId: await monster(t),
      count: 4,
    });
    await gm.as.mutation(api.encounters.start, { encounterId });
    await gm.as.mutation(api.encounters.remove, { encounterId });
    expect(await gm.as.query(api.encounters.current, { sessionId })).toBeNull();
    expect(await gm.as.query(api.encounters.list, { sessionId })).toEqual([]);
    expect(await t.run(async (ctx) => await ctx.db.query("combatants").take(10))).toEqual([]);
    await expectRefusal(
      gm.as.query(api.encounters.get, { encounterId }),
      "notFound",
      "Encounter not found",
    );
  });
});

describe("hit points in a fight", () => {
  async function fight(t: Backend) {
    const table = await prepared(t);
    const { gm, sessionId, encounterId } = table;
    const mara = await seated(t, table, "Mara");
    const characterId = await characterOf(mara, sessionId, "Voss");
    const [goblin] = await gm.as.mutation(api.encounters.addMonsters, {
      encounterId,
      monsterId: await monster(t, { hitPoints: 10 }),
      count: 1,
    });
    await gm.as.mutation(api.encounters.start, { encounterId });
    const { combatants } = await gm.as.query(api.encounters.get, { encounterId });
    const voss = combatants.find((one) => one.kind === "character")!._id;
    return { ...table, encounterId, mara, characterId, goblin: goblin!, voss };
  }

  test("of a monster go down to 0, where it is defeated, and up to its most", async () => {
    const { gm, goblin, encounterId } = await fight(convexTest());
    const change = async (delta: number) =>
      await gm.as.mutation(api.encounters.changeHitPoints, { combatantId: goblin, delta });
    expect(await change(-4)).toEqual({ hitPoints: 6 });
    expect(await change(-40)).toEqual({ hitPoints: 0 });
    const { combatants } = await gm.as.query(api.encounters.get, { encounterId });
    expect(combatants[0]).toMatchObject({ isDefeated: true, health: "down", hitPoints: 0 });
    expect(await change(99)).toEqual({ hitPoints: 10 });
  });

  test("of a character are the character's own", async () => {
    const { gm, mara, voss, characterId, encounterId } = await fight(convexTest());
    await gm.as.mutation(api.encounters.changeHitPoints, { combatantId: voss, delta: -8 });
    const { character } = await mara.as.query(api.characters.getCharacterWithItems, {
      characterId,
    });
    expect(character.hitPoints).toBe(0);
    const { combatants } = await gm.as.query(api.encounters.get, { encounterId });
    const seen = combatants.find((one) => one._id === voss);
    expect(seen).toMatchObject({ hitPoints: 0, health: "down", isDefeated: false });
  });

  test("of the own character a player may change, and no others", async () => {
    const { mara, voss, goblin } = await fight(convexTest());
    expect(
      await mara.as.mutation(api.encounters.changeHitPoints, { combatantId: voss, delta: -1 }),
    ).toEqual({ hitPoints: 7 });
    await expectRefusal(
      mara.as.mutation(api.encounters.changeHitPoints, { combatantId: goblin, delta: -1 }),
      "notGm",
    );
  });

  test("can be typed, and stop at the most", async () => {
    const { gm, goblin, voss } = await fight(convexTest());
    const set = async (combatantId: Id<"combatants">, hitPoints: number) =>
      await gm.as.mutation(api.encounters.setHitPoints, { combatantId, hitPoints });
    expect(await set(goblin, 3)).toEqual({ hitPoints: 3 });
    expect(await set(goblin, 30)).toEqual({ hitPoints: 10 });
    expect(await set(voss, 2)).toEqual({ hitPoints: 2 });
    await expectRefusal(set(goblin, -1), "invalid", /Hit points must be a whole number from 0/);
  });

  test("two taps on two monsters touch two rows, and not the encounter", async () => {
    const t = convexTest();
    const { gm, encounterId } = await fight(t);
    const [one, two] = await gm.as.mutation(api.encounters.addMonsters, {
      encounterId,
      monsterId: await monster(t),
      count: 2,
    });
    const before = await t.run(async (ctx) => await ctx.db.get("encounters", encounterId));
    await gm.as.mutation(api.encounters.changeHitPoints, { combatantId: one!, delta: -1 });
    await gm.as.mutation(api.encounters.changeHitPoints, { combatantId: two!, delta: -2 });
    const after = await t.run(async (ctx) => await ctx.db.get("encounters", encounterId));
    expect(after).toEqual(before);
    const { encounter } = await gm.as.query(api.encounters.get, { encounterId });
    expect(encounter.monsters.at(-1)?.currentHp).toEqual([4, 3]);
  });
});
