// Seeding the bestiary: complete, repeatable, and never over what a person changed.
import { coreMonsters } from "@torchkeeper/content";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "./_generated/api";
import { type Backend, convexTest, guest, openTable } from "./test.setup";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function seed(t: Backend) {
  const first = await t.mutation(internal.content.seed, {});
  await t.finishAllScheduledFunctions(vi.runAllTimers);
  return first;
}

async function rows(t: Backend) {
  return await t.run(async (ctx) => await ctx.db.query("monsters").take(1_000));
}

/** The row of the first record, which every first batch comes across. */
async function firstRow(t: Backend) {
  return (await rows(t)).find((row) => row.slug === coreMonsters[0]!.slug)!;
}

test("stores every core monster once, however often it runs", async () => {
  const t = convexTest();
  expect(await seed(t)).toEqual({
    inserted: 100,
    updated: 0,
    unchanged: 0,
    kept: 0,
    hasMore: true,
  });
  const once = await rows(t);
  expect(once.map((row) => row.slug).sort()).toEqual(coreMonsters.map((one) => one.slug).sort());
  expect(await seed(t)).toEqual({
    inserted: 0,
    updated: 0,
    unchanged: 100,
    kept: 0,
    hasMore: true,
  });
  expect(await rows(t)).toEqual(once);
});

test("stores every field of a record", async () => {
  const t = convexTest();
  await seed(t);
  const mara = await guest(t, "Mara");
  for (const record of [coreMonsters[0]!, coreMonsters.at(-1)!]) {
    const stored = await mara.as.query(api.monsters.getBySlug, { slug: record.slug });
    expect(stored).toMatchObject(JSON.parse(JSON.stringify(record)) as object);
  }
});

test("brings a row that differs up to date", async () => {
  const t = convexTest();
  await seed(t);
  const before = await firstRow(t);
  await t.run(async (ctx) => {
    await ctx.db.patch("monsters", before._id, { hitPoints: 9_999, perUnit: "head" });
  });
  expect(await seed(t)).toMatchObject({ inserted: 0, updated: 1, unchanged: 99 });
  expect(await firstRow(t)).toEqual(before);
});

test("leaves a row that a person edited", async () => {
  const t = convexTest();
  await seed(t);
  const before = await firstRow(t);
  await t.run(async (ctx) => {
    await ctx.db.patch("monsters", before._id, { hitPoints: 9_999, isUserEdited: true });
  });
  expect(await seed(t)).toMatchObject({ updated: 0, kept: 1 });
  expect(await firstRow(t)).toMatchObject({ hitPoints: 9_999 });
});

test("leaves homebrew of the same slug from another source", async () => {
  const t = convexTest();
  await seed(t);
  const original = await firstRow(t);
  const { _id, _creationTime, ...fields } = original;
  await t.run(async (ctx) => {
    await ctx.db.insert("monsters", { ...fields, source: "My own", hitPoints: 9_999 });
  });
  expect(await seed(t)).toMatchObject({ inserted: 0, updated: 0 });
  expect(await rows(t)).toHaveLength(coreMonsters.length + 1);
});

test("corrected names reach the fights that the monsters are in", async () => {
  const t = convexTest();
  await seed(t);
  const [one, two] = await rows(t);
  const { gm, sessionId } = await openTable(t);
  const encounterId = await gm.as.mutation(api.encounters.create, { sessionId, name: "Ambush" });
  for (const row of [one!, two!]) {
    await t.run(async (ctx) => {
      await ctx.db.patch("monsters", row._id, { displayName: "Misspelt" });
    });
    const add = { encounterId, monsterId: row._id, count: 1 };
    await gm.as.mutation(api.encounters.addMonsters, add);
  }
  const names = async () => {
    const { encounter, combatants } = await gm.as.query(api.encounters.get, { encounterId });
    return [...encounter.monsters, ...combatants].map((creature) => creature.name).sort();
  };
  expect(new Set(await names())).toEqual(new Set(["Misspelt"]));
  await seed(t);
  const right = [one!.displayName, two!.displayName];
  expect(await names()).toEqual([...right, ...right].sort());
});
