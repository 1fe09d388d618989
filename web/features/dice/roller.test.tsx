import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { Roller, type RollerProps } from "./roller";

afterEach(cleanup);

function show(hiding?: RollerProps["hiding"]) {
  const onRoll = vi.fn<RollerProps["onRoll"]>();
  render(<Roller hiding={hiding} onRoll={onRoll} />);
  return onRoll;
}

test("each die is one tap", () => {
  const onRoll = show();
  for (const die of ["d4", "d6", "d8", "d10", "d12", "d20", "d100"]) {
    fireEvent.click(screen.getByRole("button", { name: `Roll ${die}` }));
  }
  expect(onRoll.mock.calls.map(([entry]) => entry.expression)).toEqual([
    "1d4",
    "1d6",
    "1d8",
    "1d10",
    "1d12",
    "1d20",
    "1d100",
  ]);
});

test("typed dice are rolled, and dice that cannot be read are refused with the reason", () => {
  const onRoll = show();
  const field = screen.getByLabelText("Or type the dice");
  fireEvent.change(field, { target: { value: " 2d6+3 " } });
  fireEvent.click(screen.getByRole("button", { name: "Roll" }));
  fireEvent.change(field, { target: { value: "two swords" } });
  fireEvent.click(screen.getByRole("button", { name: "Roll" }));
  expect(onRoll.mock.calls).toEqual([[{ expression: "2d6+3" }]]);
  expect(screen.getByText(/Cannot read the dice `two swords`/)).toBeTruthy();
});

test("only those who may hide their rolls are offered it", () => {
  show();
  expect(screen.queryByText(/sees your rolls/)).toBeNull();
  cleanup();
  const onChange = vi.fn<(isHidden: boolean) => void>();
  show({ isHidden: false, onChange });
  fireEvent.click(screen.getByRole("button", { name: "The table sees your rolls" }));
  expect(onChange.mock.calls).toEqual([[true]]);
});
