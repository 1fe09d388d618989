import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { joinCodeProblem, joinLink, readJoinCode, showJoinCode } from "./join-code";
import { JoinForm } from "./join-form";

afterEach(cleanup);

test.each([
  ["abc 234", "ABC234"],
  ["ABC-234", "ABC234"],
  [" a b c 2 3 4 ", "ABC234"],
])("%j is read as %j", (typed, code) => {
  expect(readJoinCode(typed)).toBe(code);
  expect(joinCodeProblem(typed)).toBeNull();
});

test.each([
  ["", /Type the six-character code/],
  ["ABC23", /this one has 5/],
  ["ABC2345", /this one has 7/],
  ["ABC23!", /letters and digits only/],
  ["ABC230", /never have 0, 1, I, L, O or U/],
  ["LBC234", /never have 0, 1, I, L, O or U/],
])("%j is refused before anybody is asked", (typed, problem) => {
  expect(joinCodeProblem(typed)).toMatch(problem);
});

test("a code is shown in two groups and linked without a question mark", () => {
  expect(showJoinCode("ABC234")).toBe("ABC 234");
  expect(joinLink("http://192.168.1.20:3210", "ABC234")).toBe(
    "http://192.168.1.20:3210/join/ABC234",
  );
});

test("code and name are sent as the server reads them", () => {
  const onJoin = vi.fn<(entry: { code: string; name: string }) => void>();
  render(<JoinForm onJoin={onJoin} />);
  fireEvent.change(screen.getByLabelText("Table code"), { target: { value: "abc 234" } });
  fireEvent.change(screen.getByLabelText("Your name"), { target: { value: " Ada " } });
  fireEvent.click(screen.getByRole("button", { name: "Join the table" }));
  expect(onJoin.mock.calls).toEqual([[{ code: "ABC234", name: "Ada" }]]);
});

test("nothing is sent while something is missing, and the field says what", () => {
  const onJoin = vi.fn();
  render(<JoinForm initialCode="ABC234" onJoin={onJoin} />);
  fireEvent.click(screen.getByRole("button", { name: "Join the table" }));
  expect(onJoin).not.toHaveBeenCalled();
  expect(screen.getByLabelText("Your name").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText("Type the name the table knows you by.")).toBeTruthy();
});

test("a player who has a name is not asked again", () => {
  const onJoin = vi.fn();
  render(<JoinForm initialCode="ABC234" asksName={false} onJoin={onJoin} />);
  expect(screen.queryByLabelText("Your name")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Join the table" }));
  expect(onJoin.mock.calls).toEqual([[{ code: "ABC234", name: "" }]]);
});

test("the server's refusal is read out", () => {
  render(<JoinForm onJoin={() => undefined} refusal="This code has run out." />);
  expect(screen.getByRole("alert").textContent).toContain("This code has run out.");
});
