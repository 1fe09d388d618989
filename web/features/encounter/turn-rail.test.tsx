import { cleanup, render, screen, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { foldTurns, turnAnnouncement, upNext, type TableCombatant } from "./combatant";
import { TurnRail } from "./turn-rail";

afterEach(cleanup);

function combatant(id: string, changes: Partial<TableCombatant> = {}): TableCombatant {
  return {
    _id: id,
    kind: "monster",
    name: id,
    monsterId: null,
    characterId: null,
    initiative: 10,
    isCurrent: false,
    isDefeated: false,
    isHidden: false,
    health: "unhurt",
    hitPoints: null,
    maxHitPoints: null,
    armorClass: null,
    ...changes,
  };
}

const goblin = (number: number, changes: Partial<TableCombatant> = {}) =>
  combatant(`Goblin ${String(number)}`, { monsterId: "m1", ...changes });
const mira = (changes: Partial<TableCombatant> = {}) =>
  combatant("Mira", {
    kind: "character",
    characterId: "c1",
    hitPoints: 6,
    maxHitPoints: 9,
    armorClass: 12,
    ...changes,
  });

test("neighbours of one monster kind fold to one entry, and a character between them parts them", () => {
  const entries = foldTurns([goblin(1), goblin(2), mira(), goblin(3)]);
  expect(entries.map((entry) => [entry.name, entry.members.length])).toEqual([
    ["Goblin", 2],
    ["Mira", 1],
    ["Goblin 3", 1],
  ]);
});

test("the next is the first still standing, past the end of the round", () => {
  const order = [mira(), goblin(1, { isDefeated: true }), goblin(2, { isCurrent: true })];
  expect(upNext(order)?.name).toBe("Mira");
  expect(upNext([mira({ isCurrent: true }), goblin(1, { isDefeated: true })])).toBeNull();
  expect(upNext([mira(), goblin(1)])).toBeNull();
});

test.each<[TableCombatant[], string]>([
  [[mira({ isCurrent: true }), goblin(1)], "Round 2. Mira’s turn. Next: Goblin 1."],
  [[combatant("Boss", { isCurrent: true })], "Round 2. Boss’ turn."],
  [[mira()], "Round 2."],
])("the turn is announced as %#", (order, words) => {
  expect(turnAnnouncement(2, order)).toBe(words);
});

test("the entry whose turn it is says so and shows its actions, the others do not", () => {
  render(
    <TurnRail
      combatants={[mira({ isCurrent: true }), goblin(1), goblin(2)]}
      turnActions={(entry) => <p>actions of {entry.name}</p>}
    />,
  );
  const current = screen
    .getAllByRole("listitem")
    .find((item) => item.getAttribute("aria-current") === "step");
  expect(current?.textContent).toContain("Now: Mira");
  expect(current?.textContent).toContain("actions of Mira");
  expect(screen.queryByText("actions of Goblin")).toBeNull();
});

test("players see a health word and no figure where the figures are unknown", () => {
  render(<TurnRail combatants={[goblin(1, { health: "bloodied" }), mira()]} />);
  const rail = screen.getByRole("list", { name: "Turn order" });
  expect(within(rail).getByText("bloodied")).toBeTruthy();
  expect(rail.textContent).toContain("6/9 hit points");
  expect(rail.textContent).not.toContain("AC 11");
});

test("a group shows its count and each of its members", () => {
  render(<TurnRail combatants={[goblin(1), goblin(2), goblin(3, { isHidden: true })]} />);
  expect(screen.getByRole("heading", { name: /Goblin/ }).textContent).toContain("×3");
  expect(screen.getByText("hidden from players")).toBeTruthy();
});
