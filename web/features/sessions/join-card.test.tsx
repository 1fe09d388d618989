import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { JoinCard, type JoinCardProps } from "./join-card";

afterEach(cleanup);

const NOW = 1_800_000_000_000;

function show(changes: Partial<JoinCardProps> = {}) {
  const onRenew = vi.fn();
  const onClose = vi.fn();
  render(
    <JoinCard
      code="ABC234"
      expiresAt={NOW + 60_000}
      isExpired={false}
      origin="http://192.168.1.20:3210"
      onRenew={onRenew}
      onClose={onClose}
      {...changes}
    />,
  );
  return { onRenew, onClose };
}

test("the card shows the code in groups, the link, and the same link as a QR code", () => {
  show();
  expect(screen.getByTestId("join-code").textContent).toBe("ABC 234");
  expect(screen.getByRole("link").getAttribute("href")).toBe(
    "http://192.168.1.20:3210/join/ABC234",
  );
  expect(
    screen.getByRole("img", { name: "QR code of http://192.168.1.20:3210/join/ABC234" }),
  ).toBeTruthy();
});

test.each<[Partial<JoinCardProps>, RegExp]>([
  [{ code: null, expiresAt: null }, /Nobody can join right now/],
  [{ isExpired: true }, /last code has run out/],
])("without a code that works (%j) the way on is a new one", (changes, words) => {
  const { onRenew } = show(changes);
  expect(screen.getByText(words)).toBeTruthy();
  expect(screen.queryByTestId("join-code")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Make a new code" }));
  expect(onRenew).toHaveBeenCalledOnce();
});

test("an address that only this machine knows is called that", () => {
  show({ origin: "http://127.0.0.1:3210" });
  expect(screen.getByText(/works on this machine only/)).toBeTruthy();
});

test("closing the door is one press", () => {
  const { onClose } = show();
  fireEvent.click(screen.getByRole("button", { name: "Close the door" }));
  expect(onClose).toHaveBeenCalledOnce();
});
