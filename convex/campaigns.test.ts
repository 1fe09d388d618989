// Campaigns: making, listing, changing, and who belongs to them.
import { describe, expect, test } from "vitest";
import { api } from "./_generated/api";
import { convexTest, expectRefusal, guest, openTable, seated, signedUp } from "./test.setup";

test("whoever makes a campaign is its GM and finds it in the list", async () => {
  const t = convexTest();
  const gm = await signedUp(t, "Grim");
  const campaignId = await gm.as.mutation(api.campaigns.create, {
    name: "  The   Lost Citadel ",
    description: "Below the bog.",
  });
  expect(await gm.as.query(api.campaigns.list)).toEqual([
    { _id: campaignId, name: "The Lost Citadel", description: "Below the bog.", role: "gm" },
  ]);
  const { campaign, role, members } = await gm.as.query(api.campaigns.get, { campaignId });
  expect(campaign).toMatchObject({ name: "The Lost Citadel", gmId: gm.userId });
  expect(role).toBe("gm");
  expect(members).toEqual([{ userId: gm.userId, name: "Grim", role: "gm" }]);
});

test.each([
  ["", "Campaign name cannot be empty"],
  [" \n ", "Campaign name cannot be empty"],
  ["x".repeat(81), "Campaign name can have at most 80 characters; it has 81"],
])("a campaign named %j is refused", async (name, message) => {
  const gm = await signedUp(convexTest(), "Grim");
  await expectRefusal(gm.as.mutation(api.campaigns.create, { name }), "invalid", message);
});

test("somebody who came by a join code cannot make a campaign", async () => {
  const player = await guest(convexTest(), "Mara");
  await expectRefusal(player.as.mutation(api.campaigns.create, { name: "Mine" }), "notGm");
});

test("a player who joined a session sees the campaign, and loses it with the last seat", async () => {
  const t = convexTest();
  const table = await openTable(t);
  const player = await seated(t, table, "Mara");
  expect(await player.as.query(api.campaigns.list)).toMatchObject([{ role: "player" }]);
  const { role, members } = await player.as.query(api.campaigns.get, {
    campaignId: table.campaignId,
  });
  expect(role).toBe("player");
  expect(members.map((member) => member.name)).toEqual(["Grim", "Mara"]);

  const [seat] = await table.gm.as.query(api.sessions.getSessionPlayers, {
    sessionId: table.sessionId,
  });
  await table.gm.as.mutation(api.sessions.removePlayer, { sessionPlayerId: seat!._id });
  expect(await player.as.query(api.campaigns.list)).toEqual([]);
});

describe("renaming a campaign", () => {
  test("carries the name to its sessions", async () => {
    const t = convexTest();
    const { gm, campaignId, sessionId } = await openTable(t);
    await gm.as.mutation(api.campaigns.update, { campaignId, name: "The Drowned City" });
    const { session } = await gm.as.query(api.sessions.get, { sessionId });
    expect(session.campaignName).toBe("The Drowned City");
  });

  test("leaves the description and other campaigns' sessions alone", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const other = await openTable(t, "Hilda");
    await table.gm.as.mutation(api.campaigns.update, {
      campaignId: table.campaignId,
      description: "Wet.",
    });
    await table.gm.as.mutation(api.campaigns.update, {
      campaignId: table.campaignId,
      name: "Other",
    });
    const { campaign } = await table.gm.as.query(api.campaigns.get, {
      campaignId: table.campaignId,
    });
    expect(campaign).toMatchObject({ name: "Other", description: "Wet." });
    const { session } = await other.gm.as.query(api.sessions.get, {
      sessionId: other.sessionId,
    });
    expect(session.campaignName).toBe("The Lost Citadel");
  });
});

describe("members", () => {
  test("a co-GM invited by e-mail runs the table like the GM, until removed", async () => {
    const t = convexTest();
    const { gm, campaignId, sessionId } = await openTable(t);
    const hilda = await signedUp(t, "Hilda");
    await gm.as.mutation(api.campaigns.addMember, {
      campaignId,
      email: " HILDA@example.org ",
      role: "coGm",
    });
    const seen = await hilda.as.query(api.sessions.get, { sessionId });
    expect(seen.role).toBe("coGm");
    expect(seen.joinCode).not.toBeNull();
    await hilda.as.mutation(api.encounters.create, { sessionId, name: "Ambush" });

    await gm.as.mutation(api.campaigns.removeMember, { campaignId, userId: hilda.userId });
    await expectRefusal(hilda.as.query(api.sessions.get, { sessionId }), "notMember");
  });

  test("a spectator watches, without the join code, and cannot act", async () => {
    const t = convexTest();
    const { gm, campaignId, sessionId } = await openTable(t);
    const watcher = await signedUp(t, "Wat");
    await gm.as.mutation(api.campaigns.addMember, {
      campaignId,
      email: "wat@example.org",
      role: "spectator",
    });
    const seen = await watcher.as.query(api.sessions.get, { sessionId });
    expect(seen).toMatchObject({ role: "spectator", joinCode: null, sessionNotes: null });
    await expectRefusal(
      watcher.as.mutation(api.rolls.roll, { sessionId, expression: "d20" }),
      "notMember",
    );
    await expectRefusal(
      watcher.as.mutation(api.lights.light, { sessionId, kind: "torch" }),
      "notMember",
    );
  });

  test("inviting again changes the role", async () => {
    const t = convexTest();
    const { gm, campaignId, sessionId } = await openTable(t);
    const hilda = await signedUp(t, "Hilda");
    const email = "hilda@example.org";
    await gm.as.mutation(api.campaigns.addMember, { campaignId, email, role: "coGm" });
    await gm.as.mutation(api.campaigns.addMember, { campaignId, email, role: "spectator" });
    expect(await hilda.as.query(api.sessions.get, { sessionId })).toMatchObject({
      role: "spectator",
    });
  });

  test("an e-mail nobody signed up with is named", async () => {
    const t = convexTest();
    const { gm, campaignId } = await openTable(t);
    await expectRefusal(
      gm.as.mutation(api.campaigns.addMember, {
        campaignId,
        email: "nobody@example.org",
        role: "coGm",
      }),
      "notFound",
      "Nobody has signed up as nobody@example.org. Ask them to sign up first.",
    );
  });

  test("the GM who made the campaign cannot be demoted or removed", async () => {
    const t = convexTest();
    const { gm, campaignId } = await openTable(t);
    const { userId } = gm;
    await expectRefusal(
      gm.as.mutation(api.campaigns.addMember, {
        campaignId,
        email: "grim@example.org",
        role: "spectator",
      }),
      "conflict",
    );
    await expectRefusal(
      gm.as.mutation(api.campaigns.removeMember, { campaignId, userId }),
      "conflict",
    );
  });

  test("a player is removed from the seat, not from the campaign", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const { userId } = await seated(t, table, "Mara");
    const { campaignId } = table;
    await expectRefusal(
      table.gm.as.mutation(api.campaigns.removeMember, { campaignId, userId }),
      "conflict",
    );
    const stranger = await signedUp(t, "Odd");
    await expectRefusal(
      table.gm.as.mutation(api.campaigns.removeMember, { campaignId, userId: stranger.userId }),
      "notFound",
    );
  });
});
