// The summary of an encounter's monsters: what goes in comes out again. Ids of rows that do not matter are cast from text.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Doc, Id } from "../_generated/dataModel";
import { convexTest, monster } from "../test.setup";
import { rosterWith, rosterWithout } from "./roster";

/** Three kinds, as rows of the bestiary. */
async function kinds(): Promise<Doc<"monsters">[]> {
  const t = convexTest();
  for (const name of ["Goblin", "Ogre", "Rat"]) {
    await monster(t, { name, displayName: name, slug: name });
  }
  return await t.run(async (ctx) => await ctx.db.query("monsters").take(3));
}

function combatant(kind: Doc<"monsters">, level: number): Doc<"combatants"> {
  const { _id: monsterId, displayName: name, hitDice, armorClass, hitPoints } = kind;
  return {
    // Only the kind matters here, so the two ids of other rows may be anything.
    _id: "c" as Id<"combatants">,
    encounterId: "e" as Id<"encounters">,
    _creationTime: 0,
    kind: "monster",
    monsterId,
    name,
    hitDice,
    level,
    armorClass,
    hitPoints,
    maxHitPoints: hitPoints,
    dexterity: 0,
    isHidden: false,
  };
}

const muster = fc.record({
  kind: fc.nat({ max: 2 }),
  level: fc.integer({ min: 1, max: 3 }),
  count: fc.integer({ min: 1, max: 6 }),
});

test("counts every creature once, whatever the order they came in", async () => {
  const monsters = await kinds();
  fc.assert(
    fc.property(fc.array(muster), (musters) => {
      const roster = musters.reduce(
        (sum, { kind, level, count }) => rosterWith(sum, monsters[kind]!, level, count),
        rosterWith([], monsters[0]!, 1, 1),
      );
      const total = musters.reduce((sum, { count }) => sum + count, 1);
      expect(roster.reduce((sum, entry) => sum + entry.count, 0)).toBe(total);
      const keys = roster.map((entry) => `${entry.monsterId} ${entry.level}`);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

test("is empty again when everybody who came in has gone", async () => {
  const monsters = await kinds();
  fc.assert(
    fc.property(fc.array(muster, { minLength: 1 }), (musters) => {
      let roster = rosterWith([], monsters[0]!, 1, 1);
      for (const { kind, level, count } of musters) {
        roster = rosterWith(roster, monsters[kind]!, level, count);
      }
      for (const { kind, level, count } of [...musters, { kind: 0, level: 1, count: 1 }]) {
        for (let one = 0; one < count; one += 1) {
          roster = rosterWithout(roster, combatant(monsters[kind]!, level));
        }
      }
      expect(roster).toEqual([]);
    }),
  );
});
