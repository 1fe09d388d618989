import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { isDark, lightWords, longestLight, minutesLeft, type TableLight } from "./light-words";
import { Fuse, TorchRing, Wicks } from "./torch-ring";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

afterEach(cleanup);

function light(changes: Partial<TableLight> = {}): TableLight {
  return {
    _id: "l1",
    name: "Torch",
    bearerName: null,
    state: { kind: "burning", expiresAt: NOW + 23 * MINUTE },
    durationMs: 60 * MINUTE,
    ...changes,
  };
}

test.each([
  [0, 0],
  [1, 1],
  [MINUTE, 1],
  [MINUTE + 1, 2],
  [60 * MINUTE, 60],
  [-5, 0],
])("%d ms are %d minutes begun", (milliseconds, minutes) => {
  expect(minutesLeft(milliseconds)).toBe(minutes);
});

test.each<[Partial<TableLight>, string]>([
  [{}, "Torch, 23 minutes left"],
  [{ state: { kind: "burning", expiresAt: NOW + 30_000 } }, "Torch, 1 minute left"],
  [{ state: { kind: "burning", expiresAt: NOW - 1 } }, "Torch, out"],
  [
    { name: "Lantern", bearerName: "Mira", state: { kind: "paused", remainingMs: 4 * MINUTE } },
    "Lantern of Mira, paused with 4 minutes left",
  ],
  [{ state: { kind: "out" } }, "Torch, out"],
])("a light %j reads %j", (changes, words) => {
  expect(lightWords(light(changes), NOW)).toBe(words);
});

test("the ring says the minutes left and shows one stick per sixtieth", () => {
  const { container } = render(<TorchRing lights={[light()]} now={NOW} />);
  expect(screen.getByRole("img", { name: "Torch, 23 minutes left" })).toBeTruthy();
  expect(container.querySelectorAll(".stick")).toHaveLength(23);
  expect(container.querySelectorAll(".stick-burnt")).toHaveLength(37);
});

test("the ring flickers in the last ten minutes only", () => {
  const { container, rerender } = render(<TorchRing lights={[light()]} now={NOW} />);
  expect(container.querySelector("svg")?.dataset["state"]).toBe("burning");
  rerender(<TorchRing lights={[light()]} now={NOW + 13 * MINUTE} />);
  expect(container.querySelector("svg")?.dataset["state"]).toBe("low");
});

test("with no light left the ring says Dark", () => {
  render(<TorchRing lights={[light()]} now={NOW + 24 * MINUTE} />);
  expect(screen.getByRole("img", { name: "Dark: no light burns" })).toBeTruthy();
});

test("of several lights the ring shows the longest and the wicks the others", () => {
  const lantern = light({
    _id: "l2",
    name: "Lantern",
    state: { kind: "burning", expiresAt: NOW + 50 * MINUTE },
  });
  const burnt = light({ _id: "l3", state: { kind: "out" } });
  render(
    <>
      <TorchRing lights={[light(), lantern, burnt]} now={NOW} />
      <Wicks lights={[light(), lantern, burnt]} now={NOW} />
    </>,
  );
  expect(screen.getByRole("img").getAttribute("aria-label")).toBe("Lantern, 50 minutes left");
  expect(screen.getAllByRole("listitem").map((item) => item.getAttribute("aria-label"))).toEqual([
    "Torch, 23 minutes left",
  ]);
});

test("a burning light goes before a paused one that has more time", () => {
  const paused = light({ _id: "l2", state: { kind: "paused", remainingMs: 55 * MINUTE } });
  expect(longestLight([paused, light()], NOW)?._id).toBe("l1");
});

test("darkness needs a light that went out: a table that lit none yet is not dark", () => {
  expect(isDark([], NOW)).toBe(false);
  expect(isDark([light()], NOW)).toBe(false);
  expect(isDark([light()], NOW + 23 * MINUTE)).toBe(true);
});

test("the fuse is as long as the time left", () => {
  const { container } = render(<Fuse lights={[light()]} now={NOW - 7 * MINUTE} />);
  expect(container.querySelector<HTMLElement>(".fuse > span")?.style.transform).toBe(
    "scaleX(0.5000)",
  );
});
