// Copied names where there are more rows than one call carries.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "./_generated/api";
import { averageScores, convexTest, guest, monster, openTable } from "./test.setup";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const MANY = 230;

test("a campaign's name reaches every session, however many", async () => {
  const t = convexTest();
  const { gm, campaignId } = await openTable(t);
  await t.run(async (ctx) => {
    for (let index = 0; index < MANY; index += 1) {
      await ctx.db.insert("sessions", {
        campaignId,
        campaignName: "The Lost Citadel",
        gmId: gm.userId,
        name: `Evening ${index}`,
        description: "",
        status: "archived",
        sessionNotes: "",
      });
    }
  });
  await gm.as.mutation(api.campaigns.update, { campaignId, name: "New" });
  await t.finishAllScheduledFunctions(vi.runAllTimers);
  const names = await t.run(async (ctx) =>
    (await ctx.db.query("sessions").take(1_000)).map((session) => session.campaignName),
  );
  expect(names).toHaveLength(MANY + 1);
  expect(new Set(names)).toEqual(new Set(["New"]));
});

test("a session's name reaches every encounter, however many", async () => {
  const t = convexTest();
  const { gm, sessionId } = await openTable(t);
  await t.run(async (ctx) => {
    for (let index = 0; index < MANY; index += 1) {
      await ctx.db.insert("encounters", {
        sessionId,
        sessionName: "Evening one",
        gmId: gm.userId,
        name: `Fight ${index}`,
        description: "",
        monsters: [],
        difficulty: "easy",
        treasure: [],
        experienceReward: 0,
        isStarted: true,
        isCompleted: true,
        round: 1,
      });
    }
  });
  await gm.as.mutation(api.sessions.update, { sessionId, name: "New" });
  await t.finishAllScheduledFunctions(vi.runAllTimers);
  const names = await t.run(async (ctx) =>
    (await ctx.db.query("encounters").take(1_000)).map((encounter) => encounter.sessionName),
  );
  expect(names).toHaveLength(MANY);
  expect(new Set(names)).toEqual(new Set(["New"]));
});

test("a character's name and Dexterity reach every fight, however many", async () => {
  const t = convexTest();
  const { gm, sessionId } = await openTable(t);
  const encounterId = await gm.as.mutation(api.encounters.create, { sessionId, name: "Ambush" });
  await monster(t);
  const mara = await guest(t, "Mara");
  const characterId = await mara.as.mutation(api.characters.createCharacter, {
    name: "Voss",
    class: "Thief",
    abilityScores: averageScores,
  });
  await t.run(async (ctx) => {
    for (let index = 0; index < MANY; index += 1) {
      await ctx.db.insert("combatants", {
        kind: "character",
        encounterId,
        characterId,
        name: "Voss",
        dexterity: 0,
        isHidden: false,
      });
    }
  });
  await mara.as.mutation(api.characters.updateCharacter, {
    characterId,
    name: "Vossa",
    abilityScores: { ...averageScores, dexterity: 18 },
  });
  await t.finishAllScheduledFunctions(vi.runAllTimers);
  const copies = await t.run(async (ctx) =>
    (await ctx.db.query("combatants").take(1_000)).map((one) => `${one.name} ${one.dexterity}`),
  );
  expect(copies).toHaveLength(MANY);
  expect(new Set(copies)).toEqual(new Set(["Vossa 4"]));
});

test("a monster's name reaches every fight, however many", async () => {
  const t = convexTest();
  const { gm, sessionId } = await openTable(t);
  const monsterId = await monster(t);
  for (let fight = 0; fight < 3; fight += 1) {
    const encounterId = await gm.as.mutation(api.encounters.create, { sessionId, name: "Ambush" });
    await gm.as.mutation(api.encounters.addMonsters, { encounterId, monsterId, count: 45 });
  }
  await t.run(async (ctx) => {
    await ctx.db.patch("monsters", monsterId, { displayName: "Gob" });
  });
  await t.mutation(internal.copies.monsterName, { monsterId, cursor: null });
  await t.finishAllScheduledFunctions(vi.runAllTimers);
  const names = await t.run(async (ctx) => [
    ...(await ctx.db.query("combatants").take(1_000)).map((one) => one.name),
    ...(await ctx.db.query("encounters").take(10)).map((one) => one.monsters[0]?.name),
  ]);
  expect(names).toHaveLength(3 * 45 + 3);
  expect(new Set(names)).toEqual(new Set(["Gob"]));
});
