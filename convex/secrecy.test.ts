// What players never receive: not hidden on their screen, but absent from what the server sends them.
import { expect, test } from "vitest";
import { api } from "./_generated/api";
import {
  type Backend,
  characterOf,
  convexTest,
  logLines,
  monster,
  openTable,
  seated,
  signedUp,
} from "./test.setup";

/** A fight with one visible ogre of odd figures and one hidden ghoul. */
async function fight(t: Backend) {
  const table = await openTable(t);
  const { gm, campaignId, sessionId } = table;
  const mara = await seated(t, table, "Mara");
  await characterOf(mara, sessionId, "Voss");
  const watcher = await signedUp(t, "Wat");
  await gm.as.mutation(api.campaigns.addMember, {
    campaignId,
    email: "wat@example.org",
    role: "spectator",
  });
  const encounterId = await gm.as.mutation(api.encounters.create, { sessionId, name: "Ambush" });
  const [ogre] = await gm.as.mutation(api.encounters.addMonsters, {
    encounterId,
    monsterId: await monster(t, {
      slug: "ogre",
      name: "Ogre",
      displayName: "Ogre",
      hitPoints: 733,
      armorClass: 719,
    }),
    count: 1,
  });
  const [ghoul] = await gm.as.mutation(api.encounters.addMonsters, {
    encounterId,
    monsterId: await monster(t, { slug: "ghoul", name: "Ghoul", displayName: "Ghoul" }),
    count: 1,
    hidden: true,
  });
  await gm.as.mutation(api.encounters.start, { encounterId });
  return { ...table, encounterId, ogre: ogre!, ghoul: ghoul!, mara, watcher };
}

test("players and spectators get a word for a monster's health, and no figure of it", async () => {
  const { gm, mara, watcher, sessionId, ogre } = await fight(convexTest());
  await gm.as.mutation(api.encounters.changeHitPoints, { combatantId: ogre, delta: -400 });
  for (const reader of [mara, watcher]) {
    const seen = await reader.as.query(api.encounters.current, { sessionId });
    const monsterSeen = seen?.combatants.find((one) => one.kind === "monster");
    expect(monsterSeen).toMatchObject({
      name: "Ogre",
      health: "bloodied",
      hitPoints: null,
      maxHitPoints: null,
      armorClass: null,
    });
    expect(JSON.stringify(seen)).not.toMatch(/\b(733|719|333)\b/);
  }
  const known = await gm.as.query(api.encounters.current, { sessionId });
  expect(known?.combatants[0]).toMatchObject({
    hitPoints: 333,
    maxHitPoints: 733,
    armorClass: 719,
  });
});

test("players get the figures of characters", async () => {
  const { mara, watcher, sessionId } = await fight(convexTest());
  for (const reader of [mara, watcher]) {
    const seen = await reader.as.query(api.encounters.current, { sessionId });
    expect(seen?.combatants.find((one) => one.kind === "character")).toMatchObject({
      hitPoints: 8,
      maxHitPoints: 8,
      armorClass: 10,
    });
  }
});

test("a hidden creature is not in what players get, not even as an id", async () => {
  const { gm, mara, sessionId, ghoul } = await fight(convexTest());
  const seen = await mara.as.query(api.encounters.current, { sessionId });
  expect(seen?.combatants.map((one) => one.name)).toEqual(["Ogre", "Voss"]);
  expect(JSON.stringify(seen)).not.toContain(ghoul);
  const known = await gm.as.query(api.encounters.current, { sessionId });
  expect(known?.combatants.find((one) => one._id === ghoul)).toMatchObject({ isHidden: true });
});

test("on a hidden creature's turn players see that nobody they know acts", async () => {
  const { gm, mara, sessionId, encounterId, ghoul } = await fight(convexTest());
  await gm.as.mutation(api.encounters.setInitiative, { combatantId: ghoul, initiative: 50 });
  await gm.as.mutation(api.encounters.nextTurn, { encounterId });
  const known = await gm.as.query(api.encounters.current, { sessionId });
  expect(known?.encounter.turnCombatantId).toBe(ghoul);
  const seen = await mara.as.query(api.encounters.current, { sessionId });
  expect(seen?.encounter).toMatchObject({ round: 1, turnCombatantId: null });
  expect(seen?.combatants.some((one) => one.isCurrent)).toBe(false);
});

test("showing a hidden creature tells the table, hiding it tells the GM alone", async () => {
  const { gm, mara, sessionId, ogre, ghoul } = await fight(convexTest());
  await gm.as.mutation(api.encounters.setHidden, { combatantId: ghoul, hidden: false });
  await gm.as.mutation(api.encounters.setHidden, { combatantId: ghoul, hidden: false });
  await gm.as.mutation(api.encounters.setHidden, { combatantId: ogre, hidden: true });
  const seen = await mara.as.query(api.encounters.current, { sessionId });
  expect(seen?.combatants.map((one) => one.name)).toEqual(["Ghoul", "Voss"]);
  expect((await logLines(mara, sessionId)).at(-1)).toBe("Ghoul appears.");
  expect((await logLines(gm, sessionId)).slice(-2)).toEqual([
    "Ghoul appears.",
    "Ogre is out of sight.",
  ]);
});

test("the log tells players of a monster's state when the word changes, and never a number", async () => {
  const { gm, mara, sessionId, ogre } = await fight(convexTest());
  for (const delta of [-1, -1, -500]) {
    await gm.as.mutation(api.encounters.changeHitPoints, { combatantId: ogre, delta });
  }
  expect((await logLines(mara, sessionId)).slice(-2)).toEqual([
    "Ogre is grazed.",
    "Ogre is bloodied.",
  ]);
  expect(await logLines(gm, sessionId)).toContain("Ogre: −500 HP, 231 of 733 left.");
});

test("the log tells players nothing of a hidden creature", async () => {
  const { gm, mara, sessionId, encounterId, ghoul } = await fight(convexTest());
  await gm.as.mutation(api.encounters.setInitiative, { combatantId: ghoul, initiative: 50 });
  await gm.as.mutation(api.encounters.nextTurn, { encounterId });
  await gm.as.mutation(api.encounters.changeHitPoints, { combatantId: ghoul, delta: -3 });
  expect((await logLines(mara, sessionId)).join("\n")).not.toContain("Ghoul");
  expect((await logLines(gm, sessionId)).join("\n")).toContain("Round 1: Ghoul acts.");
});

test("a private roll reaches the GM alone, on no page of the log either", async () => {
  const { gm, mara, watcher, sessionId } = await fight(convexTest());
  await gm.as.mutation(api.rolls.roll, {
    sessionId,
    expression: "1d20",
    label: "Secret door",
    isPrivate: true,
  });
  for (const reader of [mara, watcher]) {
    expect(await reader.as.query(api.rolls.recent, { sessionId })).toEqual([]);
    expect((await logLines(reader, sessionId)).join()).not.toContain("Secret door");
  }
  expect(await gm.as.query(api.rolls.recent, { sessionId })).toMatchObject([
    { label: "Secret door", isPrivate: true },
  ]);
  expect((await logLines(gm, sessionId)).join()).toContain("Secret door");
});

test("preparing a fight leaves no line that players can read", async () => {
  const t = convexTest();
  const table = await openTable(t);
  const { gm, sessionId } = table;
  const mara = await seated(t, table, "Mara");
  const encounterId = await gm.as.mutation(api.encounters.create, { sessionId, name: "Betrayal" });
  const [first] = await gm.as.mutation(api.encounters.addMonsters, {
    encounterId,
    monsterId: await monster(t),
    count: 1,
    hidden: true,
  });
  await gm.as.mutation(api.encounters.setHidden, { combatantId: first!, hidden: false });
  await gm.as.mutation(api.encounters.end, { encounterId });
  expect(await logLines(mara, sessionId)).toEqual(["Mara joins the table."]);
});
