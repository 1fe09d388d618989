// The signed-in person and their preferences.
import { expect, test } from "vitest";
import { api } from "./_generated/api";
import { convexTest, expectRefusal, signedUp } from "./test.setup";

test("a stranger is nobody, and has nothing to change", async () => {
  const t = convexTest();
  expect(await t.query(api.users.me)).toBeNull();
  await expectRefusal(t.mutation(api.users.rename, { name: "X" }), "notSignedIn");
  await expectRefusal(t.mutation(api.users.updatePreferences, { theme: "light" }), "notSignedIn");
});

test("preferences change one at a time", async () => {
  const { as } = await signedUp(convexTest(), "Grim");
  await as.mutation(api.users.updatePreferences, { theme: "contrast" });
  await as.mutation(api.users.updatePreferences, { defaultDiceType: "d6" });
  expect((await as.query(api.users.me))?.preferences).toEqual({
    theme: "contrast",
    defaultDiceType: "d6",
  });
});

test("a new name is trimmed, and may not be empty", async () => {
  const { as } = await signedUp(convexTest(), "Grim");
  await as.mutation(api.users.rename, { name: "  Grim  the Old " });
  expect((await as.query(api.users.me))?.name).toBe("Grim the Old");
  await expectRefusal(
    as.mutation(api.users.rename, { name: " " }),
    "invalid",
    "Name cannot be empty",
  );
});
