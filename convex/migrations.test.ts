// Migrations: a batch at a time, resumed where they stopped, and harmless when run again.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { internal } from "./_generated/api";
import {
  type Backend,
  averageScores,
  convexTest,
  expectRefusal,
  guest,
  monster,
} from "./test.setup";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const MONSTERS = "migrateMonstersAddSource";
const CHARACTERS = "migrateCharactersAddBackground";

/** `count` monsters; every third has its source. */
async function oldMonsters(t: Backend, count: number): Promise<void> {
  const first = await monster(t, { source: "My own" });
  const template = await t.run(async (ctx) => await ctx.db.get("monsters", first));
  const { _id, _creationTime, source: _source, ...figures } = template!;
  await t.run(async (ctx) => {
    for (let index = 1; index < count; index += 1) {
      const source = index % 3 === 0 ? "My own" : undefined;
      await ctx.db.insert("monsters", { ...figures, slug: `m${index}`, source });
    }
  });
}

async function sources(t: Backend): Promise<(string | undefined)[]> {
  const rows = await t.run(async (ctx) => await ctx.db.query("monsters").take(1_000));
  return rows.map((row) => row.source);
}

async function oldCharacters(t: Backend, count: number): Promise<void> {
  const { userId } = await guest(t, "Mara");
  await t.run(async (ctx) => {
    for (let index = 0; index < count; index += 1) {
      await ctx.db.insert("characters", {
        userId,
        name: `Voss ${index}`,
        class: "Fighter",
        level: 1,
        experience: 0,
        abilityScores: averageScores,
        hitPoints: 1,
        maxHitPoints: 1,
        armorClass: 10,
        isArchived: false,
        ...(index === 0 && { background: "Soldier" }),
      });
    }
  });
}

async function backgrounds(t: Backend): Promise<(string | undefined)[]> {
  const rows = await t.run(async (ctx) => await ctx.db.query("characters").take(1_000));
  return rows.map((row) => row.background);
}

describe("the monsters' source", () => {
  test("is filled in a hundred at a time, by a caller that follows the cursor", async () => {
    const t = convexTest();
    await oldMonsters(t, 130);
    const first = await t.mutation(internal.migrations.migrateMonstersAddSource, {});
    expect(first).toMatchObject({ processed: 100, hasMore: true });
    expect((await sources(t)).filter((source) => source === undefined)).toHaveLength(20);
    const second = await t.mutation(internal.migrations.migrateMonstersAddSource, {
      cursor: first.nextCursor,
    });
    expect(second).toEqual({ processed: 30, hasMore: false });
    const all = await sources(t);
    expect(all.filter((source) => source === "Core Rulebook")).toHaveLength(86);
    expect(all.filter((source) => source === "My own")).toHaveLength(44);
  });

  test("takes batches of the size asked for, and counts its progress", async () => {
    const t = convexTest();
    await oldMonsters(t, 7);
    let cursor: string | undefined;
    const sizes: number[] = [];
    do {
      const batch: { processed: number; nextCursor?: string } = await t.mutation(
        internal.migrations.migrateMonstersAddSource,
        { batchSize: 3, ...(cursor !== undefined && { cursor }) },
      );
      sizes.push(batch.processed);
      cursor = batch.nextCursor;
    } while (cursor !== undefined);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(7);
    expect(Math.max(...sizes)).toBe(3);
    const status = await t.query(internal.migrations.status, { name: MONSTERS });
    expect(status).toMatchObject({ processed: 7, changed: 4, isDone: true });
    expect(status?.finishedAt).not.toBeNull();
  });

  test("changes nothing the second time", async () => {
    const t = convexTest();
    await oldMonsters(t, 5);
    await t.mutation(internal.migrations.migrateMonstersAddSource, {});
    const once = await sources(t);
    await t.mutation(internal.migrations.migrateMonstersAddSource, {});
    expect(await sources(t)).toEqual(once);
    expect(await t.query(internal.migrations.status, { name: MONSTERS })).toMatchObject({
      processed: 5,
      changed: 0,
    });
  });

  test("interrupted after a batch, is resumed from there and finished", async () => {
    const t = convexTest();
    await oldMonsters(t, 250);
    await t.mutation(internal.migrations.migrateMonstersAddSource, { batchSize: 40 });
    expect(await t.query(internal.migrations.status, { name: MONSTERS })).toMatchObject({
      processed: 40,
      isDone: false,
      finishedAt: null,
    });
    await t.mutation(internal.migrations.resume, { name: MONSTERS });
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    expect(await sources(t)).not.toContain(undefined);
    expect(await t.query(internal.migrations.status, { name: MONSTERS })).toMatchObject({
      processed: 250,
      isDone: true,
    });
  });

  test.each([0, -5, 501, 1.5])("in batches of %d is refused", async (batchSize) => {
    await expectRefusal(
      convexTest().mutation(internal.migrations.migrateMonstersAddSource, { batchSize }),
      "invalid",
      /^batchSize must be a whole number from 1 to 500/,
    );
  });
});

describe("the characters' background", () => {
  test("called without arguments goes on by itself to the last of them", async () => {
    const t = convexTest();
    await oldCharacters(t, 230);
    const first = await t.mutation(internal.migrations.migrateCharactersAddBackground, {});
    expect(first).toMatchObject({ processed: 100, hasMore: true });
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    const all = await backgrounds(t);
    expect(all[0]).toBe("Soldier");
    expect(all.slice(1).every((background) => background === "")).toBe(true);
    expect(await t.query(internal.migrations.status, { name: CHARACTERS })).toMatchObject({
      processed: 230,
      changed: 229,
      isDone: true,
    });
  });

  test("with few of them is done in one call", async () => {
    const t = convexTest();
    await oldCharacters(t, 3);
    expect(await t.mutation(internal.migrations.migrateCharactersAddBackground, {})).toEqual({
      processed: 3,
      hasMore: false,
    });
    expect(await backgrounds(t)).toEqual(["Soldier", "", ""]);
  });
});

test("a migration that never ran has no status, and can be started by resuming it", async () => {
  const t = convexTest();
  await oldCharacters(t, 2);
  expect(await t.query(internal.migrations.status, { name: CHARACTERS })).toBeNull();
  await t.mutation(internal.migrations.resume, { name: CHARACTERS });
  await t.finishAllScheduledFunctions(vi.runAllTimers);
  expect(await backgrounds(t)).toEqual(["Soldier", ""]);
});

test("a finished migration is not begun again by resuming it", async () => {
  const t = convexTest();
  await oldCharacters(t, 2);
  await t.mutation(internal.migrations.migrateCharactersAddBackground, {});
  const before = await t.query(internal.migrations.status, { name: CHARACTERS });
  await t.mutation(internal.migrations.resume, { name: CHARACTERS });
  await t.finishAllScheduledFunctions(vi.runAllTimers);
  expect(await t.query(internal.migrations.status, { name: CHARACTERS })).toEqual(before);
});
