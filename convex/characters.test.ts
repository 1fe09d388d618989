// Characters: what makes one, what is derived, who sees it, and what follows its changes.
import { describe, expect, test } from "vitest";
import { api, internal } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import {
  type Person,
  averageScores,
  characterOf,
  convexTest,
  expectRefusal,
  guest,
  logLines,
  monster,
  openTable,
  seated,
} from "./test.setup";

const voss = { name: "Voss", class: "Fighter", abilityScores: averageScores } as const;

async function sheet(player: Person, characterId: Id<"characters">) {
  const { character } = await player.as.query(api.characters.getCharacterWithItems, {
    characterId,
  });
  return character;
}

describe("making a character", () => {
  test("starts at level 1 without experience, with the figures derived from the scores", async () => {
    const mara = await guest(convexTest(), "Mara");
    const characterId = await mara.as.mutation(api.characters.createCharacter, {
      ...voss,
      name: "  Voss  the Tall ",
      abilityScores: { ...averageScores, dexterity: 16, constitution: 14 },
      hitDieRoll: 5,
      ancestry: "Dwarf",
      alignment: "lawful",
      background: "Soldier",
    });
    expect(await sheet(mara, characterId)).toMatchObject({
      name: "Voss the Tall",
      userId: mara.userId,
      class: "Fighter",
      level: 1,
      experience: 0,
      hitPoints: 9, // 5 + 2 for Constitution + 2 for a dwarf
      maxHitPoints: 9,
      armorClass: 13, // 10 + 3 for Dexterity
      ancestry: "Dwarf",
      alignment: "lawful",
      title: "Squire",
      background: "Soldier",
      portrait: null,
      isArchived: false,
    });
  });

  test("rolls the hit die where none was rolled", async () => {
    const mara = await guest(convexTest(), "Mara");
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const id = await mara.as.mutation(api.characters.createCharacter, {
        ...voss,
        class: "Thief",
      });
      const { maxHitPoints, hitPoints } = await sheet(mara, id);
      expect([1, 2, 3, 4]).toContain(maxHitPoints);
      expect(hitPoints).toBe(maxHitPoints);
    }
  });

  test.each([
    ["Cleric", "Priest"],
    ["Rogue", "Thief"],
    ["Wizard", "Wizard"],
  ] as const)("takes a %s as a %s", async (given, stored) => {
    const mara = await guest(convexTest(), "Mara");
    const id = await mara.as.mutation(api.characters.createCharacter, { ...voss, class: given });
    expect((await sheet(mara, id)).class).toBe(stored);
  });

  test.each([
    [{ name: "" }, "Character name cannot be empty"],
    [{ name: "   " }, "Character name cannot be empty"],
    [{ abilityScores: { ...averageScores, wisdom: 2 } }, "Ability scores must be between 3 and 18"],
    [
      { abilityScores: { ...averageScores, strength: 19 } },
      "Ability scores must be between 3 and 18",
    ],
    [
      { abilityScores: { ...averageScores, charisma: 10.5 } },
      "Ability scores must be between 3 and 18",
    ],
    [{ hitDieRoll: 9 }, "The hit die of a Fighter shows 1 to 8; 9 came"],
    [{ hitDieRoll: 0 }, "The hit die of a Fighter shows 1 to 8; 0 came"],
    [{ background: "x".repeat(10_001) }, /^Background can have at most 10000/],
  ])("refuses %j and says why", async (change, message) => {
    const mara = await guest(convexTest(), "Mara");
    await expectRefusal(
      mara.as.mutation(api.characters.createCharacter, { ...voss, ...change }),
      "invalid",
      message,
    );
    expect(
      await mara.as.query(api.characters.listCharactersByUser, { userId: mara.userId }),
    ).toEqual([]);
  });

  test("refuses a class of no game", async () => {
    const mara = await guest(convexTest(), "Mara");
    await expect(
      // @ts-expect-error a class that the validator does not know
      mara.as.mutation(api.characters.createCharacter, { ...voss, class: "Bard" }),
    ).rejects.toThrow();
  });

  test("needs somebody signed in", async () => {
    await expectRefusal(
      convexTest().mutation(api.characters.createCharacter, voss),
      "notSignedIn",
      "Must be authenticated to create character",
    );
  });

  test("with a session, sits down on the player's seat there", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const mara = await seated(t, table, "Mara");
    const characterId = await characterOf(mara, table.sessionId, "Voss");
    const [seat] = await table.gm.as.query(api.sessions.getSessionPlayers, {
      sessionId: table.sessionId,
    });
    expect(seat).toMatchObject({ name: "Mara", characterId });
  });

  test("with a session but no seat there, is refused whole", async () => {
    const t = convexTest();
    const { sessionId } = await openTable(t);
    const mara = await guest(t, "Mara");
    await expectRefusal(
      mara.as.mutation(api.characters.createCharacter, { ...voss, sessionId }),
      "notMember",
    );
    expect(
      await mara.as.query(api.characters.listCharactersByUser, { userId: mara.userId }),
    ).toEqual([]);
  });
});

describe("listing characters", () => {
  test("shows a player the own active ones, oldest first", async () => {
    const mara = await guest(convexTest(), "Mara");
    const ids = [];
    for (const name of ["One", "Two", "Three"]) {
      ids.push(await mara.as.mutation(api.characters.createCharacter, { ...voss, name }));
    }
    await mara.as.mutation(api.characters.archiveCharacter, { characterId: ids[1]! });
    const list = await mara.as.query(api.characters.listCharactersByUser, { userId: mara.userId });
    expect(list.map((character) => character.name)).toEqual(["One", "Three"]);
  });

  test("pages through all of them, archived ones too, newest first", async () => {
    const mara = await guest(convexTest(), "Mara");
    for (const name of ["One", "Two", "Three"]) {
      const characterId = await mara.as.mutation(api.characters.createCharacter, { ...voss, name });
      await mara.as.mutation(api.characters.archiveCharacter, { characterId });
    }
    const first = await mara.as.query(api.characters.listAllMine, {
      paginationOpts: { numItems: 2, cursor: null },
    });
    const second = await mara.as.query(api.characters.listAllMine, {
      paginationOpts: { numItems: 2, cursor: first.continueCursor },
    });
    expect([...first.page, ...second.page].map((one) => one.name)).toEqual(["Three", "Two", "One"]);
    expect(first.isDone).toBe(false);
    expect(second.isDone).toBe(true);
  });

  test("shows a GM the ones at the own tables, and not those at others", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const other = await openTable(t, "Hilda");
    const mara = await seated(t, table, "Mara");
    await mara.as.action(api.sessions.joinWithCode, { code: other.joinCode });
    await characterOf(mara, table.sessionId, "Here");
    await characterOf(mara, other.sessionId, "There");
    const seen = await table.gm.as.query(api.characters.listCharactersByUser, {
      userId: mara.userId,
    });
    expect(seen.map((character) => character.name)).toEqual(["Here"]);
  });

  test("is refused to a fellow player and to a GM of another table", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const other = await openTable(t, "Hilda");
    const mara = await seated(t, table, "Mara");
    const odo = await seated(t, table, "Odo");
    for (const curious of [odo, other.gm]) {
      await expectRefusal(
        curious.as.query(api.characters.listCharactersByUser, { userId: mara.userId }),
        "notMember",
      );
    }
  });

  test("by exact name is for the operator", async () => {
    const t = convexTest();
    const mara = await guest(t, "Mara");
    const id = await mara.as.mutation(api.characters.createCharacter, voss);
    const found = await t.query(internal.characters.findByName, { name: "Voss" });
    expect(found.map((character) => character._id)).toEqual([id]);
    expect(await t.query(internal.characters.findByName, { name: "Vos" })).toEqual([]);
  });
});

describe("a character's sheet", () => {
  test("is for its player and the GM of its table, and nobody else", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const other = await openTable(t, "Hilda");
    const mara = await seated(t, table, "Mara");
    const odo = await seated(t, table, "Odo");
    const characterId = await characterOf(mara, table.sessionId, "Voss");
    for (const allowed of [mara, table.gm]) {
      expect((await sheet(allowed, characterId)).name).toBe("Voss");
    }
    for (const curious of [odo, other.gm]) {
      await expectRefusal(sheet(curious, characterId), "notMember");
    }
    await expectRefusal(
      t.query(api.characters.getCharacterWithItems, { characterId }),
      "notSignedIn",
    );
  });

  test("that is gone is not found", async () => {
    const t = convexTest();
    const mara = await guest(t, "Mara");
    const characterId = await mara.as.mutation(api.characters.createCharacter, voss);
    await t.run(async (ctx) => {
      await ctx.db.delete("characters", characterId);
    });
    await expectRefusal(sheet(mara, characterId), "notFound", "Character not found");
  });
});

test("the party strip shows everybody at the table each character, clockwise", async () => {
  const t = convexTest();
  const table = await openTable(t);
  const { gm, sessionId } = table;
  const mara = await seated(t, table, "Mara");
  const odo = await seated(t, table, "Odo");
  await seated(t, table, "Una");
  const fallen = await characterOf(odo, sessionId, "Bram");
  await characterOf(mara, sessionId, "Voss");
  await odo.as.mutation(api.characters.changeHitPoints, { characterId: fallen, delta: -8 });
  for (const reader of [gm, mara, odo]) {
    const party = await reader.as.query(api.characters.listForSession, { sessionId });
    expect(party).toMatchObject([
      { name: "Voss", playerName: "Mara", hitPoints: 8, maxHitPoints: 8, isDying: false },
      { name: "Bram", playerName: "Odo", hitPoints: 0, armorClass: 10, isDying: true },
    ]);
  }
});

describe("hit points", () => {
  test("stop at 0 and at the most, and the table reads what happened", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const mara = await seated(t, table, "Mara");
    const characterId = await characterOf(mara, table.sessionId, "Voss");
    const change = async (by: Person, delta: number) =>
      await by.as.mutation(api.characters.changeHitPoints, { characterId, delta });
    expect(await change(mara, -3)).toEqual({ hitPoints: 5, maxHitPoints: 8 });
    expect(await change(table.gm, -20)).toEqual({ hitPoints: 0, maxHitPoints: 8 });
    expect(await change(mara, 2)).toEqual({ hitPoints: 2, maxHitPoints: 8 });
    expect(await change(mara, 99)).toEqual({ hitPoints: 8, maxHitPoints: 8 });
    expect(await change(mara, 1)).toEqual({ hitPoints: 8, maxHitPoints: 8 });
    expect((await logLines(mara, table.sessionId)).slice(1)).toEqual([
      "Voss takes 3.",
      "Voss takes 5 and falls.",
      "Voss regains 2 and is up again.",
      "Voss regains 6.",
    ]);
  });

  test("are told at tables that are open, not at those that are over", async () => {
    const t = convexTest();
    const past = await openTable(t);
    const present = await openTable(t, "Hilda");
    const mara = await seated(t, past, "Mara");
    const characterId = await characterOf(mara, past.sessionId, "Voss");
    await mara.as.action(api.sessions.joinWithCode, { code: present.joinCode });
    await mara.as.mutation(api.characters.claim, { sessionId: present.sessionId, characterId });
    await past.gm.as.mutation(api.sessions.setStatus, {
      sessionId: past.sessionId,
      status: "completed",
    });
    await mara.as.mutation(api.characters.changeHitPoints, { characterId, delta: -3 });
    expect(await logLines(mara, present.sessionId)).toContain("Voss takes 3.");
    expect(await logLines(mara, past.sessionId)).not.toContain("Voss takes 3.");
  });

  test.each([0.5, Number.NaN, 10_000])("refuse a change of %d", async (delta) => {
    const mara = await guest(convexTest(), "Mara");
    const characterId = await mara.as.mutation(api.characters.createCharacter, voss);
    await expectRefusal(
      mara.as.mutation(api.characters.changeHitPoints, { characterId, delta }),
      "invalid",
      /whole number/,
    );
  });

  test("of another player's character are not a fellow player's to change", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const mara = await seated(t, table, "Mara");
    const odo = await seated(t, table, "Odo");
    const characterId = await characterOf(mara, table.sessionId);
    await expectRefusal(
      odo.as.mutation(api.characters.changeHitPoints, { characterId, delta: -1 }),
      "notMember",
    );
  });
});

describe("changing a character", () => {
  test("changes what is given and keeps the rest", async () => {
    const mara = await guest(convexTest(), "Mara");
    const characterId = await mara.as.mutation(api.characters.createCharacter, {
      ...voss,
      hitDieRoll: 8,
      background: "Soldier",
    });
    await mara.as.mutation(api.characters.updateCharacter, {
      characterId,
      level: 3,
      experience: 12,
      maxHitPoints: 5,
      title: "Cavalier",
    });
    expect(await sheet(mara, characterId)).toMatchObject({
      name: "Voss",
      level: 3,
      experience: 12,
      hitPoints: 5,
      maxHitPoints: 5,
      title: "Cavalier",
      background: "Soldier",
    });
  });

  test("armour class follows Dexterity", async () => {
    const mara = await guest(convexTest(), "Mara");
    const characterId = await mara.as.mutation(api.characters.createCharacter, voss);
    await mara.as.mutation(api.characters.updateCharacter, {
      characterId,
      abilityScores: { ...averageScores, dexterity: 20 },
    });
    expect((await sheet(mara, characterId)).armorClass).toBe(14);
  });

  test.each([
    [{ name: " " }, "Character name cannot be empty"],
    [{ level: 11 }, "Level must be a whole number from 0 to 10; 11 came"],
    [{ experience: -1 }, /^Experience must be/],
    [{ maxHitPoints: 0 }, /^Maximum hit points must be/],
    [
      { abilityScores: { ...averageScores, strength: 31 } },
      "Ability scores in play must be between 0 and 30",
    ],
  ])("refuses %j", async (change, message) => {
    const mara = await guest(convexTest(), "Mara");
    const characterId = await mara.as.mutation(api.characters.createCharacter, voss);
    await expectRefusal(
      mara.as.mutation(api.characters.updateCharacter, { characterId, ...change }),
      "invalid",
      message,
    );
  });

  test("a new name reaches the fight it is in", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const { gm, sessionId } = table;
    const mara = await seated(t, table, "Mara");
    const characterId = await characterOf(mara, sessionId, "Voss");
    const encounterId = await gm.as.mutation(api.encounters.create, { sessionId, name: "Ambush" });
    await gm.as.mutation(api.encounters.start, { encounterId });
    await mara.as.mutation(api.characters.updateCharacter, { characterId, name: "Vossa" });
    const fight = await mara.as.query(api.encounters.current, { sessionId });
    expect(fight?.combatants.map((one) => one.name)).toEqual(["Vossa"]);
  });

  test("a new level moves the difficulty of prepared encounters", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const { gm, sessionId } = table;
    const mara = await seated(t, table, "Mara");
    const characterId = await characterOf(mara, sessionId);
    const encounterId = await gm.as.mutation(api.encounters.create, { sessionId, name: "Ambush" });
    const monsterId = await monster(t);
    await gm.as.mutation(api.encounters.addMonsters, { encounterId, monsterId, count: 2 });
    const difficulty = async () =>
      (await gm.as.query(api.encounters.list, { sessionId }))[0]?.difficulty;
    expect(await difficulty()).toBe("deadly");
    await gm.as.mutation(api.characters.updateCharacter, { characterId, level: 10 });
    expect(await difficulty()).toBe("easy");
  });
});

describe("archiving", () => {
  test("empties the seat and can be done by the player alone", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const { gm, sessionId } = table;
    const mara = await seated(t, table, "Mara");
    const characterId = await characterOf(mara, sessionId);
    await expectRefusal(
      gm.as.mutation(api.characters.archiveCharacter, { characterId }),
      "notMember",
    );
    await mara.as.mutation(api.characters.archiveCharacter, { characterId });
    expect(await gm.as.query(api.characters.listForSession, { sessionId })).toEqual([]);
    expect((await sheet(mara, characterId)).isArchived).toBe(true);
    await expectRefusal(
      mara.as.mutation(api.characters.claim, { sessionId, characterId }),
      "conflict",
      /is in the archive/,
    );
  });
});

describe("claiming", () => {
  test("sits an own character down at the table", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const { sessionId } = table;
    const mara = await seated(t, table, "Mara");
    const characterId = await mara.as.mutation(api.characters.createCharacter, voss);
    await mara.as.mutation(api.characters.claim, { sessionId, characterId });
    expect(await mara.as.query(api.sessions.mySeats)).toMatchObject([{ characterId }]);
  });

  test("does not work for another's character, or without a seat", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const { sessionId } = table;
    const mara = await seated(t, table, "Mara");
    const odo = await seated(t, table, "Odo");
    const characterId = await characterOf(mara, sessionId);
    await expectRefusal(
      odo.as.mutation(api.characters.claim, { sessionId, characterId }),
      "notMember",
    );
    await expectRefusal(
      table.gm.as.mutation(api.characters.claim, { sessionId, characterId }),
      "notMember",
      /no seat/,
    );
  });
});
