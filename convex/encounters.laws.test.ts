// Whatever a GM does in a fight, in whatever order: the copies stay true, the turn is somebody's who is there, and
// players see what they may. An error's data is looked at as a refusal: hence the cast.
import fc from "fast-check";
import { expect, test } from "vitest";
import { api } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import { difficultyFor } from "./lib/difficulty";
import { type Backend, characterOf, convexTest, monster, openTable, seated } from "./test.setup";

type Step =
  | { do: "add"; kind: number; count: number; hidden: boolean }
  | { do: "remove" | "kill" | "hide" | "show" | "hurt"; who: number }
  | { do: "next" | "previous" | "roll" | "reroll" | "party" };

const who = fc.nat({ max: 100 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("add" as const),
    kind: fc.nat({ max: 1 }),
    count: fc.integer({ min: 1, max: 3 }),
    hidden: fc.boolean(),
  }),
  fc.record({
    do: fc.constantFrom(
      "remove" as const,
      "kill" as const,
      "hide" as const,
      "show" as const,
      "hurt" as const,
    ),
    who,
  }),
  fc.record({
    do: fc.constantFrom(
      "next" as const,
      "previous" as const,
      "roll" as const,
      "reroll" as const,
      "party" as const,
    ),
  }),
);

async function fight(t: Backend) {
  const table = await openTable(t);
  const { gm, sessionId } = table;
  const mara = await seated(t, table, "Mara");
  await characterOf(mara, sessionId, "Voss");
  const monsterIds = [
    await monster(t, { hitPoints: 7 }),
    await monster(t, { slug: "ogre", name: "Ogre", displayName: "Ogre", level: 6 }),
  ];
  const encounterId = await gm.as.mutation(api.encounters.create, { sessionId, name: "Ambush" });
  await gm.as.mutation(api.encounters.start, { encounterId });
  return { gm, mara, sessionId, encounterId, monsterIds };
}

type Fight = Awaited<ReturnType<typeof fight>>;

/** Takes a step, if it can be taken: a refusal for a reason of the game is no failure. */
async function take(t: Backend, { gm, encounterId, monsterIds }: Fight, now: Step): Promise<void> {
  const everybody = (await gm.as.query(api.encounters.get, { encounterId })).combatants;
  const target = (index: number): Id<"combatants"> | undefined =>
    everybody[index % Math.max(1, everybody.length)]?._id;
  const combatantId = "who" in now ? target(now.who) : undefined;
  const { as } = gm;
  switch (now.do) {
    case "add": {
      const monsterId = monsterIds[now.kind]!;
      const { count, hidden } = now;
      await as.mutation(api.encounters.addMonsters, { encounterId, monsterId, count, hidden });
      return;
    }
    case "party":
      await as.mutation(api.encounters.addParty, { encounterId });
      return;
    case "roll":
    case "reroll":
      await as.mutation(api.encounters.rollInitiative, {
        encounterId,
        reroll: now.do === "reroll",
      });
      return;
    case "next":
    case "previous":
      await as
        .mutation(now.do === "next" ? api.encounters.nextTurn : api.encounters.previousTurn, {
          encounterId,
        })
        .catch(onlyConflicts);
      return;
    default:
  }
  if (combatantId === undefined) return;
  if (now.do === "remove") await as.mutation(api.encounters.removeCombatant, { combatantId });
  if (now.do === "hide" || now.do === "show") {
    await as.mutation(api.encounters.setHidden, { combatantId, hidden: now.do === "hide" });
  }
  if (now.do === "hurt" || now.do === "kill") {
    const delta = now.do === "hurt" ? -1 : -999;
    await as.mutation(api.encounters.changeHitPoints, { combatantId, delta });
  }
}

function onlyConflicts(error: unknown): void {
  const { kind } = (error as { data: { kind: string } }).data;
  expect(kind).toBe("conflict");
}

async function expectTrue(t: Backend, { gm, mara, sessionId, encounterId }: Fight): Promise<void> {
  const { encounter, combatants } = await gm.as.query(api.encounters.get, { encounterId });
  const monsters = combatants.filter((one) => one.kind === "monster");

  // The summary counts the monsters that are there.
  expect(encounter.monsters.reduce((sum, entry) => sum + entry.count, 0)).toBe(monsters.length);
  for (const entry of encounter.monsters) {
    const alike = monsters.filter((one) => one.monsterId === entry.monsterId);
    expect(entry.count).toBe(alike.length);
    expect([...entry.currentHp].sort()).toEqual(alike.map((one) => one.hitPoints!).sort());
  }
  // The stored difficulty is what follows from summary and party.
  const stored = await t.run(async (ctx) => await ctx.db.get("encounters", encounterId));
  const due = await t.run(async (ctx) => await difficultyFor(ctx, sessionId, stored!.monsters));
  expect(stored!.difficulty).toBe(due.difficulty);
  // The turn is nobody's, or somebody's who is there.
  const turn = encounter.turnCombatantId;
  if (turn !== null) expect(combatants.map((one) => one._id)).toContain(turn);
  // No two creatures go by one name.
  expect(new Set(combatants.map((one) => one.name)).size).toBe(combatants.length);
  // Players see those who are not hidden, in the same order, without figures of monsters.
  const seen = (await mara.as.query(api.encounters.current, { sessionId }))!.combatants;
  expect(seen.map((one) => one._id)).toEqual(
    combatants.filter((one) => !one.isHidden).map((one) => one._id),
  );
  expect(seen.every((one) => one.kind === "character" || one.hitPoints === null)).toBe(true);
}

test("a fight stays true through any sequence of actions", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
      const t = convexTest();
      const scene = await fight(t);
      for (const now of steps) {
        await take(t, scene, now);
        await expectTrue(t, scene);
      }
    }),
    { numRuns: 8 },
  );
});
