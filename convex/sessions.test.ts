// Sessions: their life, who may join with which code, and who sits where.
import { describe, expect, test } from "vitest";
import { api } from "./_generated/api";
import {
  characterOf,
  convexTest,
  expectRefusal,
  guest,
  logLines,
  openTable,
  seated,
} from "./test.setup";

const codePattern = /^[ABCDEFGHJKMNPQRSTVWXYZ23456789]{6}$/;

describe("planning", () => {
  test("a new session is in planning, open to join for a week, and belongs to its campaign", async () => {
    const t = convexTest();
    const { gm, campaignId, sessionId } = await openTable(t);
    const seen = await gm.as.query(api.sessions.get, { sessionId });
    expect(seen).toMatchObject({
      role: "gm",
      sessionNotes: "",
      session: {
        name: "Evening one",
        status: "planning",
        campaignId,
        campaignName: "The Lost Citadel",
        currentEncounterId: null,
        scheduledDate: null,
        description: "",
      },
    });
    expect(seen.joinCode).toMatch(codePattern);
    const week = 7 * 24 * 60 * 60 * 1000;
    expect(Math.abs(seen.joinCodeExpiresAt! - Date.now() - week)).toBeLessThan(60_000);
  });

  test("the list of a campaign is newest first", async () => {
    const t = convexTest();
    const { gm, campaignId } = await openTable(t);
    await gm.as.mutation(api.sessions.create, { campaignId, name: "Evening two" });
    const sessions = await gm.as.query(api.sessions.list, { campaignId });
    expect(sessions.map((session) => session.name)).toEqual(["Evening two", "Evening one"]);
  });

  test("a GM's own sessions can be narrowed to a status", async () => {
    const t = convexTest();
    const { gm, campaignId, sessionId } = await openTable(t);
    await gm.as.mutation(api.sessions.create, { campaignId, name: "Evening two" });
    await gm.as.mutation(api.sessions.setStatus, { sessionId, status: "active" });
    const names = async (status?: "active" | "planning" | "archived") =>
      (await gm.as.query(api.sessions.listMine, status === undefined ? {} : { status })).map(
        (session) => session.name,
      );
    expect(await names()).toEqual(["Evening two", "Evening one"]);
    expect(await names("active")).toEqual(["Evening one"]);
    expect(await names("planning")).toEqual(["Evening two"]);
    expect(await names("archived")).toEqual([]);
  });

  test("everything planned can be changed, and a date taken away again", async () => {
    const t = convexTest();
    const { gm, sessionId } = await openTable(t);
    await gm.as.mutation(api.sessions.update, {
      sessionId,
      name: "Night",
      description: "Long.",
      scheduledDate: 1_800_000_000_000,
      sessionNotes: "The door is a mimic.",
    });
    const changed = await gm.as.query(api.sessions.get, { sessionId });
    expect(changed.session).toMatchObject({
      name: "Night",
      description: "Long.",
      scheduledDate: 1_800_000_000_000,
    });
    expect(changed.sessionNotes).toBe("The door is a mimic.");
    await gm.as.mutation(api.sessions.update, { sessionId, scheduledDate: null });
    const later = await gm.as.query(api.sessions.get, { sessionId });
    expect(later.session).toMatchObject({ name: "Night", scheduledDate: null });
  });

  test("renaming a session carries the name to its encounters", async () => {
    const t = convexTest();
    const { gm, sessionId } = await openTable(t);
    await gm.as.mutation(api.encounters.create, { sessionId, name: "Ambush" });
    await gm.as.mutation(api.sessions.update, { sessionId, name: "Night" });
    const [encounter] = await gm.as.query(api.encounters.list, { sessionId });
    expect(encounter?.sessionName).toBe("Night");
  });

  test.each([0, 1_800_000_000, Number.NaN, Number.POSITIVE_INFINITY])(
    "a date of %d is refused, when planning and later",
    async (scheduledDate) => {
      const t = convexTest();
      const { gm, campaignId, sessionId } = await openTable(t);
      const message = /^The date must be an instant in milliseconds/;
      await expectRefusal(
        gm.as.mutation(api.sessions.create, { campaignId, name: "X", scheduledDate }),
        "invalid",
        message,
      );
      await expectRefusal(
        gm.as.mutation(api.sessions.update, { sessionId, scheduledDate }),
        "invalid",
        message,
      );
    },
  );

  test("a session needs a name", async () => {
    const t = convexTest();
    const { gm, campaignId, sessionId } = await openTable(t);
    const message = "Session name cannot be empty";
    await expectRefusal(
      gm.as.mutation(api.sessions.create, { campaignId, name: "" }),
      "invalid",
      message,
    );
    await expectRefusal(
      gm.as.mutation(api.sessions.update, { sessionId, name: "  " }),
      "invalid",
      message,
    );
  });
});

describe("the join code", () => {
  test("renewed, makes the old one useless at once", async () => {
    const t = convexTest();
    const { gm, sessionId, joinCode } = await openTable(t);
    const fresh = await gm.as.mutation(api.sessions.renewJoinCode, { sessionId });
    expect(fresh).toMatch(codePattern);
    const mara = await guest(t, "Mara");
    await expectRefusal(mara.as.action(api.sessions.joinWithCode, { code: joinCode }), "notFound");
    expect(await mara.as.action(api.sessions.joinWithCode, { code: fresh })).toEqual({ sessionId });
  });

  test("closed, lets nobody in and keeps those who sit", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const { gm, sessionId, joinCode } = table;
    await seated(t, table, "Mara");
    await gm.as.mutation(api.sessions.closeJoin, { sessionId });
    expect(await gm.as.query(api.sessions.get, { sessionId })).toMatchObject({
      joinCode: null,
      joinCodeExpiresAt: null,
    });
    const late = await guest(t, "Late");
    await expectRefusal(late.as.action(api.sessions.joinWithCode, { code: joinCode }), "notFound");
    expect(await gm.as.query(api.sessions.getSessionPlayers, { sessionId })).toHaveLength(1);
  });

  test("never reaches a player", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const mara = await seated(t, table, "Mara");
    const seen = await mara.as.query(api.sessions.get, { sessionId: table.sessionId });
    expect(seen).toMatchObject({
      role: "player",
      joinCode: null,
      joinCodeExpiresAt: null,
      sessionNotes: null,
    });
    expect(JSON.stringify(seen)).not.toContain(table.joinCode);
  });

  test("is of six signs that nobody mistakes, whatever the random numbers", async () => {
    const t = convexTest();
    const { gm, sessionId } = await openTable(t);
    for (let round = 0; round < 30; round += 1) {
      expect(await gm.as.mutation(api.sessions.renewJoinCode, { sessionId })).toMatch(codePattern);
    }
  });

  test("is wanted from somebody who is signed in", async () => {
    const t = convexTest();
    const { joinCode } = await openTable(t);
    await expectRefusal(t.action(api.sessions.joinWithCode, { code: joinCode }), "notSignedIn");
  });

  test("gives the GM no seat at the own table", async () => {
    const { gm, joinCode } = await openTable(convexTest());
    await expectRefusal(gm.as.action(api.sessions.joinWithCode, { code: joinCode }), "conflict");
  });
});

describe("guessing codes", () => {
  test("ten failures a minute with one code stop that code, and no other", async () => {
    const t = convexTest();
    const { joinCode, sessionId } = await openTable(t);
    const mara = await guest(t, "Mara");
    const join = async (code: string) => await mara.as.action(api.sessions.joinWithCode, { code });
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expectRefusal(join("WWWWWW"), "notFound");
    }
    await expectRefusal(join("wwwwww"), "tooMany", /Wait a minute/);
    expect(await join(joinCode)).toEqual({ sessionId });
  });

  test("sixty failures a minute stop everybody, and a minute later nobody", async () => {
    const t = convexTest();
    const { joinCode, sessionId } = await openTable(t);
    const mara = await guest(t, "Mara");
    const join = async () => await mara.as.action(api.sessions.joinWithCode, { code: joinCode });
    const now = Date.now();
    await t.run(async (ctx) => {
      for (let attempt = 0; attempt < 60; attempt += 1) {
        await ctx.db.insert("joinAttempts", { code: `WW${attempt}`, at: now });
      }
    });
    await expectRefusal(join(), "tooMany");
    await t.run(async (ctx) => {
      for (const attempt of await ctx.db.query("joinAttempts").take(100)) {
        await ctx.db.patch("joinAttempts", attempt._id, { at: now - 61_000 });
      }
    });
    expect(await join()).toEqual({ sessionId });
  });
});

describe("status", () => {
  test("goes on with a line in the log, and twice the same changes nothing", async () => {
    const t = convexTest();
    const { gm, sessionId } = await openTable(t);
    for (const status of ["active", "active", "completed", "archived"] as const) {
      await gm.as.mutation(api.sessions.setStatus, { sessionId, status });
    }
    expect(await logLines(gm, sessionId)).toEqual([
      "The session begins.",
      "The session ends.",
      "The session goes into the archive.",
    ]);
  });

  test("a session that is over can be joined by nobody, until it is active again", async () => {
    const t = convexTest();
    const { gm, sessionId, joinCode } = await openTable(t);
    await gm.as.mutation(api.sessions.setStatus, { sessionId, status: "completed" });
    const mara = await guest(t, "Mara");
    await expectRefusal(mara.as.action(api.sessions.joinWithCode, { code: joinCode }), "notFound");
    await expectRefusal(gm.as.mutation(api.sessions.renewJoinCode, { sessionId }), "conflict");

    await gm.as.mutation(api.sessions.setStatus, { sessionId, status: "active" });
    const { joinCode: fresh } = await gm.as.query(api.sessions.get, { sessionId });
    expect(await mara.as.action(api.sessions.joinWithCode, { code: fresh! })).toEqual({
      sessionId,
    });
  });

  test("an active session keeps its code and works a week longer", async () => {
    const t = convexTest();
    const { gm, sessionId, joinCode } = await openTable(t);
    await t.run(async (ctx) => {
      await ctx.db.patch("sessions", sessionId, { joinCodeExpiresAt: 1 });
    });
    await gm.as.mutation(api.sessions.setStatus, { sessionId, status: "active" });
    const seen = await gm.as.query(api.sessions.get, { sessionId });
    expect(seen.joinCode).toBe(joinCode);
    expect(seen.joinCodeExpiresAt).toBeGreaterThan(Date.now());
  });

  test("the end of a session stops its torches", async () => {
    const t = convexTest();
    const { gm, sessionId } = await openTable(t);
    await gm.as.mutation(api.lights.light, { sessionId, kind: "torch" });
    await gm.as.mutation(api.sessions.setStatus, { sessionId, status: "completed" });
    const [torch] = await gm.as.query(api.lights.list, { sessionId });
    expect(torch?.state.kind).toBe("paused");
  });
});

describe("seats", () => {
  test("players sit in the order they came, each once", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const mara = await seated(t, table, "Mara");
    await seated(t, table, "Odo");
    await mara.as.action(api.sessions.joinWithCode, { code: table.joinCode });
    const players = await mara.as.query(api.sessions.getSessionPlayers, {
      sessionId: table.sessionId,
    });
    expect(players.map(({ name, seatNumber }) => [name, seatNumber])).toEqual([
      ["Mara", 1],
      ["Odo", 2],
    ]);
    expect(await logLines(mara, table.sessionId)).toEqual([
      "Mara joins the table.",
      "Odo joins the table.",
    ]);
  });

  test("everybody finds the tables they sit at, with the character there", async () => {
    const t = convexTest();
    const one = await openTable(t);
    const two = await openTable(t, "Hilda");
    const mara = await seated(t, one, "Mara");
    await mara.as.action(api.sessions.joinWithCode, { code: two.joinCode });
    const characterId = await characterOf(mara, one.sessionId, "Voss");
    expect(await mara.as.query(api.sessions.mySeats)).toMatchObject([
      { sessionId: two.sessionId, characterId: null, characterName: null },
      { sessionId: one.sessionId, characterId, characterName: "Voss", status: "planning" },
    ]);
  });

  test("a removed player sees nothing of the table and can come back with the code", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const { gm, sessionId } = table;
    const mara = await seated(t, table, "Mara");
    const odo = await seated(t, table, "Odo");
    const [first] = await gm.as.query(api.sessions.getSessionPlayers, { sessionId });
    await gm.as.mutation(api.sessions.removePlayer, { sessionPlayerId: first!._id });
    await expectRefusal(mara.as.query(api.sessions.get, { sessionId }), "notMember");
    expect(await mara.as.query(api.sessions.mySeats)).toEqual([]);
    expect(await logLines(odo, sessionId)).toContain("Mara leaves the table.");

    await mara.as.action(api.sessions.joinWithCode, { code: table.joinCode });
    const players = await odo.as.query(api.sessions.getSessionPlayers, { sessionId });
    expect(players.map(({ name, seatNumber }) => [name, seatNumber])).toEqual([
      ["Odo", 2],
      ["Mara", 3],
    ]);
  });

  test("removing a seat twice says that there is no such player", async () => {
    const t = convexTest();
    const table = await openTable(t);
    await seated(t, table, "Mara");
    const [seat] = await table.gm.as.query(api.sessions.getSessionPlayers, {
      sessionId: table.sessionId,
    });
    const again = { sessionPlayerId: seat!._id };
    await table.gm.as.mutation(api.sessions.removePlayer, again);
    await expectRefusal(
      table.gm.as.mutation(api.sessions.removePlayer, again),
      "notFound",
      "Player not found",
    );
  });
});
