import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { TableCombatant } from "./combatant";
import { InitiativeList } from "./initiative-list";

afterEach(cleanup);

const combatant = (name: string, initiative: number | null): TableCombatant => ({
  _id: name,
  kind: "character",
  name,
  monsterId: null,
  characterId: name,
  initiative,
  isCurrent: false,
  isDefeated: false,
  isHidden: false,
  health: "unhurt",
  hitPoints: null,
  maxHitPoints: null,
  armorClass: null,
});

function show(maySet: (combatant: TableCombatant) => boolean = () => true) {
  const onSet = vi.fn<(id: string, initiative: number) => void>();
  render(
    <InitiativeList
      combatants={[combatant("Mira", null), combatant("Tobb", 12)]}
      maySet={maySet}
      onSet={onSet}
    />,
  );
  return onSet;
}

test("a typed number is set for the one beside it", () => {
  const onSet = show();
  fireEvent.change(screen.getByRole("textbox", { name: "Initiative of Mira" }), {
    target: { value: "17" },
  });
  fireEvent.click(screen.getByRole("button", { name: "Set initiative of Mira" }));
  expect(onSet.mock.calls).toEqual([["Mira", 17]]);
});

test.each(["", "x", "1.5", "99", "-11"])("%j is refused at the field", (typed) => {
  const onSet = show();
  const field = screen.getByRole("textbox", { name: "Initiative of Tobb" });
  fireEvent.change(field, { target: { value: typed } });
  fireEvent.click(screen.getByRole("button", { name: "Set initiative of Tobb" }));
  expect(onSet).not.toHaveBeenCalled();
  expect(field.getAttribute("aria-invalid")).toBe("true");
});

test("a player types for the own character only and reads the others", () => {
  show((one) => one.name === "Mira");
  expect(screen.getAllByRole("textbox")).toHaveLength(1);
  expect(screen.getByText("12")).toBeTruthy();
});
