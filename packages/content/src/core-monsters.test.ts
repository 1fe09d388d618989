import {
  armorTable,
  attackKind,
  averageHitPoints,
  displayName,
  findArmor,
  formatAttacks,
  formatMovement,
  hitDiceNotation,
  leadingFigures,
  monsterSpell,
  monsterTypes,
  moraleImmunity,
  parseAttacks,
  parseMovement,
  secondaryTags,
  shield,
  slugFor,
  traitNamesOf,
  watchList,
} from "@torchkeeper/rules";
import { describe, expect, test } from "vitest";
import { coreMonsters } from "./core-monsters.ts";
import { coreSource, licenceName } from "./licence.ts";
import type { MonsterRecord } from "./monster-record.ts";

function countBy(key: (monster: MonsterRecord) => string | number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const monster of coreMonsters) {
    counts[key(monster)] = (counts[key(monster)] ?? 0) + 1;
  }
  return counts;
}

function named(name: string): MonsterRecord {
  const monster = coreMonsters.find((candidate) => candidate.name === name);
  if (monster === undefined) throw new Error(`no core monster ${name}`);
  return monster;
}

const parts = coreMonsters.flatMap((monster) =>
  parseAttacks(monster.attacks)
    .flat()
    .map((part) => ({ monster, part })),
);
const traits = coreMonsters.flatMap((monster) =>
  monster.specialAbilities.map((trait) => ({ monster, trait })),
);

describe("the whole bestiary", () => {
  test("has 243 monsters, each name and each slug once", () => {
    expect(coreMonsters).toHaveLength(243);
    expect(new Set(coreMonsters.map((monster) => monster.name)).size).toBe(243);
    expect(new Set(coreMonsters.map((monster) => monster.slug)).size).toBe(243);
  });

  test("has as many monsters of each level, alignment and type as the game", () => {
    // The Hydra is level 2 here, per head; the book gives it no level of its own.
    const levels = [5, 19, 35, 33, 28, 17, 26, 13, 19, 17, 7, 2, 5, 3, 1, 2, 5, 2, 1, 2];
    expect(countBy((monster) => monster.level)).toEqual({
      ...Object.fromEntries(levels.map((count, level) => [level, count])),
      30: 1,
    });
    expect(countBy((monster) => monster.alignment)).toEqual({ C: 100, N: 118, L: 25 });
    expect(countBy((monster) => monster.type)).toEqual({
      Aberration: 15,
      Beast: 57,
      Celestial: 8,
      Construct: 6,
      Dragon: 7,
      Elemental: 16,
      Fey: 8,
      Fiend: 15,
      Giant: 11,
      Humanoid: 45,
      Monstrosity: 29,
      Ooze: 5,
      Plant: 5,
      Undead: 16,
    });
    expect(Object.keys(countBy((monster) => monster.type)).sort()).toEqual([...monsterTypes]);
  });

  test("stays within the printed ranges of armor class and hit points", () => {
    const armorClasses = coreMonsters.map((monster) => monster.armorClass);
    const hitPoints = coreMonsters.map((monster) => monster.hitPoints);
    expect([Math.min(...armorClasses), Math.max(...armorClasses)]).toEqual([7, 22]);
    expect([Math.min(...hitPoints), Math.max(...hitPoints)]).toEqual([1, 140]);
  });

  test("names its source and licence on every record", () => {
    for (const monster of coreMonsters) {
      expect([monster.source, monster.licence, monster.isOfficial]).toEqual([
        coreSource,
        licenceName,
        true,
      ]);
    }
  });
});

describe("figures", () => {
  test("hit points are the formula's but for the Viperian Wizard, printed one higher", () => {
    const others = coreMonsters.filter(
      ({ level, modifiers, hitPoints }) =>
        hitPoints !== averageHitPoints(level, modifiers.constitution),
    );
    expect(others.map((monster) => [monster.name, monster.hitPoints])).toEqual([
      ["Viperian, Wizard", 37],
    ]);
  });

  test("what follows from other figures agrees with them", () => {
    for (const monster of coreMonsters) {
      const { attackBonus, damage } = leadingFigures(parseAttacks(monster.attacks));
      expect(monster).toMatchObject({
        hitDice: hitDiceNotation(monster.level, monster.modifiers.constitution),
        displayName: displayName(monster.name),
        slug: slugFor(monster.name),
        attackBonus,
        damage,
      });
    }
  });

  test("worn armor explains the armor class of all but two devils and demons", () => {
    const odd = coreMonsters.filter((monster) => {
      if (monster.armorType === undefined) return false;
      const [, magic = "0", body = "", held] =
        /^(?:\+(\d) )?(.+?)(?: \+ (shield))?$/.exec(monster.armorType) ?? [];
      const armor = armorTable[findArmor(body)?.name ?? "Leather armor"];
      const dexterity = armor.addsDexterity ? monster.modifiers.dexterity : 0;
      const worn = armor.baseArmorClass + dexterity + Number(magic);
      return monster.armorClass !== worn + (held === undefined ? 0 : shield.armorClassBonus);
    });
    expect(coreMonsters.filter((monster) => monster.armorType !== undefined)).toHaveLength(52);
    expect(odd.map((monster) => monster.name)).toEqual(["Demon, Marilith", "Devil, Erinyes"]);
  });

  test("only the Hydra is counted per head", () => {
    const perHead = coreMonsters.filter((monster) => monster.perUnit === "head");
    expect(perHead).toHaveLength(1);
    expect(perHead[0]).toMatchObject({ name: "Hydra", level: 2, hitPoints: 11, hitDice: "2d8+2" });
  });
});

describe("attack and movement lines", () => {
  test("each of the 359 parts of the 243 lines parses and prints back unchanged", () => {
    for (const monster of coreMonsters) {
      expect(formatAttacks(parseAttacks(monster.attacks))).toBe(monster.attacks);
    }
    expect(parts).toHaveLength(359);
  });

  test("288 parts do damage, 18 cast, 53 are explained by a trait", () => {
    const kinds = parts.map(({ part }) => attackKind(part));
    expect(
      (["blow", "spell", "special"] as const).map(
        (kind) => kinds.filter((each) => each === kind).length,
      ),
    ).toEqual([288, 18, 53]);
  });

  test("every trait that an attack names is there, fire that needs no trait aside", () => {
    const missing = parts.flatMap(({ monster, part }) => {
      const names = monster.specialAbilities.map((trait) => trait.name.toLowerCase());
      return traitNamesOf(part).filter((name) => !names.includes(name.toLowerCase()));
    });
    expect(missing).toEqual(["ignites flammables", "ignites flammables"]);
  });

  test("every movement parses and prints back unchanged, 22 of them different", () => {
    for (const monster of coreMonsters) {
      expect(formatMovement(parseMovement(monster.movement))).toBe(monster.movement);
    }
    expect(new Set(coreMonsters.map((monster) => monster.movement)).size).toBe(22);
  });
});

describe("traits", () => {
  test("206 monsters have 406 of them", () => {
    expect(coreMonsters.filter((monster) => monster.specialAbilities.length > 0)).toHaveLength(206);
    expect(traits).toHaveLength(406);
  });

  test("67 are spells with an ability and a difficulty, and each caster has the attack to cast", () => {
    const spells = traits.flatMap(({ monster, trait }) => {
      const spell = monsterSpell(trait);
      return spell === null ? [] : [{ monster, spell }];
    });
    const abilities = spells.map(({ spell }) => spell.ability);
    expect(
      ["intelligence", "wisdom", "charisma"].map(
        (ability) => abilities.filter((each) => each === ability).length,
      ),
    ).toEqual([33, 23, 11]);
    expect(new Set(spells.map(({ monster }) => monster.name)).size).toBe(18);
    for (const { monster, spell } of spells) {
      expect(monster.attacks).toContain("spell");
      expect(spell.tier).toBeGreaterThanOrEqual(1);
      expect(spell.tier).toBeLessThanOrEqual(5);
    }
  });

  test("every trait and every monster has its text, tidy and without the book's shorthand", () => {
    const texts = [
      ...coreMonsters.map((monster) => [monster.name, monster.description] as const),
      ...traits.map(
        ({ monster, trait }) => [`${monster.name}: ${trait.name}`, trait.description] as const,
      ),
    ];
    for (const [where, text] of texts) {
      expect(text.trim(), where).toBe(text);
      expect(text, where).toMatch(/^[A-Z0-9+].*[.?!]$/s);
      expect(text, where).not.toMatch(/\b(ADV|DISADV|rds)\b| {2}|- |\*|_/);
    }
  });

  test("every die and every difficulty in a text is one that a table can roll", () => {
    for (const { monster, trait } of traits) {
      for (const [, sides] of trait.description.matchAll(/\d+d(\d+)/g)) {
        expect([4, 6, 8, 10, 12, 20, 100], `${monster.name}: ${trait.name}`).toContain(
          Number(sides),
        );
      }
      for (const [, difficulty] of trait.description.matchAll(/\bDC (\d+)/g)) {
        expect([9, 11, 12, 13, 14, 15, 18, 20], `${monster.name}: ${trait.name}`).toContain(
          Number(difficulty),
        );
      }
    }
  });

  test("the Ten-Eyed Oracle keeps its list of ten rays, a line each", () => {
    const ray = named("The Ten-Eyed Oracle").specialAbilities.find(
      (trait) => trait.name === "Eyestalk Ray",
    );
    const lines = ray?.description.split("\n") ?? [];
    expect(lines).toHaveLength(11);
    expect(lines.slice(1).every((line, index) => line.startsWith(`${index + 1}. `))).toBe(true);
  });

  test.each([
    ["Basilisk", "petrifies"],
    ["Ghoul", "paralyzes"],
    ["Aboleth", "takes control"],
    ["Purple Worm", "swallows"],
    ["Aboleth", "transforms"],
    ["Scorpion", "drops to 0 HP"],
    ["Vampire", "permanent"],
    ["Wraith", "kills outright"],
  ])("%s is on the watch list: %s", (name, label) => {
    expect(watchList(named(name).specialAbilities).map((entry) => entry.label)).toContain(label);
  });
});

test("the rules' fearless monsters are all in the bestiary and say so in a trait", () => {
  const immune = (kind: string) =>
    coreMonsters.filter((monster) => moraleImmunity(monster.name) === kind);
  expect(immune("always")).toHaveLength(16);
  expect(immune("while raging")).toHaveLength(5);
  for (const monster of coreMonsters) {
    const says = monster.specialAbilities.some((trait) =>
      /never checks morale/i.test(trait.description),
    );
    expect(says, monster.name).toBe(moraleImmunity(monster.name) === "always");
  }
});

test("tags follow from the stat block", () => {
  expect(secondaryTags(named("Rat, Swarm"))).toEqual(["swarm", "dark-adapted"]);
  expect(secondaryTags(named("Dragon, Sea"))).toEqual(["aquatic", "flyer", "dark-adapted"]);
  expect(secondaryTags(named("Lich"))).toEqual(["spellcaster", "undead", "dark-adapted"]);
  expect(secondaryTags(named("The Tarrasque"))).toContain("legendary");
  expect(secondaryTags(named("Mage"))).toEqual(["spellcaster"]);
});
