import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { PartyStrip, type PartyMember } from "./party-strip";

afterEach(cleanup);

const mira: PartyMember = {
  _id: "c1",
  name: "Mira",
  class: "Fighter",
  level: 1,
  hitPoints: 6,
  maxHitPoints: 9,
  armorClass: 13,
  playerName: "Ada",
  isDying: false,
};

test("each member says everything that matters in one sentence and opens its sheet", () => {
  const onOpen = vi.fn<(id: string) => void>();
  render(<PartyStrip members={[mira]} onOpen={onOpen} />);
  fireEvent.click(
    screen.getByRole("button", {
      name: /^Mira ?: 6 ?\/9 hit points, AC 13 ?, Fighter 1 · Ada ?\. Open sheet$/,
    }),
  );
  expect(onOpen.mock.calls).toEqual([["c1"]]);
});

test("who is dying is said in words, not by colour alone", () => {
  render(<PartyStrip members={[{ ...mira, hitPoints: 0, isDying: true }]} onOpen={vi.fn()} />);
  expect(screen.getByText("Dying")).toBeTruthy();
  expect(screen.getByRole("button", { name: /Dying/ })).toBeTruthy();
});
