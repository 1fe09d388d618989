import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HitPointControl } from "./hit-point-control";
import { readHitPointEntry } from "./hit-point-entry";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test.each([
  ["7", { kind: "set", hitPoints: 7 }],
  [" -5 ", { kind: "change", delta: -5 }],
  ["−5", { kind: "change", delta: -5 }],
  ["+ 3", { kind: "change", delta: 3 }],
  ["0", { kind: "set", hitPoints: 0 }],
])("%j is read as %j", (text, entry) => {
  expect(readHitPointEntry(text)).toEqual(entry);
});

test.each(["", "five", "3d6", "--2", "1000"])("%j is refused with a way out", (text) => {
  const entry = readHitPointEntry(text);
  expect(entry.kind).toBe("unreadable");
});

function show(onSet?: (hitPoints: number) => void) {
  const onChange = vi.fn<(delta: number) => void>();
  render(
    <HitPointControl
      name="Goblin 1"
      hitPoints={5}
      maxHitPoints={5}
      onChange={onChange}
      onSet={onSet}
    />,
  );
  return onChange;
}

test("a tap on minus is one damage, a tap on plus heals one", () => {
  const onChange = show();
  fireEvent.click(screen.getByRole("button", { name: "Goblin 1: 1 damage" }));
  fireEvent.click(screen.getByRole("button", { name: "Goblin 1: heal 1" }));
  expect(onChange.mock.calls).toEqual([[-1], [1]]);
});

test("larger damage takes two taps: the number, then the amount", () => {
  const onChange = show();
  fireEvent.click(screen.getByRole("button", { name: /change by more/ }));
  fireEvent.click(screen.getByRole("button", { name: "4 damage" }));
  expect(onChange.mock.calls).toEqual([[-4]]);
  expect(screen.queryByRole("group", { name: "Change Goblin 1 by more" })).toBeNull();
});

test("holding minus opens the larger amounts and does no damage itself", () => {
  const onChange = show();
  const minus = screen.getByRole("button", { name: "Goblin 1: 1 damage" });
  fireEvent.pointerDown(minus);
  act(() => {
    vi.advanceTimersByTime(500);
  });
  fireEvent.pointerUp(minus);
  fireEvent.click(minus);
  expect(screen.getByRole("group", { name: "Change Goblin 1 by more" })).toBeTruthy();
  expect(onChange).not.toHaveBeenCalled();
});

test.each([
  ["-3", [[-3]], []],
  ["2", [], [[2]]],
])("typing %j applies it", (typed, changes, sets) => {
  const onSet = vi.fn<(hitPoints: number) => void>();
  const onChange = show(onSet);
  fireEvent.click(screen.getByRole("button", { name: /change by more/ }));
  fireEvent.change(screen.getByLabelText("Or type"), { target: { value: typed } });
  fireEvent.click(screen.getByRole("button", { name: "Apply" }));
  expect(onChange.mock.calls).toEqual(changes);
  expect(onSet.mock.calls).toEqual(sets);
});

test("a typed number becomes a change where setting outright is not offered", () => {
  const onChange = show();
  fireEvent.click(screen.getByRole("button", { name: /change by more/ }));
  fireEvent.change(screen.getByLabelText("Or type"), { target: { value: "2" } });
  fireEvent.click(screen.getByRole("button", { name: "Apply" }));
  expect(onChange.mock.calls).toEqual([[-3]]);
});

test("what cannot be read is said at the field, and nothing changes", () => {
  const onChange = show();
  fireEvent.click(screen.getByRole("button", { name: /change by more/ }));
  fireEvent.change(screen.getByLabelText("Or type"), { target: { value: "lots" } });
  fireEvent.click(screen.getByRole("button", { name: "Apply" }));
  expect(screen.getByText(/“lots” is not a number/)).toBeTruthy();
  expect(onChange).not.toHaveBeenCalled();
});
