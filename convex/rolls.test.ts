// Dice rolled by the server, and who hears of them.
import { describe, expect, test } from "vitest";
import { api } from "./_generated/api";
import { convexTest, expectRefusal, logLines, openTable, seated } from "./test.setup";

describe("a roll", () => {
  test("shows every die, adds up, and is in the log", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const { sessionId } = table;
    const mara = await seated(t, table, "Mara");
    const result = await mara.as.mutation(api.rolls.roll, {
      sessionId,
      expression: " 3D6 + 2 ",
      label: "  Longsword ",
    });
    expect(result.expression).toBe("3d6+2");
    expect(result.dice).toHaveLength(3);
    for (const die of result.dice) {
      expect(die).toMatchObject({ sides: 6, kept: true, sign: 1 });
      expect(die.value).toBeGreaterThanOrEqual(1);
      expect(die.value).toBeLessThanOrEqual(6);
    }
    expect(result.total).toBe(result.dice.reduce((sum, die) => sum + die.value, 2));
    expect(result.natural).toBeNull();
    expect(await mara.as.query(api.rolls.recent, { sessionId })).toMatchObject([
      {
        who: "Mara",
        label: "Longsword",
        expression: "3d6+2",
        total: result.total,
        isPrivate: false,
      },
    ]);
    expect((await logLines(mara, sessionId)).at(-1)).toBe(
      `Mara rolls Longsword, 3d6+2: ${result.total}.`,
    );
  });

  test("with advantage keeps the better d20", async () => {
    const { gm, sessionId } = await openTable(convexTest());
    const { dice, total, natural } = await gm.as.mutation(api.rolls.roll, {
      sessionId,
      expression: "d20 adv",
    });
    const best = Math.max(...dice.map((die) => die.value));
    expect(dice.map((die) => die.kept).sort()).toEqual([false, true]);
    expect([total, natural]).toEqual([best, best]);
  });

  test.each(["", "banana", "d", "1000000d6", "2d6++", "d1"])(
    "of %j is refused with what is wrong",
    async (expression) => {
      const { gm, sessionId } = await openTable(convexTest());
      await expectRefusal(
        gm.as.mutation(api.rolls.roll, { sessionId, expression }),
        "invalid",
        /Cannot read the dice/,
      );
      expect(await gm.as.query(api.rolls.recent, { sessionId })).toEqual([]);
    },
  );

  test("longer than a hundred characters is refused", async () => {
    const { gm, sessionId } = await openTable(convexTest());
    await expectRefusal(
      gm.as.mutation(api.rolls.roll, { sessionId, expression: "1+".repeat(60) }),
      "invalid",
      "Dice can have at most 100 characters.",
    );
  });

  test("in private is the GM's alone", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const mara = await seated(t, table, "Mara");
    await expectRefusal(
      mara.as.mutation(api.rolls.roll, {
        sessionId: table.sessionId,
        expression: "d20",
        isPrivate: true,
      }),
      "notGm",
      "Only the GM can roll in private.",
    );
  });
});

describe("recent rolls", () => {
  test("are newest first, as many as asked for, and skip what is private", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const { gm, sessionId } = table;
    const mara = await seated(t, table, "Mara");
    for (let round = 1; round <= 4; round += 1) {
      const roll = { sessionId, expression: "d4" };
      await gm.as.mutation(api.rolls.roll, { ...roll, label: `open ${round}` });
      await gm.as.mutation(api.rolls.roll, { ...roll, label: `private ${round}`, isPrivate: true });
    }
    const labels = async (reader: typeof gm, limit: number) =>
      (await reader.as.query(api.rolls.recent, { sessionId, limit })).map((roll) => roll.label);
    expect(await labels(mara, 3)).toEqual(["open 4", "open 3", "open 2"]);
    expect(await labels(gm, 3)).toEqual(["private 4", "open 4", "private 3"]);
  });

  test.each([0, 101, 2.5])("with a limit of %d are refused", async (limit) => {
    const { gm, sessionId } = await openTable(convexTest());
    await expectRefusal(gm.as.query(api.rolls.recent, { sessionId, limit }), "invalid");
  });
});

test("the log is paged, newest first, without gaps", async () => {
  const { gm, sessionId } = await openTable(convexTest());
  for (let round = 1; round <= 5; round += 1) {
    await gm.as.mutation(api.rolls.roll, { sessionId, expression: String(round) });
  }
  const seen: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 4; page += 1) {
    const result: { page: { text: string }[]; isDone: boolean; continueCursor: string } =
      await gm.as.query(api.events.recent, { sessionId, paginationOpts: { numItems: 2, cursor } });
    seen.push(...result.page.map((line) => line.text));
    cursor = result.continueCursor;
    if (result.isDone) break;
  }
  expect(seen).toEqual([5, 4, 3, 2, 1].map((round) => `Grim rolls ${round}: ${round}.`));
});
