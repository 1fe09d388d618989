// Who is refused what: every public function, called by everybody who may not. Functions and arguments come from a
// table here, so their types do not meet: hence the casts.
import { type FunctionReference, getFunctionName } from "convex/server";
import { describe, expect, test } from "vitest";
import { api } from "./_generated/api";
import type { RefusalKind } from "./lib/errors";
import {
  type Backend,
  type Caller,
  averageScores,
  characterOf,
  convexTest,
  expectRefusal,
  monster,
  openTable,
  seated,
  signedUp,
} from "./test.setup";

/** A whole table with one of everything, and everybody who could ask for it. */
async function world(t: Backend) {
  const table = await openTable(t);
  const { gm, campaignId, sessionId } = table;
  const mara = await seated(t, table, "Mara");
  const odo = await seated(t, table, "Odo");
  const gone = await seated(t, table, "Gone");
  const wat = await signedUp(t, "Wat");
  await gm.as.mutation(api.campaigns.addMember, {
    campaignId,
    email: "wat@example.org",
    role: "spectator",
  });
  const characterId = await characterOf(mara, sessionId);
  const monsterId = await monster(t);
  const encounterId = await gm.as.mutation(api.encounters.create, { sessionId, name: "Ambush" });
  const [combatantId] = await gm.as.mutation(api.encounters.addMonsters, {
    encounterId,
    monsterId,
    count: 1,
  });
  const itemId = await gm.as.mutation(api.items.add, {
    characterId,
    name: "Torch",
    quantity: 1,
    slots: 1,
    kind: "light",
  });
  const lightId = await gm.as.mutation(api.lights.light, { sessionId, kind: "torch" });
  const seats = await gm.as.query(api.sessions.getSessionPlayers, { sessionId });
  const seatOf = (userId: string) => seats.find((seat) => seat.userId === userId)!._id;
  await gm.as.mutation(api.sessions.removePlayer, { sessionPlayerId: seatOf(gone.userId) });
  const other = await openTable(t, "Hilda");
  const callers = {
    nobody: t,
    "another GM": other.gm.as,
    "a removed player": gone.as,
    "a spectator": wat.as,
    "a fellow player": odo.as,
  } satisfies Record<string, Pick<Caller, "query" | "mutation" | "action">>;
  return {
    ...table,
    callers,
    userId: mara.userId,
    sessionPlayerId: seatOf(mara.userId),
    characterId,
    monsterId,
    encounterId,
    combatantId: combatantId!,
    itemId,
    lightId,
  };
}

type World = Awaited<ReturnType<typeof world>>;
type CallerName = keyof World["callers"];
type Refusals = Partial<Record<CallerName, RefusalKind>>;

// Who is refused, by what a function asks for.
const signedIn: Refusals = { nobody: "notSignedIn" };
const atTable: Refusals = {
  ...signedIn,
  "another GM": "notMember",
  "a removed player": "notMember",
};
const playing: Refusals = { ...atTable, "a spectator": "notMember" };
const running: Refusals = { ...atTable, "a spectator": "notGm", "a fellow player": "notGm" };
const ownCharacter: Refusals = { ...playing, "a fellow player": "notMember" };

type Reference = FunctionReference<"query" | "mutation" | "action">;
type Row = [Reference, Refusals, (w: World) => Record<string, unknown>];

const page = { numItems: 5, cursor: null };
const none = () => ({});
const campaign = ({ campaignId }: World) => ({ campaignId });
const session = ({ sessionId }: World) => ({ sessionId });
const character = ({ characterId }: World) => ({ characterId });
const encounter = ({ encounterId }: World) => ({ encounterId });
const light = ({ lightId }: World) => ({ lightId });

const rows: Row[] = [
  [api.users.updatePreferences, signedIn, none],
  [api.users.rename, signedIn, () => ({ name: "X" })],

  [api.campaigns.create, signedIn, () => ({ name: "X" })],
  [api.campaigns.list, signedIn, none],
  [api.campaigns.get, atTable, campaign],
  [api.campaigns.update, running, campaign],
  [api.campaigns.addMember, running, (w) => ({ ...campaign(w), email: "x@y.z", role: "coGm" })],
  [api.campaigns.removeMember, running, ({ campaignId, userId }) => ({ campaignId, userId })],

  [api.sessions.create, running, (w) => ({ ...campaign(w), name: "X" })],
  [api.sessions.list, atTable, campaign],
  [api.sessions.listMine, signedIn, none],
  [api.sessions.get, atTable, session],
  [api.sessions.update, running, session],
  [api.sessions.setStatus, running, (w) => ({ ...session(w), status: "archived" })],
  [api.sessions.renewJoinCode, running, session],
  [api.sessions.closeJoin, running, session],
  [api.sessions.getSessionPlayers, atTable, session],
  [api.sessions.mySeats, signedIn, none],
  [api.sessions.removePlayer, running, ({ sessionPlayerId }) => ({ sessionPlayerId })],
  [api.sessions.joinWithCode, signedIn, ({ joinCode }) => ({ code: joinCode })],

  [
    api.characters.createCharacter,
    playing,
    (w) => ({ ...session(w), name: "X", class: "Thief", abilityScores: averageScores }),
  ],
  [api.characters.listCharactersByUser, ownCharacter, ({ userId }) => ({ userId })],
  [api.characters.listAllMine, signedIn, () => ({ paginationOpts: page })],
  [api.characters.getCharacterWithItems, ownCharacter, character],
  [api.characters.listForSession, atTable, session],
  [api.characters.changeHitPoints, ownCharacter, (w) => ({ ...character(w), delta: -1 })],
  [api.characters.updateCharacter, ownCharacter, (w) => ({ ...character(w), level: 10 })],
  [api.characters.archiveCharacter, ownCharacter, character],
  [
    api.characters.claim,
    ownCharacter,
    ({ sessionId, characterId }) => ({ sessionId, characterId }),
  ],

  [
    api.items.add,
    ownCharacter,
    (w) => ({ ...character(w), name: "X", quantity: 1, slots: 1, kind: "gear" }),
  ],
  [api.items.update, ownCharacter, ({ itemId }) => ({ itemId })],
  [api.items.remove, ownCharacter, ({ itemId }) => ({ itemId })],

  [api.monsters.searchMonsters, signedIn, () => ({ searchTerm: "goblin" })],
  [api.monsters.paginatedMonsters, signedIn, () => ({ paginationOpts: page })],
  [api.monsters.get, signedIn, ({ monsterId }) => ({ monsterId })],
  [api.monsters.getBySlug, signedIn, () => ({ slug: "goblin" })],
  [api.monsters.similar, signedIn, ({ monsterId }) => ({ monsterId })],
  [api.monsters.listByOrigin, signedIn, () => ({ paginationOpts: page, isOfficial: true })],

  [api.encounters.create, running, (w) => ({ ...session(w), name: "X" })],
  [api.encounters.list, running, session],
  [api.encounters.get, running, encounter],
  [api.encounters.current, atTable, session],
  [api.encounters.rename, running, (w) => ({ ...encounter(w), name: "X" })],
  [api.encounters.setTreasure, running, (w) => ({ ...encounter(w), treasure: [] })],
  [api.encounters.remove, running, encounter],
  [
    api.encounters.addMonsters,
    running,
    ({ encounterId, monsterId }) => ({ encounterId, monsterId, count: 1 }),
  ],
  [api.encounters.addParty, running, encounter],
  [api.encounters.removeCombatant, running, ({ combatantId }) => ({ combatantId })],
  [api.encounters.start, running, encounter],
  [api.encounters.rollInitiative, running, encounter],
  [api.encounters.setInitiative, running, ({ combatantId }) => ({ combatantId, initiative: 9 })],
  [api.encounters.nextTurn, running, encounter],
  [api.encounters.previousTurn, running, encounter],
  [api.encounters.changeHitPoints, running, ({ combatantId }) => ({ combatantId, delta: -1 })],
  [api.encounters.setHitPoints, running, ({ combatantId }) => ({ combatantId, hitPoints: 1 })],
  [api.encounters.setHidden, running, ({ combatantId }) => ({ combatantId, hidden: true })],
  [api.encounters.end, running, encounter],

  [api.lights.list, atTable, session],
  [api.lights.light, playing, (w) => ({ ...session(w), kind: "torch" })],
  [api.lights.pause, running, light],
  [api.lights.resume, running, light],
  [api.lights.adjust, running, (w) => ({ ...light(w), deltaMinutes: 5 })],
  [api.lights.extinguish, playing, light],
  [api.lights.remove, running, light],
  [api.lights.pauseAll, running, session],
  [api.lights.resumeAll, running, session],

  [api.rolls.roll, playing, (w) => ({ ...session(w), expression: "d20" })],
  [api.rolls.recent, atTable, session],
  [api.events.recent, atTable, (w) => ({ ...session(w), paginationOpts: page })],
];

/** Public functions that refuse nobody, and why. */
const forEverybody = [
  "auth:isAuthenticated", // tells strangers that they are strangers
  "auth:signIn", // the way in
  "auth:signOut", // nothing happens to a stranger
  "clock:serverTime", // a clock
  "users:me", // `null` for a stranger
];

describe.each(rows.map((row) => [getFunctionName(row[0]), row] as const))(
  "%s",
  (_name, [reference, refusals, argsFor]) => {
    test("is refused to those who may not, and changes nothing", async () => {
      const t = convexTest();
      const w = await world(t);
      const before = await dump(t);
      for (const [name, kind] of Object.entries(refusals)) {
        const caller = w.callers[name as CallerName];
        await expectRefusal(call(caller, reference, argsFor(w)), kind);
      }
      expect(await dump(t)).toEqual(before);
    });
  },
);

async function call(
  caller: Pick<Caller, "query" | "mutation" | "action">,
  reference: Reference,
  args: Record<string, unknown>,
): Promise<unknown> {
  const kind = kinds.get(getFunctionName(reference));
  if (kind === "query") return await caller.query(reference as FunctionReference<"query">, args);
  if (kind === "action") return await caller.action(reference as FunctionReference<"action">, args);
  return await caller.mutation(reference as FunctionReference<"mutation">, args);
}

/** Everything that a refused call must not have touched. */
async function dump(t: Backend): Promise<unknown> {
  return await t.run(async (ctx) => ({
    users: await ctx.db.query("users").take(100),
    campaigns: await ctx.db.query("campaigns").take(100),
    campaignMembers: await ctx.db.query("campaignMembers").take(100),
    sessions: await ctx.db.query("sessions").take(100),
    sessionPlayers: await ctx.db.query("sessionPlayers").take(100),
    characters: await ctx.db.query("characters").take(100),
    items: await ctx.db.query("items").take(100),
    encounters: await ctx.db.query("encounters").take(100),
    combatants: await ctx.db.query("combatants").take(100),
    lights: await ctx.db.query("lights").take(100),
    rolls: await ctx.db.query("rolls").take(100),
    events: await ctx.db.query("events").take(100),
  }));
}

// Every function that we register, found in the modules themselves.
type Registered = {
  isQuery?: true;
  isMutation?: true;
  isAction?: true;
  isPublic?: true;
  exportArgs(): string;
  exportReturns(): string;
};
const modules = import.meta.glob<Record<string, unknown>>(
  [
    "./*.ts",
    "!./*.test.ts",
    "!./*.setup.ts",
    "!./*.config.ts",
    "!./schema.ts",
    "!./crons.ts",
    "!./http.ts",
  ],
  { eager: true },
);
const registered = Object.entries(modules).flatMap(([path, exports]) =>
  Object.entries(exports)
    .filter(([, value]) => typeof value === "function" && "exportArgs" in value)
    .map(([name, value]) => ({
      name: `${path.slice(2, -3)}:${name}`,
      fn: value as Registered,
    })),
);
const kinds = new Map(
  registered.map(({ name, fn }) => [
    name,
    fn.isQuery ? "query" : fn.isAction ? "action" : "mutation",
  ]),
);

test("no public function is missing from these tables", () => {
  const open = registered.filter(({ fn }) => fn.isPublic).map(({ name }) => name);
  const known = [...rows.map(([reference]) => getFunctionName(reference)), ...forEverybody];
  expect(open.sort()).toEqual(known.sort());
});

test.each(
  registered
    .filter(({ name }) => !name.startsWith("auth:"))
    .map(({ name, fn }) => [name, fn] as const),
)("%s says exactly what it takes and gives", (_name, fn) => {
  for (const text of [fn.exportArgs(), fn.exportReturns()]) {
    expect(text).not.toContain('"type":"any"');
    expect(text).not.toBe("null");
  }
});
