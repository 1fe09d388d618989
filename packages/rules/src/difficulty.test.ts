import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  difficultyTiers,
  estimateDifficulty,
  watchList,
  type DifficultyTier,
  type EncounterMonster,
} from "./difficulty.ts";

const four = (level: number) => [level, level, level, level];
const goblin = (count: number) => ({ name: "Goblin", level: 1, count });
const rats = { name: "Rat", level: 0, count: 8, attacks: "1 bite +0 (1 + disease)" };
const kobolds = {
  name: "Kobold",
  level: 0,
  count: 3,
  attacks: "1 spear (close/near) +0 (1d6)",
};

const examples: [string, number[], EncounterMonster[], number, DifficultyTier][] = [
  ["3 goblins", four(1), [goblin(3)], 0.75, "hard"],
  ["2 orcs", four(1), [{ name: "Orc", level: 1, count: 2 }], 0.5, "medium"],
  ["an ogre", four(1), [{ name: "Ogre", level: 6, count: 1 }], 1.5, "deadly"],
  ["3 kobolds", four(1), [kobolds], 0.5625, "medium"],
  ["8 rats", four(1), [rats], 0.5, "medium"],
  ["an owlbear", four(5), [{ name: "Owlbear", level: 6, count: 1 }], 0.3, "easy"],
  ["2 trolls", four(5), [{ name: "Troll", level: 5, count: 2 }], 0.5, "medium"],
  ["a vampire", four(5), [{ name: "Vampire", level: 11, count: 1 }], 0.55, "hard"],
  ["nothing", four(1), [], 0, "trivial"],
  ["9 rats", four(1), [{ ...rats, count: 9 }], 0.5625, "hard"],
];

test.each(examples)("%s against a party of %j", (_what, partyLevels, monsters, ratio, tier) => {
  const estimate = estimateDifficulty({ partyLevels, monsters });
  expect(estimate.ratio).toBeCloseTo(ratio);
  expect(estimate.tier).toBe(tier);
  expect(estimate.difficulty).toBe(tier === "trivial" ? "easy" : tier);
});

describe("reasons", () => {
  test("the sum comes first", () => {
    expect(estimateDifficulty({ partyLevels: four(1), monsters: [goblin(3)] }).reasons).toEqual([
      "Monster levels add up to 3, the party’s to 4: ratio 0.75",
    ]);
  });

  test("a boss and each toggle are named", () => {
    const { reasons } = estimateDifficulty({
      partyLevels: four(5),
      monsters: [{ name: "Vampire", level: 11, count: 1 }],
      toggles: { partyAtDisadvantage: true, partyHasSurprise: true, partyCannotHurt: true },
    });
    expect(reasons).toHaveLength(5);
    expect(reasons[1]).toBe("Boss: Vampire is level 11, the party 5 on average: one tier up");
  });

  test("a swarm is named, and a boss with a swarm steps up once only", () => {
    const swarm = estimateDifficulty({ partyLevels: four(1), monsters: [{ ...rats, count: 9 }] });
    expect(swarm.reasons[1]).toMatch(/^Swarm: 9 monsters for 4 characters/);
    const both = estimateDifficulty({
      partyLevels: four(2),
      monsters: [
        { name: "Troll", level: 5, count: 1 },
        { ...rats, count: 9 },
      ],
    });
    expect(both.reasons).toHaveLength(2);
  });
});

test("a hydra's heads add up, and make it one strong monster", () => {
  const { ratio, reasons } = estimateDifficulty({
    partyLevels: four(4),
    monsters: [{ name: "Hydra", level: 2, count: 1, units: 5 }],
  });
  expect(ratio).toBe(10 / 16);
  expect(reasons[1]).toMatch(/^Boss: Hydra is level 10/);
});

test("a level 0 character counts half", () => {
  expect(estimateDifficulty({ partyLevels: [0, 0, 1], monsters: [goblin(1)] }).ratio).toBe(0.5);
});

test("surprise by the party takes a tier off", () => {
  const toggles = { partyHasSurprise: true };
  expect(estimateDifficulty({ partyLevels: four(1), monsters: [goblin(3)], toggles }).tier).toBe(
    "medium",
  );
});

test("refuses an empty party and negative numbers", () => {
  expect(() => estimateDifficulty({ partyLevels: [], monsters: [] })).toThrow(/party is empty/);
  expect(() => estimateDifficulty({ partyLevels: [-1], monsters: [] })).toThrow(RangeError);
  expect(() => estimateDifficulty({ partyLevels: [1], monsters: [goblin(-1)] })).toThrow(
    /count -1/,
  );
});

test("one more monster never makes a fight easier", () => {
  const monster = fc.record({
    name: fc.constant("Beast"),
    level: fc.integer({ min: 0, max: 12 }),
    count: fc.integer({ min: 0, max: 10 }),
  });
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 6 }),
      fc.array(monster, { maxLength: 4 }),
      monster,
      (partyLevels, monsters, extra) => {
        const before = estimateDifficulty({ partyLevels, monsters });
        const after = estimateDifficulty({ partyLevels, monsters: [...monsters, extra] });
        expect(after.ratio).toBeGreaterThanOrEqual(before.ratio);
        expect(difficultyTiers.indexOf(after.tier)).toBeGreaterThanOrEqual(
          difficultyTiers.indexOf(before.tier),
        );
      },
    ),
  );
});

test.each([
  ["DC 15 CON check or petrified.", ["petrifies"]],
  ["DC 12 CON check or paralyzed for 1d4 rounds.", ["paralyzes"]],
  ["One humanoid is under its control for 1d4 days.", ["takes control"]],
  ["On 18-20 the target is swallowed.", ["swallows"]],
  ["Over 2d10 days it turns into a deep one.", ["transforms"]],
  ["DC 15 CON check or go to 0 HP.", ["drops to 0 HP"]],
  ["It permanently loses 1d4 CON. At 0 CON the target dies.", ["permanent", "kills outright"]],
  ["When it dies, it bursts into flames. A DC 15 STR check on its turn to get free.", []],
])("%j is watched for %j", (description, labels) => {
  expect(watchList([{ name: "Trait", description }]).map((entry) => entry.label)).toEqual(labels);
});
