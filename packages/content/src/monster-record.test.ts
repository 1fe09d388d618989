import { describe, expect, test } from "vitest";
import { coreMonsters } from "./core-monsters.ts";
import { MonsterRecordError, parseMonsterRecord } from "./monster-record.ts";

const goblin = {
  slug: "goblin",
  name: "Goblin",
  displayName: "Goblin",
  type: "Humanoid",
  level: 1,
  alignment: "C",
  armorClass: 11,
  hitPoints: 5,
  hitDice: "1d8+1",
  attacks: "1 club +0 (1d4) or 1 shortbow (far) +1 (1d4)",
  movement: "near",
  modifiers: {
    strength: 0,
    dexterity: 1,
    constitution: 1,
    intelligence: -1,
    wisdom: -1,
    charisma: -2,
  },
  attackBonus: 0,
  damage: "1d4",
  specialAbilities: [{ name: "Keen Senses", description: "It can't be surprised." }],
  description: "Short and green.",
  source: "My table",
  licence: "mine",
  isOfficial: false,
};

test("accepts a whole record and gives it back equal", () => {
  expect(parseMonsterRecord(goblin)).toEqual(goblin);
});

test("accepts what it gave, for every core monster, through JSON too", () => {
  for (const monster of coreMonsters) {
    expect(parseMonsterRecord(JSON.parse(JSON.stringify(monster)))).toEqual(monster);
  }
});

test("optional fields may be absent or undefined", () => {
  expect(parseMonsterRecord({ ...goblin, armorType: undefined })).toEqual(goblin);
  expect(parseMonsterRecord({ ...goblin, armorType: "leather", perUnit: "head" })).toMatchObject({
    armorType: "leather",
    perUnit: "head",
  });
});

describe("refuses, saying where, what was expected and what came", () => {
  const wrong: [change: object, path: string, message: RegExp][] = [
    [{ slug: "Big Goblin" }, "slug", /hyphens; "Big Goblin" came/],
    [{ name: " " }, "name", /isn't empty/],
    [{ name: 7 }, "name", /expected a text; 7 came/],
    [{ level: "1" }, "level", /a whole number from 0 to 100; "1" came/],
    [{ level: 1.5 }, "level", /1\.5 came/],
    [{ level: undefined }, "level", /nothing came/],
    [{ alignment: "lawful" }, "alignment", /L, N or C; "lawful" came/],
    [{ hitPoints: 0 }, "hitPoints", /from 1 to/],
    [{ hitDice: "2d6" }, "hitDice", /2d8\+2/],
    [{ attacks: "bites hard" }, "attacks", /Cannot read the attack/],
    [{ movement: "30 ft" }, "movement", /Cannot read the movement/],
    [{ modifiers: { ...goblin.modifiers, wisdom: null } }, "modifiers.wisdom", /null came/],
    [{ modifiers: { ...goblin.modifiers, luck: 1 } }, "modifiers.luck", /no such field/],
    [{ modifiers: [] }, "modifiers", /an object; \[\] came/],
    [{ damage: "lots" }, "damage", /1d6\+2/],
    [{ specialAbilities: {} }, "specialAbilities", /a list/],
    [{ specialAbilities: ["Rage"] }, "specialAbilities[0]", /an object; "Rage" came/],
    [
      { specialAbilities: [{ name: "", description: "x" }] },
      "specialAbilities[0].name",
      /isn't empty/,
    ],
    [{ isOfficial: "yes" }, "isOfficial", /true or false/],
    [{ perUnit: "tentacle" }, "perUnit", /"head" or nothing/],
    [{ armour: "leather" }, "armour", /no such field; "leather" came/],
  ];

  test.each(wrong)("%j", (change, path, message) => {
    const parse = () => parseMonsterRecord({ ...goblin, ...change });
    expect(parse).toThrow(MonsterRecordError);
    expect(parse).toThrow(message);
    expect(parse).toThrow(expect.objectContaining({ path }));
  });

  test.each([null, "goblin", [goblin], undefined])("%j instead of a record", (value) => {
    expect(() => parseMonsterRecord(value)).toThrow(/`monster`: expected an object/);
  });
});
