// Initiative and turns, with a fight in which nothing is left to chance but the dice.
import { describe, expect, test } from "vitest";
import { api } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import {
  type Backend,
  characterOf,
  convexTest,
  expectRefusal,
  logLines,
  monster,
  openTable,
  seated,
} from "./test.setup";

/** Two goblins and one fighter, the fight begun, nobody with an initiative. */
async function fight(t: Backend) {
  const table = await openTable(t);
  const { gm, sessionId } = table;
  const mara = await seated(t, table, "Mara");
  await characterOf(mara, sessionId, "Voss");
  const encounterId = await gm.as.mutation(api.encounters.create, { sessionId, name: "Ambush" });
  await gm.as.mutation(api.encounters.addMonsters, {
    encounterId,
    monsterId: await monster(t),
    count: 2,
  });
  await gm.as.mutation(api.encounters.start, { encounterId });
  const see = async () => (await gm.as.query(api.encounters.current, { sessionId }))!;
  const idOf = async (name: string) =>
    (await see()).combatants.find((one) => one.name === name)!._id;
  const type = async (name: string, initiative: number) =>
    await gm.as.mutation(api.encounters.setInitiative, {
      combatantId: await idOf(name),
      initiative,
    });
  const acting = async () => {
    const { encounter, combatants } = await see();
    return [encounter.round, combatants.find((one) => one.isCurrent)?.name];
  };
  const next = async () => await gm.as.mutation(api.encounters.nextTurn, { encounterId });
  const previous = async () => await gm.as.mutation(api.encounters.previousTurn, { encounterId });
  const roll = async (reroll?: boolean) =>
    await gm.as.mutation(api.encounters.rollInitiative, { encounterId, ...(reroll && { reroll }) });
  return { ...table, encounterId, mara, see, idOf, type, acting, next, previous, roll };
}

describe("initiative", () => {
  test("rolled by the server, is a d20 with Dexterity, one roll for all monsters", async () => {
    const { see, roll, acting } = await fight(convexTest());
    await roll();
    const { combatants } = await see();
    const [goblins, [voss]] = [
      combatants.filter((one) => one.kind === "monster"),
      combatants.filter((one) => one.kind === "character"),
    ];
    expect(new Set(goblins.map((one) => one.initiative)).size).toBe(1);
    expect(goblins[0]?.initiative).toBeGreaterThanOrEqual(2);
    expect(goblins[0]?.initiative).toBeLessThanOrEqual(21);
    expect(voss?.initiative).toBeGreaterThanOrEqual(1);
    expect(voss?.initiative).toBeLessThanOrEqual(20);
    expect(await acting()).toEqual([1, combatants[0]?.name]);
  });

  test("that a player typed is kept", async () => {
    const { mara, see, idOf, roll } = await fight(convexTest());
    await mara.as.mutation(api.encounters.setInitiative, {
      combatantId: await idOf("Voss"),
      initiative: 50,
    });
    await roll();
    expect((await see()).combatants[0]).toMatchObject({ name: "Voss", initiative: 50 });
  });

  test("rolled again replaces all and starts at the top of the round", async () => {
    const { type, roll, next, acting, see } = await fight(convexTest());
    await type("Voss", 50);
    await roll();
    await next();
    await roll(true);
    const { combatants } = await see();
    expect(combatants.find((one) => one.name === "Voss")?.initiative).toBeLessThanOrEqual(20);
    expect(await acting()).toEqual([1, combatants[0]?.name]);
  });

  test("asked for twice rolls nothing twice and leaves the turn where it is", async () => {
    const { roll, next, acting, see } = await fight(convexTest());
    await roll();
    await next();
    const before = [await acting(), (await see()).combatants];
    await roll();
    expect([await acting(), (await see()).combatants]).toEqual(before);
  });

  test("of a monster is not a player's to type", async () => {
    const { mara, idOf } = await fight(convexTest());
    await expectRefusal(
      mara.as.mutation(api.encounters.setInitiative, {
        combatantId: await idOf("Goblin 1"),
        initiative: 1,
      }),
      "notGm",
    );
  });

  test.each([51, -11, 2.5])("of %d is refused", async (initiative) => {
    const { type } = await fight(convexTest());
    await expectRefusal(type("Voss", initiative), "invalid", /Initiative must be a whole number/);
  });

  test("of reinforcements is that of the monsters already there", async () => {
    const t = convexTest();
    const { gm, encounterId, type, see } = await fight(t);
    await type("Goblin 1", 7);
    await gm.as.mutation(api.encounters.addMonsters, {
      encounterId,
      monsterId: await monster(t, { name: "Ogre", displayName: "Ogre", slug: "ogre" }),
      count: 1,
    });
    expect((await see()).combatants.find((one) => one.name === "Ogre")?.initiative).toBe(7);
  });
});

describe("turns", () => {
  async function ordered(t: Backend) {
    const all = await fight(t);
    await all.type("Goblin 1", 15);
    await all.type("Voss", 12);
    await all.type("Goblin 2", 3);
    await all.roll();
    return all;
  }

  test("go from the highest down, round after round", async () => {
    const { next, acting } = await ordered(convexTest());
    const seen = [await acting()];
    for (let step = 0; step < 4; step += 1) {
      await next();
      seen.push(await acting());
    }
    expect(seen).toEqual([
      [1, "Goblin 1"],
      [1, "Voss"],
      [1, "Goblin 2"],
      [2, "Goblin 1"],
      [2, "Voss"],
    ]);
  });

  test("go back the way they came, but not before the first", async () => {
    const { next, previous, acting } = await ordered(convexTest());
    for (let step = 0; step < 3; step += 1) await next();
    await previous();
    expect(await acting()).toEqual([1, "Goblin 2"]);
    await previous();
    await previous();
    expect(await acting()).toEqual([1, "Goblin 1"]);
    await expectRefusal(previous(), "conflict", /first turn/);
  });

  test("pass over the dead, and not over a dying character", async () => {
    const { gm, next, acting, idOf } = await ordered(convexTest());
    for (const name of ["Goblin 2", "Voss"]) {
      await gm.as.mutation(api.encounters.changeHitPoints, {
        combatantId: await idOf(name),
        delta: -99,
      });
    }
    await next();
    expect(await acting()).toEqual([1, "Voss"]);
    await next();
    expect(await acting()).toEqual([2, "Goblin 1"]);
  });

  test("end when nobody is left to act", async () => {
    const { gm, next, idOf } = await ordered(convexTest());
    await gm.as.mutation(api.encounters.removeCombatant, { combatantId: await idOf("Voss") });
    for (const name of ["Goblin 1", "Goblin 2"]) {
      await gm.as.mutation(api.encounters.setHitPoints, {
        combatantId: await idOf(name),
        hitPoints: 0,
      });
    }
    await expectRefusal(next(), "conflict", /Nobody is left to act/);
  });

  test("go on when the one who acts is taken out", async () => {
    const { gm, acting, idOf } = await ordered(convexTest());
    await gm.as.mutation(api.encounters.removeCombatant, { combatantId: await idOf("Goblin 1") });
    expect(await acting()).toEqual([1, "Voss"]);
  });

  test("are nobody's when the last one who could act is taken out", async () => {
    const { gm, see, idOf, encounterId } = await ordered(convexTest());
    await gm.as.mutation(api.encounters.removeCombatant, { combatantId: await idOf("Voss") });
    const goblin = await idOf("Goblin 2");
    await gm.as.mutation(api.encounters.setHitPoints, { combatantId: goblin, hitPoints: 0 });
    await gm.as.mutation(api.encounters.removeCombatant, { combatantId: await idOf("Goblin 1") });
    expect((await see()).encounter.turnCombatantId).toBeNull();
    await gm.as.mutation(api.encounters.setHitPoints, { combatantId: goblin, hitPoints: 1 });
    await gm.as.mutation(api.encounters.nextTurn, { encounterId });
    expect((await see()).encounter.turnCombatantId).toBe(goblin);
  });

  test("end with the last creature taken out", async () => {
    const { gm, see, idOf } = await ordered(convexTest());
    for (const name of ["Goblin 1", "Voss", "Goblin 2"]) {
      await gm.as.mutation(api.encounters.removeCombatant, { combatantId: await idOf(name) });
    }
    const { encounter, combatants } = await see();
    expect(encounter.turnCombatantId).toBeNull();
    expect(combatants).toEqual([]);
  });

  test("begin without any initiative with whoever came first", async () => {
    const { next, acting } = await fight(convexTest());
    await next();
    expect(await acting()).toEqual([1, "Goblin 1"]);
  });

  test("are in the log, round by round", async () => {
    const { mara, sessionId, next } = await ordered(convexTest());
    await next();
    expect((await logLines(mara, sessionId)).slice(-2)).toEqual([
      "Round 1: Goblin 1 acts.",
      "Round 1: Voss acts.",
    ]);
  });

  test("ties go to the higher Dexterity, then to whoever came first", async () => {
    const { type, see } = await fight(convexTest());
    for (const name of ["Voss", "Goblin 2", "Goblin 1"]) await type(name, 10);
    const names = (await see()).combatants.map(
      (one: { name: string; _id: Id<"combatants"> }) => one.name,
    );
    expect(names).toEqual(["Goblin 1", "Goblin 2", "Voss"]);
  });
});
