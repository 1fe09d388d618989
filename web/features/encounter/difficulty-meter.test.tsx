import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { DifficultyMeter, formatRatio } from "./difficulty-meter";

afterEach(cleanup);

test("the meter says tier and ratio in words and lists the reasons", () => {
  render(
    <DifficultyMeter ratio={0.75} tier="hard" reasons={["3 monster levels against 4", "A boss"]} />,
  );
  expect(screen.getByRole("meter", { name: "Difficulty" }).getAttribute("aria-valuetext")).toBe(
    "hard, 0.75 monster levels per party level",
  );
  expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
    "3 monster levels against 4",
    "A boss",
  ]);
});

test("a ratio beyond the scale stays on it", () => {
  render(<DifficultyMeter ratio={9} tier="deadly" reasons={[]} />);
  const meter = screen.getByRole("meter");
  expect(meter.getAttribute("aria-valuenow")).toBe(meter.getAttribute("aria-valuemax"));
});

test.each([
  [0.5, "0.5"],
  [0.5625, "0.56"],
  [2, "2"],
  [0, "0"],
])("%d is printed as %s", (ratio, text) => {
  expect(formatRatio(ratio)).toBe(text);
});
