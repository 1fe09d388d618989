// The whole evening on two devices: a GM's desktop and a player's phone, on one server that dies in mid-fight.
import { devices, expect, test, type Browser, type Page } from "@playwright/test";
import { accessibilityFindings } from "./accessibility.ts";
import { startTable, type TableServer } from "./table-server.ts";

let table: TableServer;
test.beforeEach(async () => {
  table = await startTable();
});
test.afterEach(() => table.close());

test("a fight is seen live on a phone, and survives the death of the server", async ({
  browser,
}) => {
  const gm = await desktop(browser);
  const player = await phone(browser);

  await test.step("the GM signs up, makes a campaign and opens a session", async () => {
    await signUp(gm, "greta@example.org");
    await openSession(gm, "The Drowned Crypt", "Evening 1");
  });

  await test.step("a player joins with the link and rolls a character", async () => {
    await joinByLink(player, await joinLink(gm), "Mira");
    await makeCharacter(player, "Ragna Ironhand");
    await expect(gm.getByRole("list", { name: "Players" })).toContainText("Mira");
    await expect(gm.getByRole("list", { name: "Party" })).toContainText("Ragna Ironhand");
  });

  await test.step("the GM prepares three goblins and starts the fight", async () => {
    await prepareGoblins(gm, 3);
    await gm.getByRole("button", { name: "Start the fight" }).click();
    await gm.getByRole("button", { name: "Roll for everybody" }).click();
    await expect(gm.getByRole("button", { name: "Next turn" })).toBeVisible();
  });

  await test.step("the player sees goblins in words and never in numbers", async () => {
    await player.getByRole("button", { name: "Fight" }).click();
    const order = player.getByRole("list", { name: "Turn order" });
    await expect(order).toContainText("Goblin 2");
    await expect(order.getByText("unhurt")).toHaveCount(3);
    const monsters = monstersSentTo(player);
    expect(monsters.length).toBeGreaterThanOrEqual(3);
    for (const monster of monsters) {
      expect(monster).toMatchObject({ hitPoints: null, maxHitPoints: null, armorClass: null });
    }
  });

  await test.step("a change of hit points reaches the phone in under a second", async () => {
    const began = Date.now();
    await damage(gm, "Goblin 2", 1);
    await expect
      .poll(() => rowOf(player, "Goblin 2").textContent(), { intervals: [50] })
      .not.toContain("unhurt");
    expect(Date.now() - began).toBeLessThan(1_000);
    await damage(gm, "Goblin 2", 2);
  });

  await test.step("the torch burns equally on both devices", async () => {
    await gm.getByRole("button", { name: "Light a torch" }).click();
    await expect(player.getByRole("banner").getByRole("img", { name: /Torch/ })).toBeVisible();
    await gm.getByRole("button", { name: "Torch: take 10 minutes" }).click();
    await expect(player.getByRole("banner").getByRole("img")).toHaveAccessibleName(
      "Torch, 50 minutes left",
    );
    await expect(gm.getByRole("banner").getByRole("img")).toHaveAccessibleName(
      "Torch, 50 minutes left",
    );
  });

  await test.step("both pages are accessible in mid-fight", async () => {
    expect(await accessibilityFindings(gm)).toEqual([]);
    for (const section of ["Fight", "Light", "Dice", "Sheet"]) {
      await player.getByRole("button", { name: section, exact: true }).click();
      expect(await accessibilityFindings(player), `the player's ${section}`).toEqual([]);
      expect(await overflow(player), `the player's ${section}`).toBe(0);
    }
    for (const section of ["Bestiary", "Dice and log", "Table"]) {
      await gm.getByRole("button", { name: section, exact: true }).click();
      expect(await accessibilityFindings(gm), `the GM's ${section}`).toEqual([]);
    }
    await player.getByRole("button", { name: "Fight", exact: true }).click();
  });

  await test.step("the server is killed and restarted: nothing is lost, both devices return", async () => {
    await gm.getByRole("button", { name: "Next turn" }).click();
    await expect(gm.getByRole("list", { name: "Turn order" })).toContainText("Now:");
    const heading = await player.getByRole("banner").getByRole("heading").textContent();
    await table.kill();
    await gm.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await expect(gm.getByText(/^No connection/)).toBeInViewport();
    await expect(player.getByText(/^No connection/)).toBeInViewport();
    await table.start();
    await damage(gm, "Goblin 1", 5);
    await expect(rowOf(player, "Goblin 1")).toContainText("down");
    await expect(rowOf(gm, "Goblin 2")).toContainText("2/5");
    await expect(player.getByRole("banner").getByRole("heading")).toHaveText(heading ?? "");
    await expect(player.getByRole("banner").getByRole("img")).toHaveAccessibleName(
      /Torch, (49|50) minutes left/,
    );
  });

  await test.step("a phone that was reloaded is at its table again by itself", async () => {
    await player.reload();
    await expect(player.getByRole("heading", { name: "Ragna Ironhand" })).toBeVisible();
  });
});

test("wrong entries get one clear message each", async ({ browser }) => {
  const gm = await desktop(browser);
  await signUp(gm, "greta@example.org");

  await test.step("a taken e-mail", async () => {
    const other = await desktop(browser);
    await fillSignUp(other, "Greta@Example.org", "another password");
    await expect(other.getByRole("alert")).toContainText("greta@example.org");
  });
  await test.step("a wrong password", async () => {
    const other = await desktop(browser);
    await other.goto(`${table.url}/sign-in`);
    await other.getByLabel("E-mail").fill("greta@example.org");
    await other.getByLabel("Password").fill("wrong password");
    await other.getByRole("main").getByRole("button", { name: "Sign in" }).click();
    await expect(other.getByRole("alert")).toContainText("E-mail or password is wrong");
  });
  await test.step("a wrong join code", async () => {
    const player = await phone(browser);
    await joinByLink(player, `${table.url}/join/QQQQQQ`, "Mira");
    await expect(player.getByRole("alert")).toBeVisible();
    await expect(player.getByRole("alert")).toContainText(/code/i);
  });
});

async function desktop(browser: Browser): Promise<Page> {
  return await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
}

/** A phone that remembers every text frame its sockets got, for what must never be sent to it. */
async function phone(browser: Browser): Promise<Page> {
  const page = await (
    await browser.newContext({ ...devices["Pixel 7"], viewport: { width: 390, height: 844 } })
  ).newPage();
  const frames: string[] = [];
  received.set(page, frames);
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => frames.push(payload.toString()));
  });
  return page;
}

const received = new WeakMap<Page, string[]>();

/** Every monster of a fight that any message from the server ever held, as it was sent. */
function monstersSentTo(page: Page): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  for (const frame of received.get(page) ?? []) {
    JSON.parse(frame, (_name, value: unknown) => {
      if (typeof value === "object" && value !== null && "kind" in value) {
        if (value.kind === "monster" && "health" in value) found.push({ ...value });
      }
      return value;
    });
  }
  return found;
}

async function fillSignUp(page: Page, email: string, password: string): Promise<void> {
  await page.goto(`${table.url}/sign-in?flow=signUp`);
  await page.getByLabel("Your name").fill("Greta");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Make an account" }).click();
}

async function signUp(page: Page, email: string): Promise<void> {
  await fillSignUp(page, email, "a long password");
  await expect(page.getByRole("heading", { name: "Campaigns" })).toBeVisible();
}

async function openSession(gm: Page, campaign: string, session: string): Promise<void> {
  await gm.getByLabel("Campaign name").fill(campaign);
  await gm.getByRole("button", { name: "Make the campaign" }).click();
  await gm.getByLabel("Session name").fill(session);
  await gm.getByRole("button", { name: "Make the session" }).click();
  await expect(gm.getByRole("heading", { name: "The table" })).toBeVisible();
}

async function joinLink(gm: Page): Promise<string> {
  const href = await gm.getByRole("link", { name: /\/join\// }).getAttribute("href");
  if (href === null) throw new Error("the session shows no join link");
  return href;
}

async function joinByLink(player: Page, link: string, name: string): Promise<void> {
  await player.goto(link);
  await player.getByLabel("Your name").fill(name);
  await player.getByRole("button", { name: "Join the table" }).click();
}

async function makeCharacter(player: Page, name: string): Promise<void> {
  await player.getByRole("button", { name: "Roll the scores" }).click();
  await player.getByRole("button", { name: /^Fighter/ }).click();
  await player.getByRole("button", { name: /^Roll the hit die/ }).click();
  await player.getByLabel("Character name").fill(name);
  await player.getByRole("button", { name: "Sit down at the table" }).click();
  await expect(player.getByRole("heading", { name })).toBeVisible();
}

async function prepareGoblins(gm: Page, count: number): Promise<void> {
  await gm.getByLabel("Prepare a fight").fill("Goblins at the well");
  await gm.getByRole("button", { name: "Prepare", exact: true }).click();
  await gm.getByRole("button", { name: "Find monsters in the bestiary" }).click();
  await gm.getByRole("searchbox", { name: "Find a monster" }).fill("gob");
  await gm.getByRole("button", { name: "Add Goblin to the fight" }).click();
  for (let more = 1; more < count; more++) {
    await gm.getByRole("button", { name: "One Goblin more" }).click();
    await expect(gm.getByRole("group", { name: "Number of Goblin" })).toContainText(
      `×${String(more + 1)}`,
    );
  }
}

/** Taps minus as often as there are points. */
async function damage(gm: Page, name: string, points: number): Promise<void> {
  for (let point = 0; point < points; point++) {
    await gm.getByRole("button", { name: `${name}: 1 damage` }).click();
  }
}

/** The innermost list row of the turn order that speaks of this creature. */
function rowOf(page: Page, name: string) {
  return page
    .getByRole("list", { name: "Turn order" })
    .getByRole("listitem")
    .filter({ hasText: name })
    .last();
}

/** Pixels that the page is wider than its screen. */
async function overflow(page: Page): Promise<number> {
  return await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}
