// Signing up, in and out, and joining by code, with the real sign-in library.
import { beforeAll, describe, expect, test } from "vitest";
import { api } from "./_generated/api";
import { bearer, claimsOf, signIn, useFreshKeys } from "./auth.setup";
import { type Backend, convexTest, expectRefusal, openTable, seated } from "./test.setup";

beforeAll(useFreshKeys);

const grim = { email: "grim@example.org", password: "nine torches" };
const signUp = { flow: "signUp", name: "Grim", ...grim };
const comeBack = { flow: "signIn", ...grim };

async function counts(t: Backend) {
  return await t.run(async (ctx) => ({
    users: (await ctx.db.query("users").take(100)).length,
    accounts: (await ctx.db.query("authAccounts").take(100)).length,
    seats: (await ctx.db.query("sessionPlayers").take(100)).length,
  }));
}

describe("a GM", () => {
  test("signs up, is that user, and signs in again later", async () => {
    const t = convexTest();
    const first = await signIn(t, "password", signUp);
    const me = await bearer(t, first).query(api.users.me);
    expect(me).toMatchObject({
      name: "Grim",
      email: "grim@example.org",
      role: "gm",
      isAnonymous: false,
      preferences: { theme: "dark", defaultDiceType: "d20" },
    });
    const second = await signIn(t, "password", comeBack);
    expect(await bearer(t, second).query(api.users.me)).toEqual(me);
  });

  test("gets tokens issued by this deployment for this application", async () => {
    const { token } = await signIn(convexTest(), "password", signUp);
    expect(claimsOf(token)).toMatchObject({
      issuer: "https://torchkeeper.test",
      audience: "convex",
    });
  });

  test("who gives no name is called by the e-mail's first part", async () => {
    const t = convexTest();
    const tokens = await signIn(t, "password", { ...grim, flow: "signUp" });
    expect(await bearer(t, tokens).query(api.users.me)).toMatchObject({ name: "grim" });
  });

  test("may write the e-mail with capitals and blanks", async () => {
    const t = convexTest();
    await signIn(t, "password", { ...signUp, email: " Grim@Example.ORG " });
    await signIn(t, "password", comeBack);
    await expectRefusal(signIn(t, "password", signUp), "conflict");
  });

  test("is told that an e-mail is taken, even with the right password", async () => {
    const t = convexTest();
    await signIn(t, "password", signUp);
    await expectRefusal(
      signIn(t, "password", signUp),
      "conflict",
      "There is already an account for grim@example.org. Sign in instead.",
    );
    expect(await counts(t)).toMatchObject({ users: 1, accounts: 1 });
  });

  test("cannot tell a wrong password from an unknown e-mail", async () => {
    const t = convexTest();
    await signIn(t, "password", signUp);
    const message = "E-mail or password is wrong.";
    await expectRefusal(
      signIn(t, "password", { ...comeBack, password: "ten torches" }),
      "invalid",
      message,
    );
    await expectRefusal(
      signIn(t, "password", { ...comeBack, email: "nobody@example.org" }),
      "invalid",
      message,
    );
  });

  test("waits after ten wrong passwords, even with the right one", async () => {
    const t = convexTest();
    await signIn(t, "password", signUp);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expectRefusal(
        signIn(t, "password", { ...comeBack, password: `wrong ${attempt}` }),
        "invalid",
      );
    }
    await expectRefusal(signIn(t, "password", comeBack), "tooMany", /Wait ten minutes/);
  });

  test.each([
    [{ password: "short" }, "The password needs at least 8 characters."],
    [{ password: "x".repeat(257) }, "The password can have at most 256 characters."],
    [{ email: "grim" }, "That is not an e-mail address. It should look like name@example.org."],
    [{ email: "grim@home" }, /not an e-mail address/],
    [{ email: "a b@example.org" }, /not an e-mail address/],
    [{ email: "" }, /not an e-mail address/],
    [{ flow: "reset" }, '`flow` must be "signUp" or "signIn".'],
  ])("signing up with %j is refused and leaves nothing behind", async (change, message) => {
    const t = convexTest();
    await expectRefusal(signIn(t, "password", { ...signUp, ...change }), "invalid", message);
    expect(await counts(t)).toMatchObject({ users: 0, accounts: 0 });
  });

  test("without a password is refused", async () => {
    await expectRefusal(
      signIn(convexTest(), "password", { flow: "signIn", email: "grim@example.org" }),
      "invalid",
      "`password` is missing.",
    );
  });

  test("the password itself is stored nowhere", async () => {
    const t = convexTest();
    await signIn(t, "password", signUp);
    const accounts = await t.run(async (ctx) => await ctx.db.query("authAccounts").take(10));
    expect(JSON.stringify(accounts)).not.toContain(grim.password);
    expect(accounts[0]?.secret).toMatch(/^pbkdf2-sha256\$600000\$[0-9a-f]{32}\$[0-9a-f]{64}$/);
  });

  test("keeps signed in with the refresh token, and not after signing out", async () => {
    const t = convexTest();
    const tokens = await signIn(t, "password", signUp);
    const { tokens: fresh } = await t.action(api.auth.signIn, {
      refreshToken: tokens.refreshToken,
    });
    expect(fresh).not.toBeNull();
    await bearer(t, tokens).action(api.auth.signOut);
    const { tokens: none } = await t.action(api.auth.signIn, {
      refreshToken: fresh!.refreshToken,
    });
    expect(none).toBeNull();
  });
});

describe("a player", () => {
  test("joins with code and name, and has a seat and a name without an e-mail", async () => {
    const t = convexTest();
    const table = await openTable(t);
    const tokens = await signIn(t, "table", { code: table.joinCode, name: " Mara  Voss " });
    const as = bearer(t, tokens);
    expect(await as.query(api.users.me)).toMatchObject({
      name: "Mara Voss",
      email: null,
      role: "player",
      isAnonymous: true,
    });
    expect(await as.query(api.sessions.mySeats)).toMatchObject([
      { sessionId: table.sessionId, characterId: null },
    ]);
  });

  test("may type the code small, with blanks and a dash", async () => {
    const t = convexTest();
    const { joinCode } = await openTable(t);
    const typed = ` ${joinCode.slice(0, 3).toLowerCase()}-${joinCode.slice(3)} `;
    await signIn(t, "table", { code: typed, name: "Mara" });
    expect(await counts(t)).toMatchObject({ seats: 1 });
  });

  test.each([
    ["ZZZZZZ", "notFound", "No open table has the code ZZZZZZ. Check it with your GM."],
    ["zz", "notFound", /No open table has the code ZZ/],
    ["", "notFound", /No open table has that code/],
  ] as const)(
    "with the wrong code %j is refused and leaves no account",
    async (code, kind, message) => {
      const t = convexTest();
      await openTable(t);
      const before = await counts(t);
      await expectRefusal(signIn(t, "table", { code, name: "Mara" }), kind, message);
      expect(await counts(t)).toEqual(before);
    },
  );

  test("with an expired code is told so and leaves no account", async () => {
    const t = convexTest();
    const { joinCode, sessionId } = await openTable(t);
    await t.run(async (ctx) => {
      await ctx.db.patch("sessions", sessionId, { joinCodeExpiresAt: Date.now() - 1 });
    });
    const before = await counts(t);
    await expectRefusal(
      signIn(t, "table", { code: joinCode, name: "Mara" }),
      "expired",
      `The code ${joinCode} has expired. Ask your GM for a new one.`,
    );
    expect(await counts(t)).toEqual(before);
  });

  test.each(["", "   ", "x".repeat(41)])("named %j is refused", async (name) => {
    const t = convexTest();
    const { joinCode } = await openTable(t);
    await expectRefusal(signIn(t, "table", { code: joinCode, name }), "invalid", /^Your name/);
  });

  test("at a full table is refused and leaves no account", async () => {
    const t = convexTest();
    const table = await openTable(t);
    for (let seat = 1; seat <= 12; seat += 1) await seated(t, table, `Player ${seat}`);
    const before = await counts(t);
    await expectRefusal(
      signIn(t, "table", { code: table.joinCode, name: "Late" }),
      "tooMany",
      /All 12 seats/,
    );
    expect(await counts(t)).toEqual(before);
  });

  test("removed from the seat keeps the name but loses the table", async () => {
    const t = convexTest();
    const { gm, sessionId, joinCode } = await openTable(t);
    const as = bearer(t, await signIn(t, "table", { code: joinCode, name: "Mara" }));
    const [seat] = await gm.as.query(api.sessions.getSessionPlayers, { sessionId });
    await gm.as.mutation(api.sessions.removePlayer, { sessionPlayerId: seat!._id });
    await expectRefusal(as.query(api.sessions.get, { sessionId }), "notMember", /no seat/);
    expect(await as.query(api.users.me)).toMatchObject({ name: "Mara" });
  });
});

test("a token of an account that is gone counts as nobody", async () => {
  const t = convexTest();
  const as = bearer(t, await signIn(t, "password", signUp));
  const me = await as.query(api.users.me);
  await t.run(async (ctx) => {
    await ctx.db.delete("users", me!._id);
  });
  expect(await as.query(api.users.me)).toBeNull();
  await expectRefusal(as.query(api.campaigns.list), "notSignedIn");
});

describe("over HTTP", () => {
  test("the discovery document leads to the public keys", async () => {
    const t = convexTest();
    const discovery = await t.fetch("/.well-known/openid-configuration");
    expect(await discovery.json()).toMatchObject({
      issuer: "https://torchkeeper.test",
      jwks_uri: "https://torchkeeper.test/.well-known/jwks.json",
    });
    const keys = await t.fetch("/.well-known/jwks.json");
    const body: unknown = await keys.json();
    expect(body).toMatchObject({ keys: [{ kty: "RSA", use: "sig" }] });
    expect(JSON.stringify(body)).not.toContain('"d":');
  });
});
