import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { emptyDraft } from "./character-draft";
import { CharacterForm } from "./character-form";

afterEach(cleanup);

/** A form whose dice all show the same share of their sides. */
function Making({ chance, onSubmit }: { chance: number; onSubmit: () => void }) {
  const [draft, setDraft] = useState(emptyDraft);
  return <CharacterForm draft={draft} onChange={setDraft} onSubmit={onSubmit} rng={() => chance} />;
}

test("scores, class, hit die and name lead to a seat, each step saying what is next", () => {
  const onSubmit = vi.fn();
  render(<Making chance={0.8} onSubmit={onSubmit} />);
  const sit = () =>
    screen.getByRole<HTMLButtonElement>("button", { name: "Sit down at the table" });
  expect(sit().disabled).toBe(true);
  expect(screen.getByText("Roll the six scores first.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Roll the scores" }));
  fireEvent.click(screen.getByRole("button", { name: /Fighter/ }));
  fireEvent.click(screen.getByRole("button", { name: /Roll the hit die/ }));
  expect(screen.getByText("7 on the d8, +2 for Constitution")).toBeTruthy();
  expect(screen.getByText("10 without armor, +2 for Dexterity")).toBeTruthy();
  fireEvent.change(screen.getByLabelText("Character name"), { target: { value: "Mira" } });
  fireEvent.click(sit());
  expect(onSubmit).toHaveBeenCalledOnce();
});

test("a set without a 14 may be rolled again, a better one may not", () => {
  render(<Making chance={0.4} onSubmit={vi.fn()} />);
  fireEvent.click(screen.getByRole("button", { name: "Roll the scores" }));
  expect(screen.getByRole("button", { name: "Roll again" })).toBeTruthy();
  cleanup();
  render(<Making chance={0.8} onSubmit={vi.fn()} />);
  fireEvent.click(screen.getByRole("button", { name: "Roll the scores" }));
  expect(screen.queryByRole("button", { name: "Roll again" })).toBeNull();
});

test("the hit die of a class is offered once", () => {
  render(<Making chance={0.8} onSubmit={vi.fn()} />);
  fireEvent.click(screen.getByRole("button", { name: "Roll the scores" }));
  fireEvent.click(screen.getByRole("button", { name: /Wizard/ }));
  fireEvent.click(screen.getByRole("button", { name: /Roll the hit die/ }));
  expect(screen.queryByRole("button", { name: /Roll the hit die/ })).toBeNull();
});
