// What every test of the data layer starts from: the engine under test, and people at a table. Two casts: the other
// engine is loaded by name and has the same surface; a refusal's data is looked at as what the test expects it to be.
import { type TestConvex, convexTest as inMemoryEngine } from "convex-test";
import { ConvexError } from "convex/values";
import { expect } from "vitest";
import { api } from "./_generated/api";
import type { Doc, Id } from "./_generated/dataModel";
import type { RefusalKind } from "./lib/errors";
import schema from "./schema";

const modules = import.meta.glob(["./**/*.{ts,js}", "!./**/*.test.ts", "!./**/*.setup.ts"]);

/**
 * The engine that runs the functions: convex-test, or the local backend's harness where the variable
 * TORCHKEEPER_TEST_ENGINE is "local". Named by a variable, so that the type check here leaves its sources alone.
 */
const engine = await chosenEngine();

async function chosenEngine(): Promise<typeof inMemoryEngine> {
  // Not a variable of the deployment: it says how the tests are run.
  // eslint-disable-next-line @convex-dev/no-process-env
  if (process.env["TORCHKEEPER_TEST_ENGINE"] !== "local") return inMemoryEngine;
  const harness = "@torchkeeper/local-backend/testing";
  const loaded = (await import(/* @vite-ignore */ harness)) as {
    convexTest: typeof inMemoryEngine;
  };
  return loaded.convexTest;
}

/** Starts an empty backend that runs our functions. */
export function convexTest(): Backend {
  return engine(schema, modules);
}

export type Backend = TestConvex<typeof schema>;
export type Caller = ReturnType<Backend["withIdentity"]>;

/** Somebody signed in. */
export type Person = { userId: Id<"users">; name: string; as: Caller };

/** Somebody with an account, without the slow password: tests of signing in use the real thing. */
export async function signedUp(t: Backend, name: string): Promise<Person> {
  const email = `${name.toLowerCase().replace(/\W+/g, "-")}@example.org`;
  return await person(t, { name, email, isAnonymous: false, role: "gm" });
}

/** Somebody with a name only, as a join code makes them, but at no table yet. */
export async function guest(t: Backend, name: string): Promise<Person> {
  return await person(t, { name, isAnonymous: true, role: "player" });
}

async function person(
  t: Backend,
  user: Pick<Doc<"users">, "name" | "email" | "isAnonymous" | "role">,
): Promise<Person> {
  const userId = await t.run(
    async (ctx) =>
      await ctx.db.insert("users", {
        ...user,
        preferences: { theme: "dark", defaultDiceType: "d20" },
      }),
  );
  return { userId, name: user.name, as: t.withIdentity({ subject: `${userId}|none` }) };
}

/** A GM with a campaign and a session whose table is open. */
export type Table = {
  gm: Person;
  campaignId: Id<"campaigns">;
  sessionId: Id<"sessions">;
  joinCode: string;
};

export async function openTable(t: Backend, gmName = "Grim"): Promise<Table> {
  const gm = await signedUp(t, gmName);
  const campaignId = await gm.as.mutation(api.campaigns.create, { name: "The Lost Citadel" });
  const sessionId = await gm.as.mutation(api.sessions.create, { campaignId, name: "Evening one" });
  const { joinCode } = await gm.as.query(api.sessions.get, { sessionId });
  if (joinCode === null) throw new Error("the table has no join code");
  return { gm, campaignId, sessionId, joinCode };
}

/** Somebody who took a seat with the table's code. */
export async function seated(t: Backend, table: Table, name: string): Promise<Person> {
  const player = await guest(t, name);
  await player.as.action(api.sessions.joinWithCode, { code: table.joinCode });
  return player;
}

export const averageScores = {
  strength: 10,
  dexterity: 10,
  constitution: 10,
  intelligence: 10,
  wisdom: 10,
  charisma: 10,
};

/** A level 1 Fighter on the player's seat. */
export async function characterOf(
  player: Person,
  sessionId: Id<"sessions">,
  name = `${player.name}'s fighter`,
): Promise<Id<"characters">> {
  return await player.as.mutation(api.characters.createCharacter, {
    name,
    class: "Fighter",
    abilityScores: averageScores,
    sessionId,
    hitDieRoll: 8,
  });
}

/** A monster of level 1 in the bestiary; "goblin" unless told otherwise. */
export async function monster(
  t: Backend,
  changes: Partial<Doc<"monsters">> = {},
): Promise<Id<"monsters">> {
  return await t.run(
    async (ctx) =>
      await ctx.db.insert("monsters", {
        slug: "goblin",
        name: "Goblin",
        displayName: "Goblin",
        type: "Humanoid",
        level: 1,
        alignment: "C",
        armorClass: 11,
        hitPoints: 5,
        hitDice: "1d8+1",
        attacks: "1 club +0 (1d4)",
        movement: "near",
        modifiers: { ...averageModifiers, dexterity: 1, constitution: 1 },
        attackBonus: 0,
        damage: "1d4",
        specialAbilities: [],
        description: "",
        source: "Test book",
        licence: "Test licence",
        isOfficial: true,
        ...changes,
      }),
  );
}

const averageModifiers = {
  strength: 0,
  dexterity: 0,
  constitution: 0,
  intelligence: 0,
  wisdom: 0,
  charisma: 0,
};

/** Expects a call to be refused with this kind and, where given, exactly this message. */
export async function expectRefusal(
  call: Promise<unknown>,
  kind: RefusalKind,
  message?: string | RegExp,
): Promise<void> {
  const error = await call.then(
    () => new Error("the call was not refused"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConvexError);
  const { data } = error as ConvexError<{ kind: string; message: string }>;
  expect(data.kind).toBe(kind);
  if (typeof message === "string") expect(data.message).toBe(message);
  if (message instanceof RegExp) expect(data.message).toMatch(message);
}

/** The lines of a session's log as somebody reads them, oldest first. */
export async function logLines(reader: Person, sessionId: Id<"sessions">): Promise<string[]> {
  const { page } = await reader.as.query(api.events.recent, {
    sessionId,
    paginationOpts: { numItems: 200, cursor: null },
  });
  return page.map((line) => line.text).reverse();
}
