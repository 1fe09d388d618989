import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { SignInForm, type AccountEntry } from "./sign-in-form";

afterEach(cleanup);

function fill(label: string, value: string) {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
}

test("signing up sends name, e-mail and password", () => {
  const onSubmit = vi.fn<(entry: AccountEntry) => void>();
  render(<SignInForm flow="signUp" onSubmit={onSubmit} />);
  fill("Your name", " Greta ");
  fill("E-mail", " greta@example.org ");
  fill("Password", "correct horse ");
  fireEvent.click(screen.getByRole("button", { name: "Make an account" }));
  expect(onSubmit.mock.calls).toEqual([
    [{ name: "Greta", email: "greta@example.org", password: "correct horse " }],
  ]);
});

test("signing in asks no name", () => {
  const onSubmit = vi.fn<(entry: AccountEntry) => void>();
  render(<SignInForm flow="signIn" onSubmit={onSubmit} />);
  expect(screen.queryByLabelText("Your name")).toBeNull();
  fill("E-mail", "greta@example.org");
  fill("Password", "short");
  fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(onSubmit).toHaveBeenCalledOnce();
});

test.each([
  ["E-mail", "nowhere", /Type an e-mail address/],
  ["Password", "short", /at least 8 characters; this one has 5/],
  ["Your name", " ", /the name your players know/],
])("a wrong %s is said at its field and nothing is sent", (label, value, words) => {
  const onSubmit = vi.fn();
  render(<SignInForm flow="signUp" onSubmit={onSubmit} />);
  fill("Your name", "Greta");
  fill("E-mail", "greta@example.org");
  fill("Password", "correct horse");
  fill(label, value);
  fireEvent.click(screen.getByRole("button", { name: "Make an account" }));
  expect(onSubmit).not.toHaveBeenCalled();
  expect(screen.getByText(words)).toBeTruthy();
});

test("the server's refusal is read out", () => {
  render(<SignInForm flow="signIn" onSubmit={vi.fn()} refusal="E-mail or password is wrong." />);
  expect(screen.getByRole("alert").textContent).toContain("E-mail or password is wrong.");
});
