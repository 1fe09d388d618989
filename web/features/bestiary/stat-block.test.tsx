import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { RollRequest } from "./attack-line";
import { StatBlock, type StatBlockMonster } from "./stat-block";

afterEach(cleanup);

const lurker: StatBlockMonster = {
  slug: "cellar-lurker",
  displayName: "Cellar Lurker",
  type: "Aberration",
  level: 3,
  alignment: "C",
  armorClass: 12,
  armorType: "leather",
  hitPoints: 14,
  hitDice: "3d8+1",
  attacks: "2 claw +3 (1d6 + rot) and 1 gaze (near) or 1 spell +0 or 1 stare",
  movement: "near (climb)",
  modifiers: {
    strength: 2,
    dexterity: 0,
    constitution: 1,
    intelligence: -2,
    wisdom: 1,
    charisma: -3,
  },
  specialAbilities: [
    { name: "Rot", description: "DC 12 CON or lose 1 STR." },
    { name: "Gaze", description: "DC 12 WIS or stand still for a round." },
  ],
  description: "It waits under the stairs.",
};

test("the block has name, figures, kind and traits", () => {
  render(<StatBlock monster={lurker} />);
  const block = screen.getByRole("article", { name: "Cellar Lurker" });
  expect(within(block).getByText("Aberration, chaotic")).toBeTruthy();
  expect(block.textContent).toContain("AC12 leather");
  expect(block.textContent).toContain("HP14 3d8+1");
  expect(block.textContent).toContain("Rot. DC 12 CON or lose 1 STR.");
});

test("without a roller the block has no buttons", () => {
  render(<StatBlock monster={lurker} />);
  expect(screen.queryAllByRole("button")).toHaveLength(0);
  expect(screen.getByText("2 claw +3 (1d6 + rot)")).toBeTruthy();
});

test("and / or stand between the parts in their order", () => {
  const { container } = render(<StatBlock monster={lurker} />);
  expect(
    [...container.querySelectorAll(".attack-joint")].map((joint) => joint.textContent),
  ).toEqual(["and", "or", "or"]);
});

test.each([
  ["Roll 2 claw +3", { expression: "1d20+3", label: "Cellar Lurker · claw" }],
  ["Roll claw damage 1d6", { expression: "1d6", label: "Cellar Lurker · claw damage" }],
  ["Roll 1 spell +0", { expression: "1d20", label: "Cellar Lurker · spell" }],
  [/^Roll strength: ?\+2$/, { expression: "1d20+2", label: "Cellar Lurker · strength" }],
  [/^Roll charisma: ?-3$/, { expression: "1d20-3", label: "Cellar Lurker · charisma" }],
  [/^Roll dexterity: ?\+0$/, { expression: "1d20", label: "Cellar Lurker · dexterity" }],
])("%s asks for %j", (name, request) => {
  const onRoll = vi.fn<(request: RollRequest) => void>();
  render(<StatBlock monster={lurker} onRoll={onRoll} />);
  fireEvent.click(screen.getByRole("button", { name }));
  expect(onRoll.mock.calls).toEqual([[request]]);
});

test("what rides on a hit, and an attack without a roll, lead to the trait that explains them", () => {
  const { container } = render(
    <StatBlock monster={lurker} onRoll={() => undefined} idPrefix="x" />,
  );
  const rider = screen.getByRole("link", { name: "rot" });
  const special = screen.getByRole("link", { name: "1 gaze (near)" });
  for (const link of [rider, special]) {
    expect(container.querySelector(link.getAttribute("href") ?? "#none")).not.toBeNull();
  }
});

test("an attack line outside the grammar is printed as it is", () => {
  render(<StatBlock monster={{ ...lurker, attacks: "bites, somehow" }} onRoll={() => undefined} />);
  expect(screen.getByText("bites, somehow")).toBeTruthy();
});
