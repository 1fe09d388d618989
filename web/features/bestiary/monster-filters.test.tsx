import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { countFilters, filterArgs, MonsterFilters, noFilter } from "./monster-filters";

afterEach(cleanup);

test("bounds that are not set are left out of the query", () => {
  expect(filterArgs(noFilter)).toEqual({});
  expect(filterArgs({ ...noFilter, minLevel: "0", type: "Undead", alignment: "C" })).toEqual({
    minLevel: 0,
    type: "Undead",
    alignment: "C",
  });
});

test("the term is no filter, everything else is counted", () => {
  expect(countFilters({ ...noFilter, term: "gob" })).toBe(0);
  expect(countFilters({ ...noFilter, minLevel: "1", maxLevel: "3" })).toBe(2);
});

test("typing and choosing change the filter, clearing keeps the term", () => {
  const onChange = vi.fn();
  const filter = { ...noFilter, term: "wolf", type: "Beast" };
  render(<MonsterFilters filter={filter} onChange={onChange} />);
  fireEvent.change(screen.getByLabelText("Find a monster"), { target: { value: "wol" } });
  fireEvent.change(screen.getByLabelText("Level to"), { target: { value: "3" } });
  fireEvent.click(screen.getByText("Clear these"));
  expect(onChange.mock.calls.map(([next]) => next as unknown)).toEqual([
    { ...filter, term: "wol" },
    { ...filter, maxLevel: "3" },
    { ...noFilter, term: "wolf" },
  ]);
});
