// The bestiary: search, pages, filters.
import { describe, expect, test } from "vitest";
import { api } from "./_generated/api";
import type { Doc } from "./_generated/dataModel";
import { type Backend, convexTest, expectRefusal, guest, monster } from "./test.setup";

const bestiary: Partial<Doc<"monsters">>[] = [
  { name: "Goblin", level: 1, type: "Humanoid", alignment: "C" },
  { name: "Goblin, Boss", level: 4, type: "Humanoid", alignment: "C" },
  { name: "Dragon, Fire", level: 17, type: "Dragon", alignment: "C" },
  { name: "Dragon, Frost", level: 13, type: "Dragon", alignment: "N" },
  { name: "Elemental, Fire Lesser", level: 6, type: "Elemental", alignment: "N" },
  { name: "Acolyte", level: 1, type: "Humanoid", alignment: "L" },
  { name: "Rat", level: 0, type: "Beast", alignment: "N" },
  { name: "Zombie", level: 2, type: "Undead", alignment: "C" },
  { name: "Skeleton", level: 2, type: "Undead", alignment: "C", isOfficial: false },
];

async function reader(t: Backend) {
  for (const { name = "", ...figures } of bestiary) {
    const slug = name.toLowerCase().replace(/\W+/g, "-");
    await monster(t, { name, displayName: name, slug, ...figures });
  }
  return await guest(t, "Mara");
}

type Filter = {
  type?: string;
  minLevel?: number;
  maxLevel?: number;
  alignment?: "L" | "N" | "C";
};

describe("searching", () => {
  test.each<[string, Filter, string[]]>([
    ["goblin", {}, ["Goblin", "Goblin, Boss"]],
    ["GOB", {}, ["Goblin", "Goblin, Boss"]],
    ["fire", {}, ["Dragon, Fire", "Elemental, Fire Lesser"]],
    ["drag", { alignment: "N" }, ["Dragon, Frost"]],
    ["drag", { type: "Humanoid" }, []],
    ["drag", { type: "Dragon", minLevel: 15 }, ["Dragon, Fire"]],
    ["goblin", { maxLevel: 1 }, ["Goblin"]],
    ["xyzzy", {}, []],
  ])("%j with %j finds what it names", async (searchTerm, filter, names) => {
    const mara = await reader(convexTest());
    const found = await mara.as.query(api.monsters.searchMonsters, { searchTerm, ...filter });
    expect(found.map((one) => one.name).sort()).toEqual(names);
  });

  test("for nothing lists the first by level, through the filters", async () => {
    const mara = await reader(convexTest());
    const names = async (filter: Filter) =>
      (await mara.as.query(api.monsters.searchMonsters, { searchTerm: " ", ...filter })).map(
        (one) => one.name,
      );
    expect((await names({})).slice(0, 3)).toEqual(["Rat", "Acolyte", "Goblin"]);
    expect(await names({ type: "Humanoid", minLevel: 2 })).toEqual(["Goblin, Boss"]);
  });

  test("answers with at most twenty", async () => {
    const t = convexTest();
    for (let index = 0; index < 30; index += 1) {
      await monster(t, { name: `Rat ${index}`, slug: `rat-${index}` });
    }
    const mara = await guest(t, "Mara");
    for (const searchTerm of ["rat", ""]) {
      const found = await mara.as.query(api.monsters.searchMonsters, { searchTerm });
      expect(found).toHaveLength(20);
    }
  });
});

describe("leafing", () => {
  async function all(mara: Awaited<ReturnType<typeof reader>>, filter: Filter) {
    const names: string[] = [];
    let cursor: string | null = null;
    for (;;) {
      const result: { page: { name: string }[]; isDone: boolean; continueCursor: string } =
        await mara.as.query(api.monsters.paginatedMonsters, {
          paginationOpts: { numItems: 2, cursor },
          ...filter,
        });
      names.push(...result.page.map((one) => one.name));
      if (result.isDone) return names;
      cursor = result.continueCursor;
    }
  }

  test.each<[Filter, string[]]>([
    [
      {},
      [
        "Rat",
        "Acolyte",
        "Goblin",
        "Skeleton",
        "Zombie",
        "Goblin, Boss",
        "Elemental, Fire Lesser",
        "Dragon, Frost",
        "Dragon, Fire",
      ],
    ],
    [{ type: "Humanoid" }, ["Acolyte", "Goblin", "Goblin, Boss"]],
    [{ alignment: "C", maxLevel: 2 }, ["Goblin", "Skeleton", "Zombie"]],
    [{ type: "Humanoid", alignment: "C" }, ["Goblin", "Goblin, Boss"]],
    [{ type: "Humanoid", alignment: "C", minLevel: 2, maxLevel: 9 }, ["Goblin, Boss"]],
    [{ minLevel: 13, maxLevel: 13 }, ["Dragon, Frost"]],
    [{ type: "Ooze" }, []],
  ])("with %j goes by level, then name, through every page", async (filter, names) => {
    const mara = await reader(convexTest());
    expect(await all(mara, filter)).toEqual(names);
  });

  test("with the ends of a range swapped is refused", async () => {
    const mara = await reader(convexTest());
    await expectRefusal(
      all(mara, { minLevel: 5, maxLevel: 3 }),
      "invalid",
      "The lowest level, 5, is above the highest, 3.",
    );
  });

  test("can be kept to the core bestiary or to the rest", async () => {
    const mara = await reader(convexTest());
    const names = async (isOfficial: boolean, minLevel?: number) => {
      const paginationOpts = { numItems: 20, cursor: null };
      const { page } = await mara.as.query(api.monsters.listByOrigin, {
        paginationOpts,
        isOfficial,
        ...(minLevel !== undefined && { minLevel }),
      });
      return page.map((one) => one.name);
    };
    expect(await names(false)).toEqual(["Skeleton"]);
    expect(await names(true, 13)).toEqual(["Dragon, Frost", "Dragon, Fire"]);
  });
});

describe("one monster", () => {
  test("is found by id and by slug, with every field of its record", async () => {
    const t = convexTest();
    const mara = await guest(t, "Mara");
    const monsterId = await monster(t, {
      armorType: "leather",
      specialAbilities: [{ name: "Keen Senses", description: "Cannot be surprised." }],
      isUserEdited: true,
    });
    const byId = await mara.as.query(api.monsters.get, { monsterId });
    expect(byId).toMatchObject({
      _id: monsterId,
      slug: "goblin",
      attacks: "1 club +0 (1d4)",
      armorType: "leather",
      specialAbilities: [{ name: "Keen Senses", description: "Cannot be surprised." }],
      source: "Test book",
    });
    expect(byId).not.toHaveProperty("isUserEdited");
    expect(await mara.as.query(api.monsters.getBySlug, { slug: "goblin" })).toEqual(byId);
  });

  test("that is not there is not found", async () => {
    const t = convexTest();
    const mara = await guest(t, "Mara");
    const monsterId = await monster(t);
    await t.run(async (ctx) => {
      await ctx.db.delete("monsters", monsterId);
    });
    await expectRefusal(
      mara.as.query(api.monsters.get, { monsterId }),
      "notFound",
      "Monster not found",
    );
    await expectRefusal(
      mara.as.query(api.monsters.getBySlug, { slug: "goblin" }),
      "notFound",
      'There is no monster called "goblin".',
    );
  });

  test("has its like: same type, same level", async () => {
    const t = convexTest();
    const mara = await reader(t);
    const goblin = await mara.as.query(api.monsters.getBySlug, { slug: "goblin" });
    const alike = await mara.as.query(api.monsters.similar, { monsterId: goblin._id });
    expect(alike.map((one) => one.name)).toEqual(["Acolyte"]);
  });

  test("without a stated source shows the one that a migration would store", async () => {
    const t = convexTest();
    const mara = await guest(t, "Mara");
    const monsterId = await monster(t, { source: undefined });
    const { source } = await mara.as.query(api.monsters.get, { monsterId });
    expect(source).toBe("Core Rulebook");
  });
});
